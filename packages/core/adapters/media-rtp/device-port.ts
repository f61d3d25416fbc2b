// What the sound card needs of a sound server: what is there, and streams of samples to and from it. Types only. PulseAudio is one
// (device-pulse.ts); another system's would be another.
import type { DeviceError, SoundDevice } from '../../services/media/port.ts'

export type DeviceKind = SoundDevice['kind']

export interface Inventory {
  readonly devices: readonly SoundDevice[]
  /** Whether what a speaker says can be taken out of what a microphone hears. */
  readonly canCancelEcho: boolean
  /** Why nothing is known of any device. */
  readonly error?: DeviceError
}

export interface StreamAsk {
  readonly kind: DeviceKind
  readonly device: string
  /** Hz; signed 16-bit, mono. */
  readonly rate: number
  readonly cancelEcho: boolean
}

export interface StreamEvents {
  /** The first sound has come, or is played. */
  started(): void
  /** The sound server has put it on another device by itself, or somebody with it. */
  moved(device: string): void
  /** Of a microphone: samples, good until it returns. */
  sound(samples: Int16Array): void
  /** Of a speaker: so much of what was written has been played since the beginning. */
  played(ms: number): void
  /** Of a speaker: it had nothing to play. */
  ranDry(): void
  /** It is over, and not by `end`. Nothing is told after it. */
  ended(error: DeviceError): void
}

export interface DeviceStream {
  /** To a speaker; false where it takes no more now. */
  write(samples: Int16Array): boolean
  /** Nothing is told after it. Repeating it is harmless. */
  end(): void
}

export interface SoundServer {
  /** Tells what is there, at once and at each change, until what it returns is called. */
  watch(tell: (found: Inventory) => void): () => void
  /** Calls back when what is there has been told as it is from now on. */
  fresh(then: () => void): void
  open(ask: StreamAsk, events: StreamEvents): DeviceStream
}
