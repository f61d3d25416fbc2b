// One session's part of a call's sound: what was offered, what was answered, who holds whom (RFC 3264).
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
import type { Leg } from '../../services/media/port.ts'

/** What the settings say of a call's sound. */
export interface SoundPolicy {
  /** In their order of preference; others are not offered. */
  readonly codecs: readonly string[]
  readonly srtp: 'off' | 'offer' | 'require'
  /** In their order of preference; others are not used. */
  readonly suites: readonly string[]
}

export class Side {
  readonly session: string
  readonly #policy: SoundPolicy
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

  /** `number` is of the description's session id: unguessable, below 2⁵³. */
  constructor(session: string, number: number, policy: SoundPolicy) {
    this.session = session
    this.#policy = policy
    this.#said = begin(number)
  }

  /** An offer of ours, as a body. `secret`: nobody on its way to the server can read it. */
  offer(leg: Leg, secret: boolean, direction: Audio['direction'] = this.#wanted): string {
    const keys = secret || this.#policy.srtp === 'require' || this.#keys !== undefined
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

  get #wanted(): Audio['direction'] {
    return this.held ? 'sendonly' : 'sendrecv'
  }

  #describe(leg: Leg, direction: Audio['direction'], withKeys: boolean): Audio {
    const { codecs, srtp, suites } = this.#policy
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
