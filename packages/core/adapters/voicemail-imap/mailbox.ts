// One connection's look at the mailbox: what is in its folders, asked anew only as far as it may have changed, and the steps that change it.
import { ParleyError, type Settings } from '@openparley/contract'
import type { FetchMessageObject, ImapFlow } from 'imapflow'
import { decoderOf, wavLengthMs } from './decoding.ts'
import { aboutOf, headersAsked, readHeaders } from './headers.ts'
import { decodedBytes, type Facts, type Folder, type Known, type Mail, type Where } from './known.ts'
import type { Step } from './plan.ts'
import { soundIn } from './structure.ts'

export interface Mailbox {
  /** Deleted messages are moved to a folder of their own. */
  readonly hasTrash: boolean
  readonly canIdle: boolean
  /** Looks at both folders; afterwards `known` is as they are. True: more came while it was looked. */
  sync(): Promise<boolean>
  carryOut(steps: readonly Step[]): Promise<void>
  /** Bytes of a part as they are encoded; undefined: the message is gone. */
  piece(where: Where, uid: number, part: string, from: number, most: number): Promise<Uint8Array | undefined>
  /** Waits for changes of the folder of messages, until something else is asked. */
  idle(): Promise<void>
}

/** Rejects with a ParleyError, or with what the library throws. */
export async function openMailbox(client: ImapFlow, settings: Settings, known: Known): Promise<Mailbox> {
  const inbox = settings['voicemail.imap.inbox']
  const can = (what: string): boolean => client.capabilities.has(what)
  const wantsTrash = settings['voicemail.imap.uidPlus'] ?? true
  const trash =
    wantsTrash && (can('MOVE') || can('UIDPLUS'))
      ? await folderNamed(client, settings['voicemail.imap.trash'])
      : undefined
  const pathOf = (where: Where): string => (where === 'trash' && trash !== undefined ? trash : inbox)
  if (trash === undefined) known.folders.trash.forget()

  const open = async (where: Where): Promise<void> => {
    const path = pathOf(where)
    if (client.mailbox && client.mailbox.path === path) return
    await client.mailboxOpen(path)
  }
  /** How many messages the store says that there are. */
  const syncFolder = async (where: Where): Promise<number> => {
    const folder = known.folders[where]
    const path = pathOf(where)
    const box = await client.mailboxOpen(path).catch((error: unknown) => {
      if ((error as { readonly mailboxMissing?: boolean }).mailboxMissing)
        throw new ParleyError('voicemail-no-folder', path)
      throw error
    })
    if (box.uidValidity !== folder.uidValidity) folder.forget()
    const modseq = box.noModseq ? undefined : box.highestModseq
    const isSame = modseq !== undefined && modseq === folder.modseq && box.uidNext === folder.uidNext
    const count = box.exists
    if (isSame && count === folder.mails.size) return count
    if (count === 0) folder.empty()
    else await readFolder(client, folder, known.facts)
    folder.uidValidity = box.uidValidity
    folder.modseq = modseq
    folder.uidNext = box.uidNext
    return count
  }
  const takeAway = async (where: Where, uids: readonly number[]): Promise<void> => {
    if (can('UIDPLUS')) return void (await client.messageDelete(uids.join(','), { uid: true }))
    // EXPUNGE takes all that is marked: what else is marked is not, for so long.
    const others = [...known.folders[where].mails]
      .filter(([uid, { flags }]) => flags.has('\\Deleted') && !uids.includes(uid))
      .map(([uid]) => uid)
      .join(',')
    if (others !== '') await client.messageFlagsRemove(others, ['\\Deleted'], { uid: true })
    await client.messageDelete(uids.join(','), { uid: true })
    if (others !== '') await client.messageFlagsAdd(others, ['\\Deleted'], { uid: true })
  }
  const doAll = async (what: Step['do'], where: Where, uids: readonly number[]): Promise<void> => {
    await open(where)
    const range = uids.join(',')
    switch (what) {
      case 'see':
        return void (await client.messageFlagsAdd(range, ['\\Seen'], { uid: true }))
      case 'unsee':
        return void (await client.messageFlagsRemove(range, ['\\Seen'], { uid: true }))
      case 'flag-deleted':
        return void (await client.messageFlagsAdd(range, ['\\Deleted'], { uid: true }))
      case 'unflag-deleted':
        return void (await client.messageFlagsRemove(range, ['\\Deleted'], { uid: true }))
      case 'move':
        return void (await client.messageMove(range, pathOf(where === 'inbox' ? 'trash' : 'inbox'), { uid: true }))
      case 'remove':
        return takeAway(where, uids)
    }
  }
  return {
    hasTrash: trash !== undefined,
    canIdle: can('IDLE'),
    sync: async () => {
      if (trash !== undefined) await syncFolder('trash')
      const count = await syncFolder('inbox')
      return client.mailbox !== false && client.mailbox.exists !== count
    },
    carryOut: async (steps) => {
      for (const [name, uids] of Map.groupBy(steps, (step) => `${step.do} ${step.where}`)) {
        const [what, where] = name.split(' ') as [Step['do'], Where]
        await doAll(
          what,
          where,
          uids.map(({ uid }) => uid),
        )
      }
    },
    piece: async (where, uid, part, from, most) => {
      await open(where)
      const answer = await client.fetchOne(
        String(uid),
        { uid: true, bodyParts: [{ key: part, start: from, maxLength: most }] },
        { uid: true },
      )
      return answer ? (answer.bodyParts?.get(part) ?? new Uint8Array()) : undefined
    },
    idle: async () => {
      await open('inbox')
      await client.idle()
    },
  }
}

/** Its path; made where it is not there. Undefined: the store does not let it be made. */
async function folderNamed(client: ImapFlow, name: string): Promise<string | undefined> {
  const folders = await client.list()
  const found = folders.find(({ path, name: last }) => path === name || last === name)
  if (found) return found.path
  return client.mailboxCreate(name).then(
    ({ path }) => path,
    () => undefined,
  )
}

async function readFolder(client: ImapFlow, folder: Folder, facts: Map<string, Facts>): Promise<void> {
  const uids = await client.search({ all: true }, { uid: true })
  if (!uids) throw new ParleyError('voicemail-refused', 'SEARCH')
  // The newest, where there are more than anybody listens to.
  const there = new Set(uids.toSorted((a, b) => a - b).slice(-mostMessages))
  for (const uid of [...folder.mails.keys()]) if (!there.has(uid)) folder.drop(uid)
  const known = folder.mails.size
  const since = folder.modseq === undefined ? {} : { changedSince: folder.modseq }
  if (known > 0)
    for (const { uid, flags } of await client.fetchAll('1:*', { uid: true, flags: true }, { uid: true, ...since })) {
      const mail = folder.mails.get(uid)
      if (mail && flags) folder.put(uid, { ...mail, flags })
    }
  const fresh = [...there].filter((uid) => !folder.mails.has(uid))
  for (let at = 0; at < fresh.length; at += page) await readPage(client, folder, facts, fresh.slice(at, at + page))
}

async function readPage(
  client: ImapFlow,
  folder: Folder,
  facts: Map<string, Facts>,
  uids: readonly number[],
): Promise<void> {
  const messages = await client.fetchAll(
    uids.join(','),
    { uid: true, flags: true, size: true, internalDate: true, bodyStructure: true, headers: [...headersAsked] },
    { uid: true },
  )
  const lacking = new Map<number, { readonly key: string; readonly facts: Facts }>()
  const read = new Map<number, Mail>()
  for (const message of messages) {
    const found = factsOf(message)
    read.set(message.uid, { key: found?.key, flags: message.flags ?? new Set() })
    if (!found) continue
    const before = facts.get(found.key)
    if (before) continue
    facts.set(found.key, found)
    if (found.sound && found.lengthMs === undefined) lacking.set(message.uid, { key: found.key, facts: found })
  }
  await readLengths(client, facts, lacking)
  for (const [uid, mail] of read) folder.put(uid, mail)
}

function factsOf({
  headers = Buffer.alloc(0),
  size = 0,
  internalDate,
  bodyStructure,
}: FetchMessageObject): Facts | undefined {
  const { says, ...about } = aboutOf(readHeaders(headers), size, new Date(internalDate ?? Number.NaN))
  const sound = soundIn(bodyStructure)
  if (says === 'other' || (says === 'nothing' && !sound)) return undefined
  // In the place of a secure message's sound comes a text that says so.
  return { ...about, sound, secure: says === 'voice' && !sound }
}

/** Of those that do not say how long they are: by the head of their sound, and its first bytes. */
async function readLengths(
  client: ImapFlow,
  facts: Map<string, Facts>,
  lacking: ReadonlyMap<number, { readonly key: string; readonly facts: Facts }>,
): Promise<void> {
  for (const [part, of] of Map.groupBy(lacking, ([, each]) => each.facts.sound?.part ?? '1')) {
    const mime = `${part}.mime`
    const answers = await client.fetchAll(
      of.map(([uid]) => uid).join(','),
      { uid: true, bodyParts: [mime, { key: part, start: 0, maxLength: beginningBytes }] },
      { uid: true },
    )
    for (const { uid, bodyParts } of answers) {
      const about = lacking.get(uid)
      const sound = about?.facts.sound
      if (!about || !sound) continue
      const saidS = Number(readHeaders(bodyParts?.get(mime) ?? Buffer.alloc(0)).get('content-duration') ?? Number.NaN)
      const beginning = decoderOf(sound.encoding)(bodyParts?.get(part) ?? Buffer.alloc(0), true)
      const lengthMs = saidS >= 0 && saidS <= mostLengthS ? saidS * 1000 : wavLengthMs(beginning, decodedBytes(sound))
      if (lengthMs !== undefined) facts.set(about.key, { ...about.facts, lengthMs })
    }
  }
}

const mostMessages = 5000
const page = 100
const beginningBytes = 400
/** A day. */
const mostLengthS = 86_400
