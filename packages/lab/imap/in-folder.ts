// Commands on messages: SELECT, FETCH, STORE, COPY, MOVE, EXPUNGE, SEARCH and their forms by UID (RFC 3501 §6.4, RFC 4315, RFC 6851, RFC 7162).
import { listOf, textOf, type Token } from './command.ts'
import { fetched, flagsOf, readFetch } from './fetching.ts'
import type { Folder, Mail } from './mail-store.ts'
import type { Talk } from './session.ts'
import { View } from './view.ts'

export interface Asked {
  readonly tag: string
  readonly word: string
  readonly args: readonly Token[]
  readonly isIdle: () => boolean
}

/** The answer’s last line; undefined: the connection is at its end. */
export function inFolder(talk: Talk, asked: Asked): string | undefined {
  const { tag, word, args } = asked
  if (word === 'SELECT' || word === 'EXAMINE') return select(talk, asked)
  const { selected } = talk
  if (!selected) return `${tag} BAD No folder is selected, or no such command`
  if (word === 'UID') {
    const [called, ...rest] = args
    return onMessages(talk, { ...asked, word: textOf(called).toUpperCase(), args: rest }, true)
  }
  if (word === 'CLOSE' || word === 'UNSELECT') {
    if (word === 'CLOSE' && !selected.isReadOnly) expunge(talk, (mail) => mail.flags.has('\\Deleted'))
    selected.unwatch()
    talk.selected = undefined
    return `${tag} OK`
  }
  return onMessages(talk, asked, false)
}

function select(talk: Talk, { tag, word, args, isIdle }: Asked): string {
  const { store, person, faults } = talk
  talk.selected?.unwatch()
  talk.selected = undefined
  const name = textOf(args[0])
  const folder = faults.has('voicemail-no-folder') ? undefined : store.folder(person, name)
  if (!folder) return `${tag} NO [NONEXISTENT] There is no such folder`
  const isReadOnly = word === 'EXAMINE'
  const view = new View(() => store.folder(person, folder.name) as Folder)
  const unwatch = store.watch(person, (change) => {
    if (change.folder !== folder.name) return
    view.take(change)
    // Who idles is told at once, after what is being done now is done.
    if (isIdle()) setImmediate(() => isIdle() && talk.catchUp(true))
  })
  talk.selected = { name: folder.name, isReadOnly, view, unwatch }
  if (listOf(args[1]).some((each) => textOf(each).toUpperCase() === 'CONDSTORE'))
    talk.knowsModseq = talk.can('CONDSTORE')
  talk.untagged('FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)')
  talk.untagged(`OK [PERMANENTFLAGS (${isReadOnly ? '' : '\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*'})] Flags`)
  talk.untagged(`${folder.mails.length} EXISTS`)
  talk.untagged('0 RECENT')
  talk.untagged(`OK [UIDVALIDITY ${folder.uidValidity}] UIDs`)
  talk.untagged(`OK [UIDNEXT ${folder.uidNext}] Next`)
  talk.untagged(talk.can('CONDSTORE') ? `OK [HIGHESTMODSEQ ${folder.highestModseq}] Highest` : 'OK [NOMODSEQ] None')
  return `${tag} OK [READ-${isReadOnly ? 'ONLY' : 'WRITE'}]`
}

function onMessages(talk: Talk, { tag, word, args }: Asked, isByUid: boolean): string | undefined {
  const { view, isReadOnly } = talk.selected as NonNullable<Talk['selected']>
  if (word === 'SEARCH') return search(talk, tag, args, isByUid)
  if (word === 'EXPUNGE') {
    if (isReadOnly) return `${tag} NO It is only looked at`
    if (isByUid && !talk.can('UIDPLUS')) return `${tag} BAD No UIDPLUS here`
    const among = isByUid ? view.uidsIn(textOf(args[0]), true) : undefined
    if (isByUid && !among) return `${tag} BAD No set of messages`
    expunge(talk, (mail) => mail.flags.has('\\Deleted') && (among?.includes(mail.uid) ?? true))
    return `${tag} OK`
  }
  const uids = view.uidsIn(textOf(args[0]), isByUid)
  if (!uids) return `${tag} BAD No set of messages`
  const done = ((): string | undefined => {
    switch (word) {
      case 'FETCH':
        return fetch(talk, tag, uids, args.slice(1), isByUid)
      case 'STORE':
        return isReadOnly ? `${tag} NO It is only looked at` : store(talk, tag, uids, args.slice(1), isByUid)
      case 'COPY':
        return copy(talk, tag, uids, textOf(args[1]), false)
      case 'MOVE':
        return talk.can('MOVE') ? copy(talk, tag, uids, textOf(args[1]), true) : `${tag} BAD No MOVE here`
      default:
        return `${tag} BAD No such command`
    }
  })()
  if (done !== undefined) talk.catchUp(isByUid || word === 'MOVE')
  return done
}

function fetch(
  talk: Talk,
  tag: string,
  uids: readonly number[],
  args: readonly Token[],
  isByUid: boolean,
): string | undefined {
  const { items, changedSince, marks } = readFetch(args, isByUid)
  const { view, isReadOnly, name } = talk.selected as NonNullable<Talk['selected']>
  if (changedSince !== undefined && talk.can('CONDSTORE')) talk.knowsModseq = true
  const there = new Map(talk.folder().mails.map((mail) => [mail.uid, mail]))
  for (const uid of uids) {
    let mail = there.get(uid)
    if (!mail || (changedSince !== undefined && mail.modseq <= changedSince)) continue
    if (marks && !isReadOnly) mail = talk.store.flag(talk.person, name, uid, '+', ['\\Seen']) ?? mail
    const answer = fetched(mail, items)
    if (!answer) return `${tag} BAD Something is asked that is not known`
    const line = Buffer.concat([Buffer.from(`* ${view.numberOf(uid)} FETCH (`), answer, Buffer.from(')\r\n')])
    if (isSound(items) && line.length > leastCut && talk.faults.has('voicemail-cut-in-download')) {
      talk.faults.clear('voicemail-cut-in-download')
      talk.send(line.subarray(0, line.length >> 1))
      talk.end('cut')
      return undefined
    }
    talk.send(line)
  }
  return `${tag} OK`
}

function isSound(items: readonly string[]): boolean {
  return items.some((each) => /^BODY(\.PEEK)?\[[\d.]+\]/i.test(each))
}

function store(talk: Talk, tag: string, uids: readonly number[], args: readonly Token[], isByUid: boolean): string {
  const [, how = '', isSilent] = /^([+-]?)FLAGS(\.SILENT)?$/i.exec(textOf(args[0])) ?? []
  if (!/^[+-]?FLAGS/i.test(textOf(args[0]))) return `${tag} BAD Only flags`
  const flags = listOf(args[1]).map(textOf)
  const { view, name } = talk.selected as NonNullable<Talk['selected']>
  for (const uid of uids) {
    const mail = talk.store.flag(talk.person, name, uid, how as '' | '+' | '-', flags)
    view.told(uid)
    if (!mail || (isSilent && !talk.knowsModseq)) continue
    const said = [...(isByUid ? [`UID ${uid}`] : []), ...(isSilent ? [] : [flagsOf(mail)])]
    if (talk.knowsModseq) said.push(`MODSEQ (${mail.modseq})`)
    talk.untagged(`${view.numberOf(uid)} FETCH (${said.join(' ')})`)
  }
  return `${tag} OK`
}

function copy(talk: Talk, tag: string, uids: readonly number[], to: string, isMove: boolean): string {
  const { name } = talk.selected as NonNullable<Talk['selected']>
  const target = talk.store.folder(talk.person, to)
  if (!target) return `${tag} NO [TRYCREATE] There is no such folder`
  const made: [number, number][] = []
  for (const uid of uids) {
    const copied = talk.store.copy(talk.person, name, uid, target.name)
    if (copied === undefined) continue
    made.push([uid, copied])
    if (isMove) talk.store.remove(talk.person, name, uid)
  }
  const code = `[COPYUID ${target.uidValidity} ${made.map(([from]) => from).join(',')} ${made.map(([, at]) => at).join(',')}]`
  const says = talk.can('UIDPLUS') && made.length > 0
  if (isMove && says) talk.untagged(`OK ${code} Moved`)
  return `${tag} OK${says && !isMove ? ` ${code}` : ''}`
}

function expunge(talk: Talk, isGone: (mail: Mail) => boolean): void {
  for (const mail of talk.folder().mails.filter(isGone)) talk.store.remove(talk.person, talk.folder().name, mail.uid)
  talk.catchUp(true)
}

/** ALL, and flags: what more is asked for is not looked for here. */
function search(talk: Talk, tag: string, args: readonly Token[], isByUid: boolean): string {
  const words = args.map((each) => textOf(each).toUpperCase())
  const { view } = talk.selected as NonNullable<Talk['selected']>
  let found: readonly Mail[] = talk.folder().mails
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string
    const flag = /^(UN)?(SEEN|DELETED|FLAGGED|ANSWERED)$/.exec(word)
    if (word === 'CHARSET') at++
    else if (flag) {
      const named = `\\${(flag[2] as string)[0]}${(flag[2] as string).slice(1).toLowerCase()}`
      found = found.filter(({ flags }) => flags.has(named) === (flag[1] === undefined))
    } else if (word === 'UID' || /^[\d*]/.test(word)) {
      const among = view.uidsIn(textOf(word === 'UID' ? args[++at] : args[at]), word === 'UID')
      found = found.filter(({ uid }) => among?.includes(uid))
    } else if (word !== 'ALL') return `${tag} NO [CANNOT] Only flags are searched for`
  }
  const numbers = found.map(({ uid }) => (isByUid ? uid : view.numberOf(uid))).filter((each) => each > 0)
  talk.untagged(`SEARCH${numbers.map((each) => ` ${each}`).join('')}`)
  talk.catchUp(isByUid)
  return `${tag} OK`
}

const leastCut = 1000
