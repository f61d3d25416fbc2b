// One direction of the sound card: the stream that is open, the one that is to take its place, and which devices are left alone for a
// while because they failed. The one before goes on until the next has begun, so that a change is not heard as a gap.
import type { Clock } from '@openparley/protocols/common'
import type { DeviceError } from '../../services/media/port.ts'
import type { DeviceKind, DeviceStream, SoundServer } from './device-port.ts'

export interface LaneParts {
  readonly kind: DeviceKind
  readonly server: SoundServer
  readonly clock: Clock
  /** Hz. */
  readonly rate: number
  /** The sound server has put the stream elsewhere. */
  readonly moved: () => void
  /** Something began, ended or may be tried again: it is to be chosen anew. */
  readonly changed: () => void
  /** Of a microphone. */
  readonly sound?: (samples: Int16Array) => void
  /** Of a speaker: so much waits to be played. */
  readonly waits?: (ms: number) => void
  readonly ranDry?: () => void
}

interface Open {
  /** What it was opened on, and what it is on: the sound server may put it elsewhere. */
  readonly asked: string
  at: string
  readonly cancelEcho: boolean
  stream: DeviceStream | undefined
  hasStarted: boolean
  /** Samples. */
  written: number
  playedMs: number
  /** Samples to leave out. */
  skip: number
}

export class Lane {
  readonly #parts: LaneParts
  #current: Open | undefined
  #coming: Open | undefined
  readonly #failures = new Map<string, { count: number; until: number; startedAt?: number }>()
  #error: DeviceError | undefined
  #cancel: (() => void) | undefined

  constructor(parts: LaneParts) {
    this.#parts = parts
  }

  /** Where sound goes now; undefined: nowhere yet. */
  get at(): string | undefined {
    return this.#current?.at
  }

  /** The sound server's place of the stream where that is not what was asked for. */
  get placed(): { readonly asked: string; readonly at: string } | undefined {
    const current = this.#current
    return current && current.at !== current.asked ? current : undefined
  }

  /** How the last stream ended; undefined while one is well. */
  get error(): DeviceError | undefined {
    return this.#error
  }

  isAvoided(device: string): boolean {
    return (this.#failures.get(device)?.until ?? 0) > this.#parts.clock.now()
  }

  /** Whether another stream is about to take the place of this one. */
  get isChanging(): boolean {
    return this.#coming !== undefined
  }

  get cancelsEcho(): boolean {
    return this.#current?.cancelEcho ?? false
  }

  /** Sound is to go there. Undefined: nowhere. */
  want(device: string | undefined, cancelEcho: boolean): void {
    if (device === undefined) return
    const [current, coming] = [this.#current, this.#coming]
    // One that the server has moved there is opened anew: how much waits in it is known no more.
    if (current?.at === device && current.asked === device && current.cancelEcho === cancelEcho) {
      this.#drop(coming)
      return
    }
    if (coming?.asked === device && coming.cancelEcho === cancelEcho) return
    this.#drop(coming)
    this.#coming = this.#open(device, cancelEcho)
  }

  write(samples: Int16Array): void {
    if (this.#current) this.#writeTo(this.#current, samples)
    if (this.#coming) this.#writeTo(this.#coming, samples)
  }

  /** So much of what comes next is left out. */
  skip(ms: number): void {
    if (this.#current) this.#current.skip = Math.round((ms * this.#parts.rate) / 1000)
  }

  end(): void {
    this.#drop(this.#coming)
    this.#drop(this.#current)
    this.#error = undefined
    this.#cancel?.()
    this.#cancel = undefined
    this.#failures.clear()
  }

  #open(device: string, cancelEcho: boolean): Open {
    const { kind, server, rate, clock, changed, sound, waits, ranDry } = this.#parts
    const open: Open = {
      asked: device,
      at: device,
      cancelEcho,
      stream: undefined,
      hasStarted: false,
      written: 0,
      playedMs: 0,
      skip: 0,
    }
    const isOurs = (): boolean => this.#current === open || this.#coming === open
    open.stream = server.open(
      { kind, device, rate, cancelEcho },
      {
        started: () => {
          if (!isOurs() || open.hasStarted) return
          open.hasStarted = true
          const before = this.#failures.get(device)
          if (before) before.startedAt = clock.now()
          this.#error = undefined
          if (this.#coming !== open) return
          const last = this.#current
          this.#coming = undefined
          this.#current = open
          last?.stream?.end()
          changed()
        },
        moved: (to) => {
          open.at = to
          if (isOurs()) this.#parts.moved()
        },
        sound: (samples) => {
          if (this.#current === open) sound?.(samples)
        },
        played: (ms) => {
          open.playedMs = ms
          if (this.#current === open) waits?.(this.#delayMs(open))
        },
        ranDry: () => {
          if (this.#current === open) ranDry?.()
        },
        ended: (error) => {
          if (!isOurs()) return
          this.#drop(open)
          this.#failed(open.asked, error)
          changed()
        },
      },
    )
    return open
  }

  #drop(open: Open | undefined): void {
    if (!open) return
    open.stream?.end()
    if (this.#current === open) this.#current = undefined
    if (this.#coming === open) this.#coming = undefined
  }

  #failed(device: string, error: DeviceError): void {
    const { clock, changed } = this.#parts
    const now = clock.now()
    const before = this.#failures.get(device)
    const wasWell = before?.startedAt !== undefined && now - before.startedAt > wellMs
    const count = before && !wasWell ? before.count + 1 : 1
    if (this.#failures.size >= mostRemembered) this.#failures.clear()
    this.#failures.set(device, { count, until: now + Math.min(mostWaitMs, firstWaitMs * 2 ** (count - 1)) })
    this.#error = error
    const soonest = Math.min(...[...this.#failures.values()].map(({ until }) => until).filter((until) => until > now))
    this.#cancel?.()
    this.#cancel = clock.at(soonest + 1, () => {
      this.#cancel = undefined
      changed()
    })
  }

  #writeTo(open: Open, samples: Int16Array): void {
    const { rate } = this.#parts
    // Until it plays it is given what it needs to begin, and no more: what waits is heard late for as long as the call lasts.
    const mostMs = open.hasStarted ? mostWaitingMs : firstMs
    if (this.#delayMs(open) + (samples.length * 1000) / rate > mostMs) return
    if (open.skip > 0) {
      open.skip -= samples.length
      return
    }
    if (open.stream?.write(samples)) open.written += samples.length
  }

  #delayMs({ written, playedMs }: Open): number {
    return (written * 1000) / this.#parts.rate - playedMs
  }
}

/** What a speaker is given before it plays: some more than it waits for. */
const firstMs = 60
const mostWaitingMs = 400
const firstWaitMs = 500
const mostWaitMs = 30_000
/** So long it went well: the next failure is a first one. */
const wellMs = 10_000
const mostRemembered = 64
