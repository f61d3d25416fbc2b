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
} from '@openparley/protocols/sdp'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneEvent } from '../../services/calls/port.ts'
import type { Leg } from '../../services/media/port.ts'
import type { Asking } from './asking.ts'

/** What the settings say of a call's sound. */
export interface SoundPolicy {
  /** In their order of preference; others are not offered. */
  readonly codecs: readonly string[]
  readonly srtp: 'off' | 'offer' | 'require'
  /** In their order of preference; others are not used. */
  readonly suites: readonly string[]
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

export class Side {
  readonly session: string
  readonly #parts: SideParts
  /** Our keys of this session, from its first description on (RFC 4568 §7.1.4). */
  #keys: readonly Crypto[] | undefined
  #said: Said
  /** Our side as last described. */
  #local: Audio | undefined
  /** Their INVITE's offer, until it is answered. */
  offered: string | undefined
  answered = false
  /** What we want of the stream, whatever was agreed: hold is wanting not to receive. */
  held = false
  remoteHeld = false
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
    link.feed({ type: 'invite', session, uri, from, to: `<${uri}>`, body: this.offer(leg), hop, contact, headers })
  }

  /** Asks the other side to wait, or to go on. */
  ask(leg: Leg, asking: 'hold' | 'resume'): void {
    this.asking = asking
    const hold = this.remoteHeld ? 'inactive' : 'sendonly'
    const body = this.offer(leg, asking === 'hold' ? hold : 'sendrecv')
    this.#parts.link.feed({ type: 'offer', session: this.session, body })
  }

  /** An offer of ours, as a body. */
  offer(leg: Leg, direction: Audio['direction'] = this.#wanted): string {
    const { link, policy } = this.#parts
    // Nobody on its way to the server can read keys then.
    const isSecret = link.way()?.hop.transport === 'tls'
    const keys = isSecret || policy.srtp === 'require' || this.#keys !== undefined
    const { text, said } = offer(this.#said, this.#describe(leg, direction, keys))
    this.#said = said
    return text
  }

  /** Our answer to their offer. */
  answer(leg: Leg, body: string): { readonly text: string; readonly agreed: Agreed } | Refusal {
    const answered = answer(this.#said, body, this.#describe(leg, this.#wanted, true))
    if ('refused' in answered) return answered
    this.#said = answered.said
    return answered
  }

  /** What their answer agrees on; undefined where nothing of ours was offered. */
  read(body: string): Agreed | Refusal | undefined {
    return this.#local && readAnswer(body, this.#local)
  }

  /** What they offer within the call is answered, or refused. */
  answerOffer(leg: Leg, body: string): void {
    const { session } = this
    const { link } = this.#parts
    const answered = this.answer(leg, body)
    if ('refused' in answered) return link.feed({ type: 'refuse', session })
    link.feed({ type: 'answer', session, body: answered.text })
    this.connect(leg, answered.agreed)
  }

  connect(leg: Leg, { remote, direction, protection }: Agreed): void {
    const { call, heldTone, tell } = this.#parts
    leg.connect(
      remote,
      direction,
      protection && { suite: protection.suite, ours: protection.ours.key, theirs: protection.theirs.key },
    )
    const held = !this.held && (remote.direction === 'sendonly' || remote.direction === 'inactive')
    leg.heldTone(held && this.answered && heldTone())
    if (!this.answered && !held) return
    if (held !== this.remoteHeld && !this.asking) {
      this.remoteHeld = held
      tell({ type: held ? 'held' : 'resumed', call, by: 'remote' })
    }
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
    this.#local = {
      ...leg.local,
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
