// A client's stream, the server's side (RFC 6120): TLS, the proof of a password, a resource, and stanzas from then on.
import { elementsIn, type XmlElement, XmlStreamReader, writeXmlWithin } from '@openparley/protocols/common'
import { type Account, Session } from './account.ts'
import type { Domain } from './domain.ts'
import { readJid } from './jid.ts'
import { enable, failed, readCount, resume } from './management.ts'
import { ns } from './names.ts'
import { beginSasl, mechanisms, type SaslFailure, type SaslStep, type SaslWorld } from './sasl.ts'
import { element, inside, resultOf, said } from './stanza.ts'
import { type StreamAct, type StreamSignal, type StreamState, streamTable } from './stream-table.ts'
import type { Connection } from './wire.ts'

export interface StreamOptions {
  readonly domain: Domain
  readonly connection: Connection
  readonly sasl: SaslWorld
  /** What was sent to a person. */
  readonly note: (person: string, stanza: XmlElement) => void
}

export class ClientStream {
  readonly #domain: Domain
  readonly #connection: Connection
  readonly #options: StreamOptions
  #state: StreamState
  #reader = new XmlStreamReader()
  /** Whether our header is out. */
  #isOpen = false
  #step: SaslStep | undefined
  #failures = 0
  #account: Account | undefined
  #session: Session | undefined
  /** Stanzas since the resource was bound. */
  #taken = 0
  readonly #giveUp: () => void

  constructor(options: StreamOptions) {
    this.#options = options
    this.#domain = options.domain
    this.#connection = options.connection
    this.#state = options.connection.secure ? 'secure' : 'clear'
    const { clock } = this.#domain
    this.#giveUp = clock.at(clock.now() + mostUnboundMs, () => this.fail('connection-timeout'))
  }

  /** Whose it is, once that is proven. */
  get person(): string | undefined {
    return this.#account?.jid.local
  }

  received(bytes: Buffer): void {
    if (this.#domain.faults.has('xmpp-silent')) return
    const reader = this.#reader
    for (const event of reader.push(bytes)) {
      // What stood behind the last of a stream that begins anew is not of the new one.
      if (reader !== this.#reader || this.#state === 'over') return
      if (event.is === 'open') this.#opened(event.root)
      else if (event.is === 'element') this.#element(event.element)
      else if (event.is === 'close') this.#end()
      else this.fail(faultConditions[event.cause])
    }
  }

  /** The connection is gone, in whatever way. */
  closed(): void {
    this.#detach('waits')
  }

  /** A stream error (RFC 6120 §4.9), and the end. */
  fail(condition: string, then: 'over' | 'waits' = 'over'): void {
    if (this.#state === 'over') return
    if (!this.#isOpen) this.#sendHeader()
    this.#connection.send(`<stream:error><${condition} xmlns='${ns.streamErrors}'/></stream:error></stream:stream>`)
    this.#detach(then)
    this.#connection.close()
  }

  #end(): void {
    this.#connection.send('</stream:stream>')
    this.#detach('over')
    this.#connection.close()
  }

  /** The session ends with its stream, or waits for another where it may. */
  #detach(then: 'over' | 'waits'): void {
    this.#state = 'over'
    this.#giveUp()
    const session = this.#session
    this.#session = undefined
    if (!session) return
    if (then === 'waits' && session.ledger?.id !== undefined) this.#domain.wait(session)
    else this.#domain.leave(session)
  }

  #opened({ local, uri, attributes }: XmlElement): void {
    const { to, version } = attributes
    const wrong =
      local !== 'stream' || uri !== ns.stream || attributes['xmlns'] !== ns.client
        ? 'invalid-namespace'
        : to !== undefined && readJid(to)?.full !== this.#domain.name
          ? 'host-unknown'
          : version === undefined || Number.parseInt(version, 10) < 1
            ? 'unsupported-version'
            : undefined
    if (wrong) return this.fail(wrong)
    this.#sendHeader()
    this.#connection.send(`<stream:features>${this.#features().map(write).join('')}</stream:features>`)
  }

  #sendHeader(): void {
    this.#isOpen = true
    const id = this.#domain.dice.token(128)
    this.#connection.send(
      `<?xml version='1.0'?><stream:stream xmlns='${ns.client}' xmlns:stream='${ns.stream}' id='${id}' from='${this.#domain.name}' version='1.0' xml:lang='en'>`,
    )
  }

  #features(): XmlElement[] {
    switch (this.#state) {
      case 'clear':
        // As an attacker would have it who took the offer out.
        if (this.#domain.faults.has('xmpp-no-tls')) return [offeredMechanisms]
        return [element('starttls', ns.tls, {}, [element('required', ns.tls)])]
      case 'secure':
        return [offeredMechanisms]
      case 'proven':
        return [
          element('bind', ns.bind),
          element('ver', ns.rosterVersions),
          element('csi', ns.csi),
          element('sm', ns.management),
        ]
      default:
        return []
    }
  }

  #element(sent: XmlElement): void {
    const signal = signalOf(sent)
    const act = signal && streamTable[this.#state][signal]
    if (act) this.#state = this.#acts[act](sent)
    else this.fail(this.#state === 'bound' ? 'unsupported-stanza-type' : 'not-authorized')
  }

  readonly #acts: Readonly<Record<StreamAct, (sent: XmlElement) => StreamState>> = {
    startTls: () => {
      this.#connection.startTls(`<proceed xmlns='${ns.tls}'/>`)
      return this.#anew('secure')
    },
    refuseInClear: () => this.#refused('encryption-required', 'clear'),
    begin: (sent) => {
      const first = dataOf(sent)
      if (first === undefined) return this.#refused('malformed-request', 'secure')
      return this.#stepped(beginSasl(sent.attributes['mechanism'] ?? '', first, this.#options.sasl))
    },
    goOn: (sent) => {
      const answer = dataOf(sent)
      const step = this.#step
      if (step?.is !== 'challenge' || answer === undefined) return this.#refused('malformed-request', 'secure')
      return this.#stepped(step.next(answer))
    },
    abort: () => this.#refused('aborted', 'secure'),
    bind: (sent) => this.#bind(sent),
    resume: (sent) => this.#resume(sent),
    enable: (sent) => {
      this.#send(enable(this.#domain, this.#session as Session, sent))
      return this.#state
    },
    // There is nothing to count before there is a resource (XEP-0198 §3).
    refuseEnable: () => {
      this.#send(failed('unexpected-request'))
      return this.#state
    },
    tellCount: () => {
      const ledger = this.#session?.ledger
      if (ledger && !this.#domain.faults.has('xmpp-drop-acks'))
        this.#send(element('a', ns.management, { h: String(ledger.taken) }))
      return this.#state
    },
    noteCount: (sent) => {
      const ledger = this.#session?.ledger
      const had = readCount(sent.attributes['h'])
      if (ledger) ledger.isAsking = false
      if (ledger && (had === undefined || !ledger.acknowledge(had))) this.fail('undefined-condition')
      return this.#state
    },
    take: (sent) => {
      this.#take(sent)
      return this.#state
    },
    ignore: () => this.#state,
  }

  /** The next header opens a new stream on the same connection (RFC 6120 §4.3.3). */
  #anew(state: StreamState): StreamState {
    this.#reader = new XmlStreamReader()
    this.#isOpen = false
    return state
  }

  #stepped(step: SaslStep): StreamState {
    this.#step = step
    if (step.is === 'challenge') {
      this.#connection.send(`<challenge xmlns='${ns.sasl}'>${step.data.toString('base64')}</challenge>`)
      return 'proving'
    }
    if (step.is === 'failure') return this.#refused(step.failure, 'secure')
    const account = this.#domain.accounts.get(step.user)
    if (!account) return this.#refused('not-authorized', 'secure')
    if (step.authzid !== '' && readJid(step.authzid)?.bare !== account.jid.bare)
      return this.#refused('invalid-authzid', 'secure')
    this.#account = account
    const data = step.data ? step.data.toString('base64') : ''
    this.#connection.send(`<success xmlns='${ns.sasl}'>${data}</success>`)
    return this.#anew('proven')
  }

  #refused(failure: SaslFailure, state: StreamState): StreamState {
    this.#step = undefined
    this.#connection.send(`<failure xmlns='${ns.sasl}'><${failure}/></failure>`)
    if (++this.#failures < mostFailures) return state
    this.fail('policy-violation')
    return 'over'
  }

  #bind(sent: XmlElement): StreamState {
    const account = this.#account as Account
    const asked = said(inside(inside(sent, ns.bind, 'bind') as XmlElement, ns.bind, 'resource'))
    const name = asked === '' ? this.#domain.dice.token(64) : asked
    const jid = readJid(`${account.jid.bare}/${name}`)
    if (!jid) {
      this.fail('policy-violation')
      return 'over'
    }
    // Who comes later has the resource (RFC 6120 §7.7.2.2).
    const former = account.sessions.get(jid.resource)
    former?.attached?.expel('conflict', 'over')
    if (former) this.#domain.leave(former)
    const session = new Session(account, jid, {
      note: (stanza) => this.#options.note(account.jid.local, stanza),
      overflow: (full) => {
        full.attached?.expel('policy-violation', 'over')
        this.#domain.leave(full)
      },
    })
    account.sessions.set(jid.resource, session)
    this.#attach(session)
    const bound = element('bind', ns.bind, {}, [element('jid', ns.bind, {}, [jid.full])])
    this.#send(resultOf(sent, [bound]))
    return 'bound'
  }

  #resume(sent: XmlElement): StreamState {
    const resumed = resume(this.#domain, this.#account as Account, sent)
    if (!('session' in resumed)) {
      this.#send(resumed)
      return 'proven'
    }
    const { session, ledger } = resumed
    session.attached?.expel('conflict', 'waits')
    session.stopWaiting?.()
    this.#attach(session)
    this.#send(element('resumed', ns.management, { previd: ledger.id, h: String(ledger.taken) }))
    for (const stanza of ledger.unacknowledged()) this.#send(stanza)
    ledger.isAsking = ledger.unacknowledged().length > 0
    if (ledger.isAsking) this.#send(question)
    return 'bound'
  }

  #attach(session: Session): void {
    this.#session = session
    this.#giveUp()
    session.attached = {
      write: (stanza) => this.#send(stanza),
      askCount: () => this.#send(question),
      expel: (condition, then) => this.fail(condition, then),
    }
  }

  #send(sent: XmlElement): void {
    this.#connection.send(write(sent))
  }

  #take(stanza: XmlElement): void {
    const session = this.#session as Session
    const { from } = stanza.attributes
    const claimed = from === undefined ? undefined : readJid(from)?.full
    if (from !== undefined && claimed !== session.jid.full && claimed !== session.jid.bare)
      return this.fail('invalid-from')
    this.#taken++
    if (session.ledger) session.ledger.taken++
    const { faults } = this.#domain
    if (faults.has('xmpp-cut') && this.#taken > faults.value('xmpp-cut')) return this.#connection.cut()
    this.#domain.received(stanza, session)
  }
}

function signalOf(sent: XmlElement): StreamSignal | undefined {
  const { uri, local, attributes } = sent
  if (uri === ns.client && (local === 'iq' || local === 'message' || local === 'presence'))
    return local === 'iq' && attributes['type'] === 'set' && inside(sent, ns.bind, 'bind') ? 'bind' : 'stanza'
  return signals[`${uri} ${local}`]
}

const signals: Readonly<Record<string, StreamSignal>> = {
  [`${ns.tls} starttls`]: 'starttls',
  [`${ns.sasl} auth`]: 'auth',
  [`${ns.sasl} response`]: 'response',
  [`${ns.sasl} abort`]: 'abort',
  [`${ns.management} enable`]: 'enable',
  [`${ns.management} resume`]: 'resume',
  [`${ns.management} r`]: 'askedCount',
  [`${ns.management} a`]: 'count',
  // That a client is out of sight is heard, and nothing follows from it (XEP-0352).
  [`${ns.csi} active`]: 'ignorable',
  [`${ns.csi} inactive`]: 'ignorable',
}

/** What a SASL element holds: base64, or "=" for nothing (RFC 6120 §6.4.2). Undefined where it is neither. */
function dataOf(sent: XmlElement): Buffer | undefined {
  const text = said(sent).trim()
  if (elementsIn(sent).length > 0 || !/^(=|[A-Za-z0-9+/]*={0,2})$/.test(text)) return undefined
  return text === '=' ? Buffer.alloc(0) : Buffer.from(text, 'base64')
}

function write(stanza: XmlElement): string {
  return writeXmlWithin(ns.client, stanza)
}

const question = element('r', ns.management)

const offeredMechanisms = element(
  'mechanisms',
  ns.sasl,
  {},
  Object.keys(mechanisms).map((name) => element('mechanism', ns.sasl, {}, [name])),
)

const faultConditions = {
  'not-well-formed': 'not-well-formed',
  restricted: 'restricted-xml',
  'too-large': 'policy-violation',
  'too-deep': 'policy-violation',
} as const

const mostFailures = 5
const mostUnboundMs = 30_000
