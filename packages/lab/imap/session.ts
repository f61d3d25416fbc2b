// One connection of a mail client: what it may ask and what it is answered (RFC 3501, and IDLE, UIDPLUS, MOVE, CONDSTORE, ID).
import type { FaultSet } from '../faults.ts'
import { type Command, CommandReader, textOf, type Token } from './command.ts'
import { inFolder } from './in-folder.ts'
import type { Folder, MailStore } from './mail-store.ts'
import { quoted } from './body.ts'
import type { View } from './view.ts'

export interface SessionOptions {
  readonly store: MailStore
  readonly faults: FaultSet
  readonly isSecure: boolean
  readonly passwordOf: (person: string) => string | undefined
  readonly send: (bytes: string | Uint8Array) => void
  /** Ends the connection: in good order, or as if a cable were cut. */
  readonly end: (how: 'close' | 'cut') => void
  /** The connection becomes secure; another session goes on. */
  readonly secure: () => void
  /** What was asked, for who looks. */
  readonly asked: (line: string) => void
}

export interface Selected {
  readonly name: string
  readonly isReadOnly: boolean
  readonly view: View
  readonly unwatch: () => void
}

/** What commands share. */
export interface Talk extends SessionOptions {
  person: string
  selected: Selected | undefined
  knowsModseq: boolean
  untagged(line: string): void
  folder(): Folder
  /** Tells what has changed meanwhile. */
  catchUp(mayShift: boolean): void
  can(what: 'UIDPLUS' | 'MOVE' | 'IDLE' | 'CONDSTORE'): boolean
}

export interface ImapSession {
  greet(): void
  push(bytes: Uint8Array): void
  end(): void
}

export function imapSession(options: SessionOptions): ImapSession {
  const { store, faults, isSecure, send } = options
  const reader = new CommandReader()
  /** What the next line is, where it is no command. */
  let awaits: { readonly is: 'idle' | 'proof'; readonly tag: string } | undefined
  let failures = 0
  const talk: Talk = {
    ...options,
    person: '',
    selected: undefined,
    knowsModseq: false,
    untagged: (line) => send(`* ${line}\r\n`),
    folder: () => store.folder(talk.person, talk.selected?.name ?? 'INBOX') as Folder,
    catchUp: (mayShift) => {
      for (const line of talk.selected?.view.untold(mayShift, talk.knowsModseq) ?? []) send(`${line}\r\n`)
    },
    can: (what) =>
      !{
        UIDPLUS: faults.has('voicemail-no-uidplus'),
        MOVE: faults.has('voicemail-no-uidplus'),
        IDLE: faults.has('voicemail-no-idle'),
        CONDSTORE: faults.has('voicemail-no-condstore'),
      }[what],
  }
  const capabilities = (): string => {
    if (talk.person === '') return `IMAP4rev1 LITERAL+ ID ${isSecure ? 'AUTH=PLAIN SASL-IR' : 'STARTTLS LOGINDISABLED'}`
    const able = (['IDLE', 'UIDPLUS', 'MOVE', 'CONDSTORE'] as const).filter(talk.can)
    return ['IMAP4rev1 LITERAL+ ID ENABLE UNSELECT NAMESPACE', ...able].join(' ')
  }
  const leave = (): void => {
    talk.selected?.unwatch()
    talk.selected = undefined
  }
  const signIn = (tag: string, person: string, password: string): string => {
    const isRight = password !== '' && options.passwordOf(person) === password
    if (isRight && !faults.has('voicemail-wrong-password')) {
      talk.person = person
      return `${tag} OK [CAPABILITY ${capabilities()}] Welcome`
    }
    if (++failures >= mostFailures) options.end('close')
    return `${tag} NO [AUTHENTICATIONFAILED] Authentication failed.`
  }
  const prove = (tag: string, base64: string): string => {
    const [, person = '', password = ''] = Buffer.from(base64, 'base64').toString('utf8').split('\0')
    return signIn(tag, person, password)
  }

  /** Before somebody has signed in. Undefined: nothing is answered yet. */
  const before = (tag: string, word: string, args: readonly Token[]): string | undefined => {
    switch (word) {
      case 'STARTTLS':
        if (isSecure) return `${tag} BAD TLS is there already`
        send(`${tag} OK Begin\r\n`)
        options.secure()
        return undefined
      case 'LOGIN':
        if (!isSecure) return `${tag} NO [PRIVACYREQUIRED] Not without TLS`
        return signIn(tag, textOf(args[0]), textOf(args[1]))
      case 'AUTHENTICATE':
        if (!isSecure) return `${tag} NO [PRIVACYREQUIRED] Not without TLS`
        if (textOf(args[0]).toUpperCase() !== 'PLAIN') return `${tag} NO Only PLAIN`
        if (args[1] !== undefined) return prove(tag, textOf(args[1]))
        awaits = { is: 'proof', tag }
        send('+ \r\n')
        return undefined
      default:
        return `${tag} BAD Sign in first`
    }
  }

  const list = (tag: string, word: string, args: readonly Token[]): string => {
    const pattern = textOf(args[1])
    if (pattern === '') talk.untagged(`${word} (\\Noselect) "/" ""`)
    const like = new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('%', '[^/]*')}$`,
      'i',
    )
    for (const { name } of store.folders(talk.person))
      if (like.test(name)) talk.untagged(`${word} (\\HasNoChildren) "/" ${quoted(name)}`)
    return `${tag} OK`
  }
  const status = (tag: string, args: readonly Token[]): string => {
    const folder = store.folder(talk.person, textOf(args[0]))
    if (!folder) return `${tag} NO [NONEXISTENT] There is no such folder`
    const values: Readonly<Record<string, number>> = {
      MESSAGES: folder.mails.length,
      RECENT: 0,
      UIDNEXT: folder.uidNext,
      UIDVALIDITY: folder.uidValidity,
      UNSEEN: folder.mails.filter(({ flags }) => !flags.has('\\Seen')).length,
      ...(talk.can('CONDSTORE') ? { HIGHESTMODSEQ: folder.highestModseq } : {}),
    }
    const wanted = (Array.isArray(args[1]) ? (args[1] as readonly Token[]) : []).map((each) =>
      textOf(each).toUpperCase(),
    )
    const said = wanted.filter((each) => Object.hasOwn(values, each)).map((each) => `${each} ${values[each]}`)
    talk.untagged(`STATUS ${quoted(folder.name)} (${said.join(' ')})`)
    return `${tag} OK`
  }
  const append = (tag: string, args: readonly Token[]): string => {
    const folder = store.folder(talk.person, textOf(args[0]))
    if (!folder) return `${tag} NO [TRYCREATE] There is no such folder`
    const bytes = args.at(-1)
    if (!Buffer.isBuffer(bytes)) return `${tag} BAD A message is a literal`
    const given = args.slice(1, -1)
    const flags = given.flatMap((each) => (Array.isArray(each) ? (each as readonly Token[]).map(textOf) : []))
    const date = given.map((each) => (typeof each === 'string' ? Date.parse(each.replace(/-/g, ' ')) : Number.NaN))
    const atMs = date.find((each) => !Number.isNaN(each)) ?? Date.now()
    const uid = store.append(talk.person, folder.name, { bytes, flags, atMs })
    return `${tag} OK${talk.can('UIDPLUS') ? ` [APPENDUID ${folder.uidValidity} ${uid}]` : ''}`
  }

  const after = (tag: string, word: string, args: readonly Token[]): string | undefined => {
    switch (word) {
      case 'LIST':
      case 'LSUB':
        return list(tag, word, args)
      case 'NAMESPACE':
        talk.untagged('NAMESPACE (("" "/")) NIL NIL')
        return `${tag} OK`
      case 'ENABLE':
        talk.knowsModseq ||= args.some((each) => textOf(each).toUpperCase() === 'CONDSTORE') && talk.can('CONDSTORE')
        talk.untagged(`ENABLED${talk.knowsModseq ? ' CONDSTORE' : ''}`)
        return `${tag} OK`
      case 'CREATE':
        return store.create(talk.person, textOf(args[0])) ? `${tag} OK` : `${tag} NO [CANNOT] Not that folder`
      case 'SUBSCRIBE':
      case 'UNSUBSCRIBE':
        return `${tag} OK`
      case 'STATUS':
        return status(tag, args)
      case 'APPEND':
        return append(tag, args)
      case 'IDLE':
        if (!talk.can('IDLE')) return `${tag} BAD Not here`
        awaits = { is: 'idle', tag }
        send('+ idling\r\n')
        talk.catchUp(true)
        return undefined
      default:
        return inFolder(talk, { tag, word, args, isIdle: () => awaits?.is === 'idle' })
    }
  }

  const take = ({ line, tokens }: Command): void => {
    if (awaits) {
      const { is, tag } = awaits
      awaits = undefined
      if (is === 'proof') return send(`${prove(tag, line)}\r\n`)
      return send(line.toUpperCase() === 'DONE' ? `${tag} OK Idle completed\r\n` : `${tag} BAD DONE was awaited\r\n`)
    }
    const [tag, word, ...args] = tokens
    const called = textOf(word).toUpperCase()
    options.asked(/^(LOGIN|AUTHENTICATE)$/.test(called) ? called : line.slice(textOf(tag).length + 1, 300))
    if (typeof tag !== 'string' || !/^[^+*%"\\\s(){}]{1,64}$/.test(tag)) return send('* BAD No command\r\n')
    const answer = ((): string | undefined => {
      switch (called) {
        case 'CAPABILITY':
          talk.untagged(`CAPABILITY ${capabilities()}`)
          return `${tag} OK`
        case 'ID':
          talk.untagged('ID ("name" "Parley lab")')
          return `${tag} OK`
        case 'LOGOUT':
          talk.untagged('BYE')
          send(`${tag} OK\r\n`)
          options.end('close')
          return undefined
        case 'NOOP':
        case 'CHECK':
          talk.catchUp(true)
          return `${tag} OK`
        default:
          return talk.person === '' ? before(tag, called, args) : after(tag, called, args)
      }
    })()
    if (answer !== undefined) send(`${answer}\r\n`)
  }
  return {
    greet: () => send(`* OK [CAPABILITY ${capabilities()}] Parley lab\r\n`),
    push: (bytes) => {
      for (const read of reader.push(bytes)) {
        if (!('is' in read)) take(read)
        else if (read.is === 'literal-wanted') send('+ \r\n')
        else {
          send('* BYE Too long\r\n')
          options.end('close')
        }
      }
    },
    end: leave,
  }
}

const mostFailures = 3
