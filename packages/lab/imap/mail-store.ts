// People's mailboxes in memory: folders of messages with what IMAP numbers them by (RFC 9051, RFC 7162). No sockets here.

export interface Mail {
  /** Never used twice in a folder. */
  readonly uid: number
  /** RFC 5322, as it was left. */
  readonly bytes: Uint8Array
  /** When it came here, Unix milliseconds. */
  readonly atMs: number
  readonly flags: ReadonlySet<string>
  /** Grows with each change of the mailbox (RFC 7162). */
  readonly modseq: number
}

export interface Folder {
  readonly name: string
  readonly uidValidity: number
  readonly uidNext: number
  readonly highestModseq: number
  /** By UID, the lowest first. */
  readonly mails: readonly Mail[]
  /** What was there and is gone, with when: for who asks what has vanished since. */
  readonly gone: readonly { readonly uid: number; readonly modseq: number }[]
}

export type MailChange =
  | { readonly type: 'came'; readonly folder: string; readonly uid: number }
  | { readonly type: 'flags'; readonly folder: string; readonly uid: number }
  | { readonly type: 'gone'; readonly folder: string; readonly uid: number }

export interface MailStore {
  readonly people: readonly string[]
  /** The person's folders; INBOX is always there. Throws where there is no such person. */
  folders(person: string): readonly Folder[]
  /** Undefined where there is none. INBOX is found however it is written. */
  folder(person: string, name: string): Folder | undefined
  /** False where there is one already, or no room for more. */
  create(person: string, name: string): boolean
  /** The new message's UID. Throws where there is no such folder or no room. */
  append(person: string, folder: string, mail: Given): number
  /** Sets, adds or takes flags; the mail afterwards, undefined where there is none. */
  flag(person: string, folder: string, uid: number, how: '' | '+' | '-', flags: readonly string[]): Mail | undefined
  /** The new UID; undefined where there is no such mail. */
  copy(person: string, from: string, uid: number, to: string): number | undefined
  remove(person: string, folder: string, uid: number): boolean
  /** Every message gets another UID, as where a mailbox was restored: nothing that was known by UID is valid any more. */
  renumber(person: string, folder: string): void
  /** Calls back with each change of the person's folders, at once; the returned function ends it. */
  watch(person: string, tell: (change: MailChange) => void): () => void
}

/** A message as it is left. */
export interface Given {
  readonly bytes: Uint8Array
  readonly flags?: readonly string[]
  readonly atMs: number
}

interface Place {
  readonly name: string
  uidValidity: number
  uidNext: number
  highestModseq: number
  mails: Mail[]
  gone: { uid: number; modseq: number }[]
}

export function mailStore(people: readonly string[], firstUidValidity: number): MailStore {
  let uidValidity = firstUidValidity
  const boxes = new Map<string, Map<string, Place>>()
  const watchers = new Map<string, Set<(change: MailChange) => void>>()
  const make = (name: string): Place => ({
    name,
    uidValidity: uidValidity++,
    uidNext: 1,
    highestModseq: 1,
    mails: [],
    gone: [],
  })
  for (const person of people) boxes.set(person, new Map([[inbox, make(inbox)]]))
  const boxOf = (person: string): Map<string, Place> => {
    const box = boxes.get(person)
    if (!box) throw new Error(`There is nobody named ${person}.`)
    return box
  }
  const find = (person: string, name: string): Place | undefined =>
    boxOf(person).get(name.toUpperCase() === inbox ? inbox : name)
  const tell = (person: string, change: MailChange): void => {
    for (const each of watchers.get(person) ?? []) each(change)
  }
  const put = (person: string, place: Place, { bytes, flags = [], atMs }: Given): number => {
    if (place.mails.length >= mostMails) throw new Error(`${place.name} holds ${mostMails} messages, and no more.`)
    const mail = { uid: place.uidNext++, bytes, atMs, flags: new Set(flags), modseq: ++place.highestModseq }
    place.mails.push(mail)
    tell(person, { type: 'came', folder: place.name, uid: mail.uid })
    return mail.uid
  }
  return {
    people: [...people],
    folders: (person) => [...boxOf(person).values()],
    folder: find,
    create: (person, name) => {
      const box = boxOf(person)
      if (find(person, name) || box.size >= mostFolders || !folderName.test(name)) return false
      box.set(name, make(name))
      return true
    },
    append: (person, folder, given) => {
      const place = find(person, folder)
      if (!place) throw new Error(`${person} has no folder ${folder}.`)
      return put(person, place, given)
    },
    flag: (person, folder, uid, how, flags) => {
      const place = find(person, folder)
      const at = place?.mails.findIndex((each) => each.uid === uid) ?? -1
      const mail = place?.mails[at]
      if (!place || !mail) return undefined
      const next = new Set(how === '' ? [] : mail.flags)
      for (const flag of flags) {
        if (how === '-') next.delete(flag)
        else next.add(flag)
      }
      if (next.size === mail.flags.size && [...next].every((flag) => mail.flags.has(flag))) return mail
      const changed = { ...mail, flags: next, modseq: ++place.highestModseq }
      place.mails[at] = changed
      tell(person, { type: 'flags', folder: place.name, uid })
      return changed
    },
    copy: (person, from, uid, to) => {
      const mail = find(person, from)?.mails.find((each) => each.uid === uid)
      const place = find(person, to)
      if (!mail || !place) return undefined
      return put(person, place, { bytes: mail.bytes, flags: [...mail.flags], atMs: mail.atMs })
    },
    remove: (person, folder, uid) => {
      const place = find(person, folder)
      if (!place?.mails.some((each) => each.uid === uid)) return false
      place.mails = place.mails.filter((each) => each.uid !== uid)
      place.gone = [...place.gone, { uid, modseq: ++place.highestModseq }].slice(-mostGone)
      tell(person, { type: 'gone', folder: place.name, uid })
      return true
    },
    renumber: (person, folder) => {
      const place = find(person, folder)
      if (!place) return
      const { mails } = place
      Object.assign(place, make(place.name), { uidNext: mails.length + 101 })
      place.mails = mails.map((mail, at) => ({ ...mail, uid: at + 101, modseq: 1 }))
    },
    watch: (person, told) => {
      boxOf(person)
      const all = watchers.get(person) ?? new Set()
      watchers.set(person, all.add(told))
      return () => void all.delete(told)
    },
  }
}

const inbox = 'INBOX'
const folderName = /^\w[\w .&,+-]{0,100}(\/\w[\w .&,+-]{0,100}){0,4}$/
const mostFolders = 50
const mostMails = 20_000
const mostGone = 1000
