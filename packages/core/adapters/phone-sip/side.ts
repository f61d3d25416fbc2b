// One session's part of a call's sound: what was offered, what was answered, who holds whom (RFC 3264).
import {
  type Agreed,
  type Audio,
  answer,
  begin,
  offer,
  type Refusal,
  readAnswer,
  type Said,
} from '@openparley/protocols/sdp'
import type { Leg } from '../../services/media/port.ts'

export class Side {
  readonly session: string
  /** In their order of preference; others are not offered. */
  readonly #codecs: readonly string[]
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
  constructor(session: string, number: number, codecs: readonly string[]) {
    this.session = session
    this.#codecs = codecs
    this.#said = begin(number)
  }

  /** An offer of ours, as a body. */
  offer(leg: Leg, direction: Audio['direction'] = this.#wanted): string {
    const { text, said } = offer(this.#said, this.#describe(leg, direction))
    this.#said = said
    return text
  }

  /** Our answer to their offer. */
  answer(leg: Leg, body: string): { readonly text: string; readonly agreed: Agreed } | Refusal {
    const answered = answer(this.#said, body, this.#describe(leg, this.#wanted))
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

  #describe(leg: Leg, direction: Audio['direction']): Audio {
    const codecs = this.#codecs
    const rank = (name: string): number => (codecs.includes(name) ? codecs.indexOf(name) : codecs.length)
    const wanted = leg.local.codecs.filter(({ name }) => codecs.includes(name) || name === 'telephone-event')
    this.#local = { ...leg.local, codecs: wanted.toSorted((a, b) => rank(a.name) - rank(b.name)), direction }
    return this.#local
  }
}
