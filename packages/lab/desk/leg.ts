// One SIP leg of a desk phone: what was said about its sound, and where the sound goes.
import type { Dice } from '@openparley/protocols/common'
import { type Agreed, type Audio, answer, begin, offer, readAnswer, type Said } from '@openparley/protocols/sdp'
import { eventType, type LegSound } from './sound.ts'

export class Leg {
  readonly key: string
  readonly sound: LegSound
  /** Its session with the other side: another one where somebody took their place (RFC 3891). */
  session: string
  /** calls: we do; rings: they do, and nobody has answered; up: it stands. */
  state: 'calls' | 'rings' | 'up' = 'calls'
  /** The phone has nothing more to do with it. */
  isLoose = false
  /** With whose sound ours is brought together. */
  pair: Leg | undefined
  /** What is to be said to an offer, as soon as it is answered. */
  answer: string | undefined
  heldByThem = false
  #said: Said
  #direction: Audio['direction'] = 'sendrecv'
  /** What the offer under way says; none is. */
  #offering: Audio['direction'] | undefined

  constructor(key: string, session: string, sound: LegSound, dice: Dice) {
    this.key = key
    this.session = session
    this.sound = sound
    this.#said = begin(Math.floor(dice.roll() * 2 ** 53))
  }

  /** An offer of what we want now. */
  offer(): string {
    const { text, said } = offer(this.#said, this.#audio)
    this.#said = said
    this.#offering = this.#direction
    return text
  }

  /** The offer to make now; undefined: it is as it was, or another one is under way, and this comes after it. */
  want(direction: Audio['direction']): string | undefined {
    if (this.#direction === direction) return undefined
    this.#direction = direction
    if (direction !== 'sendrecv') this.sound.silence()
    return this.state === 'up' && this.#offering === undefined ? this.offer() : undefined
  }

  /** Our answer; undefined where there is nothing in common. */
  answerTo(offered: string): string | undefined {
    const said = answer(this.#said, offered, this.#audio)
    if ('refused' in said) return undefined
    this.#said = said.said
    this.#connect(said.agreed)
    return said.text
  }

  /** Their answer, or none; what is returned is to be offered now. */
  answered(body: string | undefined): string | undefined {
    const offered = this.#offering
    this.#offering = undefined
    const agreed = body === undefined ? undefined : readAnswer(body, this.#audio)
    if (agreed && !('refused' in agreed)) this.#connect(agreed)
    return offered === undefined || offered === this.#direction ? undefined : this.offer()
  }

  /** Somebody else is at the other end: nothing was said to them yet. */
  anew(session: string, dice: Dice): void {
    this.session = session
    this.#said = begin(Math.floor(dice.roll() * 2 ** 53))
    this.#offering = undefined
  }

  get #audio(): Audio {
    return { address: '127.0.0.1', port: this.sound.port, codecs, direction: this.#direction }
  }

  #connect({ remote, direction }: Agreed): void {
    this.heldByThem = remote.direction === 'sendonly' || remote.direction === 'inactive'
    const hears = direction === 'sendrecv' || direction === 'sendonly'
    if (this.#direction !== 'sendrecv' || !hears) return this.sound.silence()
    const events = remote.codecs.find(({ name }) => name.toLowerCase() === 'telephone-event')?.payloadType
    this.sound.connect(remote.address, remote.port, events)
  }
}

const codecs = [
  { payloadType: 0, name: 'PCMU', clockRate: 8000 },
  { payloadType: eventType, name: 'telephone-event', clockRate: 8000, parameters: '0-15' },
]
