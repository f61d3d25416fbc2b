// What Parley needs of whatever carries its sound: legs to the network, endpoints to the person. Types only.
import type { Statistics } from '@openparley/contract'

/** One RTP payload format (RFC 3551, RFC 4855). */
export interface Codec {
  /** 0–127. */
  readonly payloadType: number
  /** The encoding name: PCMU, PCMA, telephone-event, … */
  readonly name: string
  /** RTP clock rate in Hz. */
  readonly clockRate: number
  /** Format parameters as SDP's a=fmtp writes them. */
  readonly parameters?: string
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** One side of an audio stream, apart from the protocol that negotiates it. */
export interface MediaDescription {
  readonly address: string
  /** UDP port of RTP. 0 refuses the stream. */
  readonly port: number
  /** UDP port of RTCP; RTP's port plus one unless said (RFC 3605). */
  readonly rtcpPort?: number
  /** In order of preference. */
  readonly codecs: readonly Codec[]
  readonly direction: Direction
  readonly packetMs?: number
}

/** A key that a leg could protect what it sends by (SRTP): master key and salt, one after the other, in base64. A secret. */
export interface MediaKey {
  /** As RFC 4568, RFC 6188 and RFC 7714 name it. */
  readonly suite: string
  readonly key: string
}

/** How a stream is protected, as negotiated. Keys are secrets. */
export interface Protection {
  readonly suite: string
  /** By which we send. */
  readonly ours: string
  /** By which the other side sends. */
  readonly theirs: string
}

/** What a leg is joined to. A path is only ever given by the user's own process (DESIGN §6). */
export type Endpoint =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly play?: string; readonly record?: string }
  | { readonly kind: 'stream'; readonly stream: string; readonly sampleRate: 8000 | 16000 }
  | { readonly kind: 'browser'; readonly browser: string }
  /** The sound card, as `openCard` has named it. */
  | { readonly kind: 'device'; readonly card: string }

/** What the far side hears while it is held; `tone`: two short ones every ten seconds. */
export type HoldSound = { readonly kind: 'silence' | 'tone' } | { readonly kind: 'file'; readonly play: string }

export type LegEvent =
  /** The far side pressed a key (RFC 4733). */
  | { readonly type: 'digit'; readonly digit: string; readonly durationMs: number }
  /** The endpoint's file has been played to its end. */
  | { readonly type: 'played' }
  /** A recording, of the endpoint or of both sides, is complete. */
  | { readonly type: 'recorded'; readonly path: string }
  /** For so long no packet came, though the other side should send. Told once until packets come again. */
  | { readonly type: 'silent'; readonly forMs: number }
  /** The endpoint could not do what it was asked; `code` is of the contract's errors. */
  | {
      readonly type: 'endpoint-failed'
      readonly code: 'media-file-unreadable' | 'media-file-unwritable' | 'media-handle-unknown'
      readonly detail: string
    }
  /** 20 ms of what the far side said, for a stream endpoint: signed 16-bit, mono. */
  | { readonly type: 'frame'; readonly samples: Int16Array }

export interface Leg {
  readonly id: string
  /** Our side, with the addresses that are bound now and all codecs that we would speak. */
  readonly local: MediaDescription
  /** New keys to offer, one for each suite that it knows. No two sessions may have the same. */
  newKeys(): readonly MediaKey[]
  /**
   * Starts or changes the stream: `remote` as negotiated; `direction` as we see it. Codecs are those agreed, the first one is
   * sent. With `protection` nothing else is sent, and nothing else heard.
   */
  connect(remote: MediaDescription, direction: Direction, protection?: Protection): void
  /** Joins the leg to an endpoint in place of the one before. */
  attach(endpoint: Endpoint): void
  mute(muted: boolean): void
  /** Legs in the same room hear one another; the endpoint that was attached last is the room's. Undefined: leaves it. */
  join(room: string | undefined): void
  /** Keeps from the others of the room what the far side says. */
  silence(silenced: boolean): void
  /** Of a direction that is sendonly. */
  holdWith(sound: HoldSound): void
  /** The hold tone for this side, as long as nothing comes from the far side. */
  heldTone(on: boolean): void
  /** Records both sides in one file, `tone`: with a beep every 15 s that both hear. Undefined: ends it. */
  tape(tape: { readonly record: string; readonly tone: boolean } | undefined): void
  /** Queues digits (0–9 * # A–D; a comma waits a second) as telephone-event. */
  sendDigits(digits: string, durationMs: number): void
  /** Gives 20 ms of sound to a stream endpoint. */
  write(samples: Int16Array): void
  statistics(): Promise<Statistics>
  /** Ends the stream, finishes a recording, and tells the final figures. Repeating it is harmless. */
  close(): Promise<Statistics>
}

export type PlayerEvent =
  /** There is room for a second of sound. Told once until that is written, or `end` says that there is none. */
  | { readonly type: 'wants' }
  /** Where it is: every second of sound that was played, and when it was paused. */
  | { readonly type: 'position'; readonly positionMs: number }
  /** Nothing is there to play now, or there is again. At the start and after a seek it is dry without being told. */
  | { readonly type: 'dry'; readonly dry: boolean }
  /** Played to the end. A seek plays on. */
  | { readonly type: 'played' }
  /** The endpoint is gone or could not do what it was asked, or the media thread was lost: nothing is told after it. */
  | {
      readonly type: 'failed'
      readonly code: 'media-file-unwritable' | 'media-handle-unknown' | 'media-worker-lost'
      readonly detail: string
    }
  /** 20 ms of sound, for a stream endpoint: signed 16-bit, mono. */
  | { readonly type: 'frame'; readonly samples: Int16Array }

/** Plays sound to an endpoint, in no call. It begins when sound is there. */
export interface Player {
  /** A file’s `play` is not looked at; `record` keeps what is played. */
  attach(endpoint: Endpoint): void
  /** Sound at 8 kHz, mono, a second at most, after `wants` alone; more is not taken. */
  write(samples: Int16Array): void
  /** No more comes after what was written. */
  end(): void
  pause(paused: boolean): void
  /** Drops what waits: what is written from now on is from that place. `wants` follows. */
  seek(positionMs: number): void
  /** Finishes a recording. Repeating it is harmless. */
  close(): Promise<void>
}

/** How the connection to a page stands. */
export type BrowserState =
  | { readonly is: 'connected' }
  /** Nothing comes any more; it may come back. */
  | { readonly is: 'lost' }
  | { readonly is: 'over'; readonly detail: string }

export interface MediaPort {
  /** Binds addresses for one audio stream on `localAddress`. Fails with the contract's `media-no-port`. */
  openLeg(localAddress: string, onEvent: (event: LegEvent) => void): Promise<Leg>
  openPlayer(onEvent: (event: PlayerEvent) => void): Player
  /**
   * Joins a page by WebRTC under the name `browser`; returns the answer to its offer. Fails with `media-browser-failed`.
   * What becomes of the connection is told after that; nothing is told after `over` or `closeBrowser`.
   */
  openBrowser(browser: string, offer: string, onState: (state: BrowserState) => void): Promise<string>
  /** An opening that is under way fails. Repeating it is harmless. */
  closeBrowser(browser: string): void
  /**
   * The microphone and speaker of this machine under the name `card`. `onEvent` is told how it stands as soon as that is
   * known, and again at each change, until it is closed. Absent where sound never comes near a sound card.
   */
  openCard?(card: string, choice: DeviceChoice, onEvent: (event: CardEvent) => void): Card
  close(): Promise<void>
}

/** A microphone or a speaker, as the sound server names it. Both names are text from others. */
export interface SoundDevice {
  readonly device: string
  readonly name: string
  readonly kind: 'input' | 'output'
  /** The one that the system takes where nobody chooses. */
  readonly default: boolean
  /** False where it is there and nothing is plugged in. */
  readonly available: boolean
}

/** Devices by their own or their shown names, best first; `default` is the system's. The first that is there is taken. */
export interface DeviceChoice {
  readonly microphone: readonly string[]
  readonly speaker: readonly string[]
  /** auto: what the speaker says is taken out of what the microphone hears, where the sound server can do it. */
  readonly echoCancel: 'auto' | 'off'
}

export type DeviceTrouble =
  | 'media-sound-unsupported'
  | 'media-sound-tools-missing'
  | 'media-no-sound-server'
  | 'media-sound-refused'
  | 'media-no-device'
  | 'media-device-unknown'
  | 'media-device-busy'
  | 'media-device-failed'

export interface DeviceError {
  readonly code: DeviceTrouble
  readonly detail: string
}

export interface CardState {
  readonly devices: readonly SoundDevice[]
  /** In use, or what would be used. Absent where there is none. */
  readonly microphone?: string
  readonly speaker?: string
  /** Whether a call or a player is joined to it. */
  readonly used: boolean
  /** unavailable: it is wanted, and the sound server cannot. */
  readonly echoCancel: 'on' | 'off' | 'unavailable'
  /** Why nothing is heard or said. */
  readonly error?: DeviceError
  /** What is not as it was chosen, while sound goes on. */
  readonly warning?: DeviceError
}

export type CardEvent =
  | { readonly type: 'state'; readonly state: CardState }
  /** Sound goes on at another device. gone: the one before is not there any more; failed: it is there and did not work. */
  | {
      readonly type: 'moved'
      readonly kind: 'input' | 'output'
      readonly from: string
      readonly to: string
      readonly why: 'gone' | 'failed' | 'chosen'
    }
  /** The loudest of the last tenth of a second, in dB below full scale: -100 to 0. */
  | { readonly type: 'levels'; readonly microphone: number; readonly speaker: number }

export interface Card {
  choose(choice: DeviceChoice): void
  /** Whether levels are told, ten times a second at most and while something is joined. */
  levels(on: boolean): void
  /** Ends all that was begun for it; nothing is told after it. Repeating it is harmless. */
  close(): void
}

/** Where uploaded and recorded sound lies. Paths are of this machine. */
export interface SoundFiles {
  /** Keeps an uploaded WAV; throws `media-file-unreadable` or `media-too-large`. Returns a handle. */
  keep(wav: Uint8Array): Promise<string>
  /** The path to play: of a handle, or, if the caller may name paths, of a file. */
  toPlay(name: string, mayNamePaths: boolean): Promise<string>
  /** The path to record to; an existing file only with `force`. */
  toRecord(name: string, options: { readonly mayNamePaths: boolean; readonly force: boolean }): Promise<string>
  /** Forgets what was uploaded. */
  close(): Promise<void>
}
