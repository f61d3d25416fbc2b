// The client's side of reading a file: RFC 1350, options RFC 2347–2349, windows RFC 7440. Octet mode.
// Left out: netascii, writing, and block numbers that go on with 1 after 65535 (here and nearly everywhere it is 0).
import { backoff, type Dice, type Engine, type Millis } from '../common/index.ts'
import { optionsFor, plainTerms, type Terms, termsOf, type Wishes } from './options.ts'
import { answerStray, errorCodes, type Malformed, type Options, type Packet, writePacket } from './packet.ts'
import { type ReadAction, type ReadSignal, type ReadState, readTable } from './read-table.ts'

export type ReadInput =
  | { readonly type: 'start' }
  /** `tid` is the port that it came from. What comes from another address is not for the engine. */
  | { readonly type: 'received'; readonly packet: Packet | Malformed; readonly tid: number }
  /** The host cannot or will not go on. */
  | { readonly type: 'stop'; readonly fault: HostFault }

export type ReadEffect =
  | { readonly type: 'send'; readonly packet: Packet; readonly tid: number }
  | { readonly type: 'done'; readonly bytes: Uint8Array }
  | { readonly type: 'failed'; readonly fault: ReadFault }
  /** Nothing more is sent or waited for. A while after `done`, at once after `failed`. */
  | { readonly type: 'over' }

export type HostFault =
  /** The server's machine says that nobody listens there. */
  { readonly is: 'refused' } | { readonly is: 'unreachable'; readonly message: string } | { readonly is: 'cancelled' }

/** Why there is no file. `message` is the server's own text, without control characters. */
export type ReadFault =
  | HostFault
  /** Nothing ever came. */
  | { readonly is: 'silent' }
  /** It answered, and then no more; `bytes` were here. */
  | { readonly is: 'broken-off'; readonly bytes: number }
  /** It goes on, but not fast enough for `mostMs`. */
  | { readonly is: 'out-of-time'; readonly bytes: number }
  | { readonly is: 'not-found'; readonly message: string }
  | { readonly is: 'denied'; readonly message: string }
  /** The file has at least so many bytes. */
  | { readonly is: 'too-large'; readonly bytes: number }
  /** The server refused options and did not answer without them; or we refused its answer, that said what was not asked. */
  | { readonly is: 'refused-option'; readonly by: 'server' | 'us'; readonly message: string }
  | { readonly is: 'malformed'; readonly why: Malformed['why'] | 'unexpected-packet' | 'block-too-long' }
  /** Any other ERROR of the server's. */
  | { readonly is: 'failed'; readonly code: number; readonly message: string }

export interface ReadOptions extends Wishes {
  readonly file: string
  /** The server's port for requests. */
  readonly port: number
  readonly dice: Pick<Dice, 'roll'>
  /** A larger file is not taken. */
  readonly mostBytes: number
  /** The whole of it takes no longer. */
  readonly mostMs: Millis
  /** How often the same packet is sent before it is given up; 6 unless said. */
  readonly mostTries?: number
  /** The wait before the first repeat, doubling up to 8 s; 1000 unless said. */
  readonly firstWaitMs?: Millis
}

export class ReadTransfer implements Engine<ReadInput, ReadEffect> {
  readonly #options: ReadOptions
  readonly #asked: Options
  #state: ReadState = 'idle'
  /** The server's port for this transfer, from its first answer on. */
  #tid: number | undefined
  #terms: Terms = plainTerms
  /** The server's own text, where it refused our options. */
  #refusal: string | undefined
  readonly #blocks: Uint8Array[] = []
  #bytes = 0
  /** Blocks taken since the last ACK. */
  #unacknowledged = 0
  /** Waits in a row that brought nothing. */
  #silences = 0
  #wakeAt: Millis | undefined
  #endAt: Millis | undefined

  constructor(options: ReadOptions) {
    this.#options = options
    this.#asked = optionsFor(options)
    // A name that fits in no request is the caller's fault, and told before anything is sent.
    writePacket(this.#request(this.#asked))
  }

  get deadline(): Millis | undefined {
    if (this.#wakeAt === undefined || this.#endAt === undefined) return this.#wakeAt
    return Math.min(this.#wakeAt, this.#endAt)
  }

  get state(): ReadState {
    return this.#state
  }

  handle(input: ReadInput, now: Millis): ReadEffect[] {
    switch (input.type) {
      case 'start':
        if (this.#state === 'idle') this.#endAt = now + this.#options.mostMs
        return this.#step({ signal: 'start' }, now)
      case 'stop':
        return this.#step({ signal: 'stop', fault: input.fault }, now)
      case 'received':
        return this.#received(input.packet, input.tid, now)
    }
  }

  wake(now: Millis): ReadEffect[] {
    if (this.#endAt !== undefined && now >= this.#endAt) return this.#step(faulty(this.#outOfTime()), now)
    if (this.#wakeAt === undefined || now < this.#wakeAt) return []
    this.#silences++
    const { mostTries = 6 } = this.#options
    if (this.#state !== 'dallying' && this.#silences >= mostTries) return this.#step(faulty(this.#silent()), now)
    return this.#step({ signal: 'silence' }, now)
  }

  #received(packet: Packet | Malformed, tid: number, now: Millis): ReadEffect[] {
    if (this.#state === 'idle' || this.#state === 'over') return []
    if (this.#tid !== undefined && tid !== this.#tid) return answerStray(packet, tid)
    const heard = this.#understood(packet)
    return heard ? this.#step(heard, now, tid) : []
  }

  #understood(packet: Packet | Malformed): Heard | undefined {
    switch (packet.type) {
      case 'data':
        return this.#data(packet.block, packet.bytes)
      case 'oack':
        return this.#oack(packet.options)
      case 'error':
        return this.#error(packet.code, packet.message)
      case 'malformed':
        return faulty({ is: 'malformed', why: packet.why })
      case 'rrq':
      case 'wrq':
      case 'ack':
        return faulty({ is: 'malformed', why: 'unexpected-packet' })
    }
  }

  #data(block: number, bytes: Uint8Array): Heard | undefined {
    const { blockSize, windowSize } = this.#terms
    // Numbers go round after 65535: what is less than half a round before the next one is early, the rest is late.
    const early = (block - this.#blocks.length - 1) & 0xffff
    if (early === 0xffff) return this.#unacknowledged === 0 ? { signal: 'repeat' } : undefined
    if (early > 0) return early < 0x8000 ? { signal: 'ahead' } : undefined
    if (bytes.length > blockSize) return faulty({ is: 'malformed', why: 'block-too-long' })
    const sum = this.#bytes + bytes.length
    if (sum > this.#options.mostBytes) return faulty({ is: 'too-large', bytes: sum })
    if (bytes.length < blockSize) return { signal: 'last', bytes }
    return { signal: this.#unacknowledged + 1 < windowSize ? 'block' : 'window', bytes }
  }

  #oack(answered: Options): Heard | undefined {
    if (this.#state !== 'asking' && this.#state !== 'asking-plainly')
      return this.#blocks.length === 0 ? { signal: 'repeat' } : undefined
    const terms = termsOf(this.#state === 'asking' ? this.#asked : new Map(), answered)
    if ('refused' in terms) return faulty({ is: 'refused-option', by: 'us', message: terms.refused })
    if (terms.size !== undefined && terms.size > this.#options.mostBytes)
      return faulty({ is: 'too-large', bytes: terms.size })
    return { signal: 'oack', terms }
  }

  #error(code: number, message: string): Heard | undefined {
    // Servers from before RFC 2347 that do not pass over options call them an illegal operation.
    if (this.#asked.size > 0 && (code === errorCodes.optionRefused || code === errorCodes.illegalOperation)) {
      if (this.#state === 'asking') return { signal: 'options-refused', message }
      // A request that was doubled on its way is refused twice: the second says nothing about the plain one.
      if (this.#state === 'asking-plainly') return undefined
    }
    switch (code) {
      case errorCodes.notFound:
        return faulty({ is: 'not-found', message })
      case errorCodes.accessViolation:
        return faulty({ is: 'denied', message })
      case errorCodes.optionRefused:
        return faulty({ is: 'refused-option', by: 'server', message })
      default:
        return faulty({ is: 'failed', code, message })
    }
  }

  #silent(): ReadFault {
    if (this.#state === 'asking') return { is: 'silent' }
    if (this.#state === 'asking-plainly') return { is: 'refused-option', by: 'server', message: this.#refusal ?? '' }
    return { is: 'broken-off', bytes: this.#bytes }
  }

  #outOfTime(): ReadFault {
    const isMoving = (this.#state === 'receiving' || this.#state === 'mending') && this.#silences === 0
    return isMoving ? { is: 'out-of-time', bytes: this.#bytes } : this.#silent()
  }

  /** `tid` is where it was heard, if it was a packet. */
  #step(heard: Heard, now: Millis, tid?: number): ReadEffect[] {
    const cell = readTable[this.#state][heard.signal]
    if (!cell) return []
    const [next, ...actions] = cell
    // The answer to a request without options comes from another port again.
    if (heard.signal === 'options-refused') this.#refusal = heard.message
    else this.#tid ??= tid
    const effects = actions.flatMap((action) => this.#act(action, heard))
    this.#setTimers(next, heard.signal, now)
    this.#state = next
    return next === 'over' ? [...effects, { type: 'over' }] : effects
  }

  #act(action: ReadAction, heard: Heard): ReadEffect[] {
    switch (action) {
      case 'request': {
        const isPlain = heard.signal === 'options-refused' || this.#state === 'asking-plainly'
        const packet = this.#request(isPlain ? new Map() : this.#asked)
        return [{ type: 'send', packet, tid: this.#options.port }]
      }
      case 'agree':
        if ('terms' in heard) this.#terms = heard.terms
        return []
      case 'take':
        if ('bytes' in heard) {
          this.#blocks.push(heard.bytes)
          this.#bytes += heard.bytes.length
          this.#unacknowledged++
        }
        return []
      case 'acknowledge':
        this.#unacknowledged = 0
        return this.#toServer({ type: 'ack', block: this.#blocks.length & 0xffff })
      case 'finish':
        return [{ type: 'done', bytes: joined(this.#blocks, this.#bytes) }]
      case 'fail': {
        if (!('fault' in heard)) return []
        const { fault } = heard
        const told = errorFor(fault)
        return [...(told ? this.#toServer(told) : []), { type: 'failed', fault }]
      }
    }
  }

  #setTimers(next: ReadState, signal: ReadSignal, now: Millis): void {
    if (next === 'over') this.#wakeAt = undefined
    else if (next === 'dallying') {
      if (signal === 'last') this.#wakeAt = now + dallyMs
    } else if (signal === 'silence') this.#wakeAt = now + this.#waitMs()
    else if (signal !== 'ahead' && signal !== 'repeat') {
      this.#silences = 0
      this.#wakeAt = now + this.#waitMs()
    }
    if (next === 'over' || next === 'dallying') this.#endAt = undefined
  }

  #waitMs(): Millis {
    const baseMs = this.#terms.timeoutMs ?? this.#options.firstWaitMs ?? 1000
    return backoff(this.#silences + 1, { baseMs, mostMs: Math.max(baseMs, mostWaitMs) }, this.#options.dice)
  }

  #request(options: Options): Packet {
    return { type: 'rrq', file: this.#options.file, mode: 'octet', options }
  }

  #toServer(packet: Packet): ReadEffect[] {
    return this.#tid === undefined ? [] : [{ type: 'send', packet, tid: this.#tid }]
  }
}

/** A signal, with what its actions need. */
type Heard =
  | {
      readonly signal: Exclude<ReadSignal, 'oack' | 'options-refused' | 'block' | 'window' | 'last' | 'fault' | 'stop'>
    }
  | { readonly signal: 'oack'; readonly terms: Terms }
  | { readonly signal: 'options-refused'; readonly message: string }
  | { readonly signal: 'block' | 'window' | 'last'; readonly bytes: Uint8Array }
  | { readonly signal: 'fault' | 'stop'; readonly fault: ReadFault }

function faulty(fault: ReadFault): Heard {
  return { signal: 'fault', fault }
}

/** What the server is told when it is we who give up; undefined where it knows, or does not listen. */
function errorFor(fault: ReadFault): Packet | undefined {
  switch (fault.is) {
    case 'malformed':
      return { type: 'error', code: errorCodes.illegalOperation, message: fault.why }
    case 'refused-option':
      if (fault.by === 'server') return undefined
      return { type: 'error', code: errorCodes.optionRefused, message: fault.message }
    // RFC 2349 §4 names this code for a file that is larger than can be taken.
    case 'too-large':
      return { type: 'error', code: errorCodes.tooMuch, message: 'the file is too large' }
    case 'out-of-time':
    case 'cancelled':
      return { type: 'error', code: errorCodes.undefined, message: fault.is }
    default:
      return undefined
  }
}

function joined(blocks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const block of blocks) {
    bytes.set(block, at)
    at += block.length
  }
  return bytes
}

/** The longest wait between two repeats. */
const mostWaitMs = 8000
/** Longer than most servers wait before they repeat the last block. */
const dallyMs = 1500
