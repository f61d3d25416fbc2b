// The server's side of one read request: RFC 1350, options RFC 2347–2349, windows RFC 7440. Octet mode; nothing is ever written.
import { backoff, type Dice, type Engine, type Millis } from '../common/index.ts'
import { grant, type Limits, plainTerms, type Terms } from './options.ts'
import { answerStray, errorCodes, type Malformed, type Options, type Packet } from './packet.ts'
import { type SendAction, type SendSignal, type SendState, sendTable } from './send-table.ts'

export type SendInput =
  | { readonly type: 'start' }
  /** `tid` is the port that it came from. What comes from another address is not for the engine. */
  | { readonly type: 'received'; readonly packet: Packet | Malformed; readonly tid: number }
  | { readonly type: 'stop' }

export type SendEffect =
  | { readonly type: 'send'; readonly packet: Packet; readonly tid: number }
  /** How it ended. Nothing more is sent or waited for. */
  | { readonly type: 'over'; readonly end: SendEnd }

export type SendEnd =
  | { readonly is: 'sent' }
  /** The request was answered with this ERROR. */
  | { readonly is: 'refused'; readonly code: number }
  /** The client ended it with this ERROR. */
  | { readonly is: 'ended'; readonly code: number; readonly message: string }
  | { readonly is: 'silent' }
  | { readonly is: 'out-of-time' }
  | { readonly is: 'malformed' }
  | { readonly is: 'stopped' }

export interface SendOptions extends Limits {
  readonly request: Extract<Packet, { type: 'rrq' | 'wrq' }>
  /** The client's port. */
  readonly tid: number
  /** What the request's name stands for. */
  readonly file: Uint8Array | 'not-found' | 'denied'
  readonly dice: Pick<Dice, 'roll'>
  /** pass-over: as a server from before RFC 2347, as if none were asked for; refuse: with ERROR 8. Granted unless said. */
  readonly options?: 'grant' | 'pass-over' | 'refuse'
  /** The whole of it takes no longer; 10 minutes unless said. */
  readonly mostMs?: Millis
  /** How often the same window is sent before it is given up; 6 unless said. */
  readonly mostTries?: number
  /** The wait before the first repeat, doubling up to 8 s; 1000 unless said, and the client may ask for another. */
  readonly firstWaitMs?: Millis
}

export class SendTransfer implements Engine<SendInput, SendEffect> {
  readonly #options: SendOptions
  #state: SendState = 'idle'
  #terms: Terms = plainTerms
  #answer: Options = new Map()
  #file: Uint8Array = new Uint8Array()
  /** Blocks that are acknowledged, and that were sent at all. */
  #acknowledged = 0
  #sent = 0
  #silences = 0
  #wakeAt: Millis | undefined
  #endAt: Millis | undefined

  constructor(options: SendOptions) {
    this.#options = options
  }

  get deadline(): Millis | undefined {
    if (this.#wakeAt === undefined || this.#endAt === undefined) return this.#wakeAt
    return Math.min(this.#wakeAt, this.#endAt)
  }

  get state(): SendState {
    return this.#state
  }

  handle(input: SendInput, now: Millis): SendEffect[] {
    switch (input.type) {
      case 'start':
        return this.#state === 'idle' ? this.#start(now) : []
      case 'stop':
        return this.#step('stop', now, { end: { is: 'stopped' }, error: [errorCodes.undefined, 'the server stops'] })
      case 'received':
        return this.#received(input.packet, input.tid, now)
    }
  }

  wake(now: Millis): SendEffect[] {
    if (this.#endAt !== undefined && now >= this.#endAt)
      return this.#step('given-up', now, { end: { is: 'out-of-time' } })
    if (this.#wakeAt === undefined || now < this.#wakeAt) return []
    this.#silences++
    const { mostTries = 6 } = this.#options
    return this.#silences < mostTries
      ? this.#step('silence', now)
      : this.#step('given-up', now, { end: { is: 'silent' } })
  }

  #start(now: Millis): SendEffect[] {
    const { request, file, options: policy = 'grant', mostMs = 600_000 } = this.#options
    const refusal = refusalOf(request, file, policy)
    if (refusal) return this.#step('refuse', now, { end: { is: 'refused', code: refusal[0] }, error: refusal })
    this.#endAt = now + mostMs
    this.#file = file as Uint8Array
    if (policy === 'grant') {
      const granted = grant(request.options, this.#file.length, this.#options)
      this.#terms = granted.terms
      this.#answer = granted.answer
    }
    return this.#step(this.#answer.size > 0 ? 'grant' : 'plain', now)
  }

  #received(packet: Packet | Malformed, tid: number, now: Millis): SendEffect[] {
    if (this.#state === 'idle' || this.#state === 'over') return []
    if (tid !== this.#options.tid) return answerStray(packet, tid)
    if (packet.type === 'ack') {
      const signal = this.#ack(packet.block)
      return signal ? this.#step(signal, now, { end: { is: 'sent' } }) : []
    }
    if (packet.type === 'error') {
      const { code, message } = packet
      return this.#step('fault', now, { end: { is: 'ended', code, message } })
    }
    const error = [errorCodes.illegalOperation, 'an ACK was expected'] as const
    return this.#step('fault', now, { end: { is: 'malformed' }, error })
  }

  /** What an ACK says; undefined where it is old, or of what was not sent. */
  #ack(block: number): SendSignal | undefined {
    if (this.#state === 'offering') return block === 0 ? 'ack' : undefined
    // Numbers go round after 65535; a window is shorter than half a round.
    const more = (block - this.#acknowledged) & 0xffff
    if (more === 0 || more > this.#sent - this.#acknowledged) return undefined
    this.#acknowledged += more
    return this.#acknowledged === this.#count() ? 'ack-last' : 'ack'
  }

  /** The last block is shorter than the others, be it by all of its bytes. */
  #count(): number {
    return Math.floor(this.#file.length / this.#terms.blockSize) + 1
  }

  #step(signal: SendSignal, now: Millis, what: Ending = {}): SendEffect[] {
    const cell = sendTable[this.#state][signal]
    if (!cell) return []
    const [next, ...actions] = cell
    const effects = actions.flatMap((action) => this.#act(action, what))
    this.#state = next
    if (next === 'over') {
      this.#wakeAt = undefined
      this.#endAt = undefined
    } else {
      if (signal !== 'silence') this.#silences = 0
      const baseMs = this.#terms.timeoutMs ?? this.#options.firstWaitMs ?? 1000
      const mostMs = Math.max(baseMs, mostWaitMs)
      this.#wakeAt = now + backoff(this.#silences + 1, { baseMs, mostMs }, this.#options.dice)
    }
    return effects
  }

  #act(action: SendAction, { end, error }: Ending): SendEffect[] {
    switch (action) {
      case 'offer':
        return [this.#toClient({ type: 'oack', options: this.#answer })]
      case 'send-window':
        return this.#window()
      case 'send-error':
        return error ? [this.#toClient({ type: 'error', code: error[0], message: error[1] })] : []
      case 'tell':
        return end ? [{ type: 'over', end }] : []
    }
  }

  #window(): SendEffect[] {
    const { blockSize, windowSize } = this.#terms
    const last = Math.min(this.#acknowledged + windowSize, this.#count())
    const effects: SendEffect[] = []
    for (let block = this.#acknowledged + 1; block <= last; block++) {
      const bytes = this.#file.subarray((block - 1) * blockSize, block * blockSize)
      effects.push(this.#toClient({ type: 'data', block: block & 0xffff, bytes }))
    }
    this.#sent = last
    return effects
  }

  #toClient(packet: Packet): SendEffect {
    return { type: 'send', packet, tid: this.#options.tid }
  }
}

interface Ending {
  readonly end?: SendEnd
  readonly error?: readonly [code: number, message: string]
}

function refusalOf(
  { type, mode, options }: SendOptions['request'],
  file: SendOptions['file'],
  policy: SendOptions['options'],
): readonly [code: number, message: string] | undefined {
  if (type === 'wrq') return [errorCodes.accessViolation, 'nothing can be written here']
  if (mode !== 'octet') return [errorCodes.illegalOperation, 'octet mode only']
  if (file === 'denied') return [errorCodes.accessViolation, 'access violation']
  if (file === 'not-found') return [errorCodes.notFound, 'file not found']
  return policy === 'refuse' && options.size > 0 ? [errorCodes.optionRefused, 'no options here'] : undefined
}

/** The longest wait between two repeats. */
const mostWaitMs = 8000
