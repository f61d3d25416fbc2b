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
  /** `mismatch`: the description says so, and its address is none of these; it counts alone. */
  readonly ice?: MediaWays | 'mismatch'
  /** RTCP may come and go by RTP’s port (RFC 5761). */
  readonly rtcpMux?: boolean
}

/** An address at which a side may be reached (ICE, RFC 8445). */
export interface MediaCandidate {
  readonly foundation: string
  /** RTP and RTCP. */
  readonly component: 1 | 2
  readonly priority: number
  readonly address: string
  readonly port: number
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay'
  readonly related?: { readonly address: string; readonly port: number }
}

/** How a side may be reached, and by what its checks are known. The password is a secret. */
export interface MediaWays {
  readonly ufrag: string
  readonly password: string
  readonly candidates: readonly MediaCandidate[]
  readonly isLite: boolean
  /** Of ours: where whoever knows no ICE sends to, in place of the leg's own words. */
  readonly at?: { readonly address: string; readonly port: number; readonly rtcpPort?: number }
}

/** Both sides of a search for a way. */
export interface Search {
  readonly ours: MediaWays
  readonly theirs: MediaWays
  /** Ours is the side that decides. */
  readonly controlling: boolean
}

/** A server that tells us how we are seen (STUN) or relays (TURN), and how it answered. */
export interface WayServer {
  readonly server: string
  /** Of the contract’s errors; absent: it is well. */
  readonly code?: 'media-stun-unreachable' | 'media-relay-unreachable' | 'media-relay-rejected' | 'media-relay-refused'
  readonly detail?: string
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
  /** `lost`: there was a way, and the far side, or the relay on it, does not answer any more. `none`: there is none. */
  | { readonly type: 'way'; readonly is: 'found' | 'lost' | 'none'; readonly helper?: WayServer }
  /** 20 ms of what the far side said, for a stream endpoint: signed 16-bit, mono. */
  | { readonly type: 'frame'; readonly samples: Int16Array }

export interface Leg {
  readonly id: string
  /** Our side, with the addresses that are bound now and all codecs that we would speak. */
  readonly local: MediaDescription
  /** New keys to offer, one for each suite that it knows. No two sessions may have the same. */
  newKeys(): readonly MediaKey[]
  /** A new name and password for a search, with our candidates; undefined or absent: it was opened without. */
  newWays?(): MediaWays | undefined
  /** The same with candidates that are looked for anew where a relay was lost. */
  renewWays?(): Promise<MediaWays | undefined>
  /**
   * Starts or changes the stream: `remote` as negotiated; `direction` as we see it. Codecs are those agreed, the first one is
   * sent. With `protection` nothing else is sent, and nothing else heard. With `search` sound goes and comes by a way that is found, which
   * stays as long as both names stay.
   */
  connect(remote: MediaDescription, direction: Direction, protection?: Protection, search?: Search): void
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
  /**
   * Binds addresses for one audio stream on `localAddress`. Fails with the contract's `media-no-port`. `withWays`: looks for candidates, too; for
   * half a second at most.
   */
  openLeg(localAddress: string, onEvent: (event: LegEvent) => void, how?: { readonly withWays: boolean }): Promise<Leg>
  /** Asks the servers that help to find ways; absent: there is no search here. */
  waysTried?(): Promise<readonly WayServer[]>
  openPlayer(onEvent: (event: PlayerEvent) => void): Player
  /**
   * Joins a page by WebRTC under the name `browser`; returns the answer to its offer. Fails with `media-browser-failed`.
   * What becomes of the connection is told after that; nothing is told after `over` or `closeBrowser`.
   */
  openBrowser(browser: string, offer: string, onState: (state: BrowserState) => void): Promise<string>
  /** An opening that is under way fails. Repeating it is harmless. */
  closeBrowser(browser: string): void
  close(): Promise<void>
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
