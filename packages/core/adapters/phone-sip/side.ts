// One session of a call: what is offered in it and answered, and who holds whom (RFC 3264).
import {
  type Agreed,
  type Audio,
  answer,
  begin,
  type Crypto,
  offer,
  type Refusal,
  readAnswer,
  type Said,
  unanswerable,
} from '@openparley/protocols/sdp'
import type { SessionEvent } from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneEvent } from '../../services/calls/port.ts'
import type { Leg, MediaWays, Search } from '../../services/media/port.ts'
import type { Asking } from './asking.ts'

/** What the settings say of a call's sound. */
export interface SoundPolicy {
  /** In their order of preference; others are not offered. */
  readonly codecs: readonly string[]
  readonly srtp: 'off' | 'offer' | 'require'
  /** In their order of preference; others are not used. */
  readonly suites: readonly string[]
  /** Whether a way for sound is looked for: where it is offered, or in every call. */
  readonly ice: 'off' | 'answer' | 'offer'
}

/** Whether a call’s leg needs candidates. */
export function wantsWays({ ice }: SoundPolicy, offered: string | undefined): boolean {
  return ice === 'offer' ? offered === undefined || hasWays(offered) : ice === 'answer' && hasWays(offered ?? '')
}

function hasWays(offered: string): boolean {
  return /^a=ice-ufrag:/m.test(offered)
}

/** Why an offer can be answered by nobody who is held to that. */
export function hopeless(offered: string, { codecs, srtp, suites }: SoundPolicy): Refusal | undefined {
  return unanswerable(offered, { codecs, suites: srtp === 'off' ? [] : suites, protected: srtp === 'require' })
}

export interface SideParts {
  readonly call: string
  readonly link: SipLink
  readonly policy: SoundPolicy
  /** A number below 2⁵³ that nobody can guess. */
  readonly number: () => number
  /** Whether one hears a tone while the other side holds and no music comes. */
  readonly heldTone: () => boolean
  readonly tell: (event: PhoneEvent) => void
}

export type Exchanged = Extract<SessionEvent, { type: 'offered' | 'offer-wanted' | 'offer-answered' | 'offer-refused' }>

export class Side {
  readonly session: string
  readonly #parts: SideParts
  /** Our keys of this session, from its first description on (RFC 4568 §7.1.4). */
  #keys: readonly Crypto[] | undefined
  /** Our ways of this session, as last described, and theirs as they were last connected. */
  #ways: MediaWays | undefined
  #search: Search | undefined
  #said: Said
  /** Our side as last described. */
  #local: Audio | undefined
  /** Their INVITE's offer, until it is answered. */
  offered: string | undefined
  answered = false
  /** What we want of the stream, whatever was agreed: hold is wanting not to receive. */
  held = false
  remoteHeld = false
  /** By what was agreed they do not hear us. */
  #isDeaf = false
  /** What a re-INVITE of ours is for. */
  asking: 'hold' | 'resume' | undefined

  constructor(session: string, parts: SideParts) {
    this.session = session
    this.#parts = parts
    this.#said = begin(parts.number())
  }

  invite(leg: Leg, { uri, from, headers }: Asking): void {
    const { link } = this.#parts
    const way = link.way()
    if (!way) return
    const { session } = this
    const { hop, contact } = way
    link.feed({ type: 'invite', session, uri, from, to: `<${uri}>`, body: this.#offer(leg), hop, contact, headers })
  }

  /** Takes their INVITE; what is wrong with it where it cannot be. */
  accept(leg: Leg): Refusal | undefined {
    const { session, offered } = this
    const answered = offered === undefined ? undefined : this.#answer(leg, offered)
    if (answered && 'refused' in answered) return answered
    if (answered) this.#connect(leg, answered.agreed, false)
    this.#parts.link.feed({ type: 'accept', session, body: answered?.text ?? this.#offer(leg) })
    return undefined
  }

  /** The call in it is answered: who holds it from the start is told from now on. */
  begins(leg: Leg | undefined): void {
    this.answered = true
    if (leg) this.#look(leg)
  }

  /** Asks the other side to wait, or to go on. */
  ask(leg: Leg, asking: 'hold' | 'resume'): void {
    this.asking = asking
    const hold = this.remoteHeld ? 'inactive' : 'sendonly'
    const body = this.#offer(leg, asking === 'hold' ? hold : 'sendrecv')
    this.#parts.link.feed({ type: 'offer', session: this.session, body })
  }

  /** The way is lost: candidates for another search are there when it resolves. False: there are none. */
  async lookForWays(leg: Leg): Promise<boolean> {
    const ways = await leg.renewWays?.()
    if (ways) this.#ways = ways
    return ways !== undefined
  }

  /** Begins that search (RFC 8839 §4.4.1.1.1), unless theirs has come meanwhile. False: something else is being asked now. */
  offerWays(leg: Leg): boolean {
    if (this.#ways === this.#search?.ours) return true
    if (this.asking) return false
    this.#parts.link.feed({ type: 'offer', session: this.session, body: this.#offer(leg) })
    return true
  }

  /** By which sound goes now; another one each time it begins anew. */
  get search(): Search | undefined {
    return this.#search
  }

  /** Reads their answer; undefined where nothing of ours was offered. */
  read(leg: Leg, body: string): Agreed | Refusal | undefined {
    const agreed = this.#local && readAnswer(body, this.#local)
    if (agreed && !('refused' in agreed)) this.#connect(leg, agreed, true)
    return agreed
  }

  /** An offer within the call, theirs or ours; what is wrong with their answer where it cannot be used. */
  exchanged(event: Exchanged, leg: Leg): Refusal | undefined {
    const { call, link, tell } = this.#parts
    const { session, asking } = this
    switch (event.type) {
      case 'offered': {
        const answered = this.#answer(leg, event.body)
        if ('refused' in answered) link.feed({ type: 'refuse', session })
        else {
          link.feed({ type: 'answer', session, body: answered.text })
          this.#connect(leg, answered.agreed, false)
        }
        return undefined
      }
      case 'offer-wanted':
        link.feed({ type: 'answer', session, body: this.#offer(leg) })
        return undefined
      case 'offer-answered': {
        this.asking = undefined
        const agreed = this.read(leg, event.body)
        if (agreed && 'refused' in agreed) return agreed
        if (!agreed || !asking) return undefined
        this.held = asking === 'hold'
        tell({ type: this.held ? 'held' : 'resumed', call, by: 'local' })
        return undefined
      }
      case 'offer-refused': {
        this.asking = undefined
        const cause = { protocol: 'sip', status: event.status, text: event.reason } as const
        if (asking) tell({ type: 'refused', call, command: asking, code: 'call-failed', cause })
        return undefined
      }
    }
  }

  #connect(leg: Leg, { remote, direction, protection }: Agreed, offered: boolean): void {
    const { ice } = remote
    const ours = this.#ways
    // The side that has offered is the one that decides (RFC 8445 §6.1.1).
    this.#search = ours && ice && ice !== 'mismatch' ? { ours, theirs: ice, controlling: offered } : undefined
    leg.connect(
      remote,
      direction,
      protection && { suite: protection.suite, ours: protection.ours.key, theirs: protection.theirs.key },
      this.#search,
    )
    this.#isDeaf = remote.direction === 'sendonly' || remote.direction === 'inactive'
    this.#look(leg)
  }

  #look(leg: Leg): void {
    const { call, heldTone, tell } = this.#parts
    const held = !this.held && this.#isDeaf
    leg.heldTone(held && this.answered && heldTone())
    if (!this.answered || held === this.remoteHeld || this.asking) return
    this.remoteHeld = held
    tell({ type: held ? 'held' : 'resumed', call, by: 'remote' })
  }

  /** An offer of ours, as a body. */
  #offer(leg: Leg, direction: Audio['direction'] = this.#wanted): string {
    const { link, policy } = this.#parts
    // Nobody on its way to the server can read keys then.
    const isSecret = link.way()?.hop.transport === 'tls'
    const keys = isSecret || policy.srtp === 'require' || this.#keys !== undefined
    const { text, said } = offer(this.#said, this.#describe(leg, direction, keys))
    this.#said = said
    return text
  }

  #answer(leg: Leg, body: string): { readonly text: string; readonly agreed: Agreed } | Refusal {
    // Who begins a search anew is answered with a new name (RFC 8839 §4.4.2): the one that we were about to offer, where there is one.
    const ufrag = /^a=ice-ufrag:(\S+)/m.exec(body)?.[1]
    const isNew = this.#search !== undefined && ufrag !== undefined && ufrag !== this.#search.theirs.ufrag
    if (isNew && this.#ways === this.#search?.ours) this.#ways = leg.newWays?.()
    const answered = answer(this.#said, body, this.#describe(leg, this.#wanted, true))
    if ('refused' in answered) return answered
    this.#said = answered.said
    return answered
  }

  get #wanted(): Audio['direction'] {
    return this.held ? 'sendonly' : 'sendrecv'
  }

  #describe(leg: Leg, direction: Audio['direction'], withKeys: boolean): Audio {
    const { codecs, srtp, suites } = this.#parts.policy
    const wanted = leg.local.codecs.filter(({ name }) => codecs.includes(name) || name === 'telephone-event')
    if (withKeys && srtp !== 'off')
      this.#keys ??= inOrder(leg.newKeys(), suites, ({ suite }) => suite)
        .filter(({ suite }) => suites.includes(suite))
        .map((key, i) => ({ ...key, tag: i + 1 }))
    this.#ways ??= leg.newWays?.()
    this.#local = {
      ...leg.local,
      ...(this.#ways ? { ...this.#ways.at, ice: this.#ways } : {}),
      codecs: inOrder(wanted, codecs, ({ name }) => name),
      direction,
      protected: srtp === 'require',
      ...(withKeys && this.#keys ? { crypto: this.#keys } : {}),
    }
    return this.#local
  }
}

/** What is not named comes last. */
function inOrder<T>(all: readonly T[], names: readonly string[], nameOf: (each: T) => string): T[] {
  const rank = (each: T): number => {
    const at = names.indexOf(nameOf(each))
    return at < 0 ? names.length : at
  }
  return all.toSorted((a, b) => rank(a) - rank(b))
}
