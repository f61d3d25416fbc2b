// What passes between the core's thread and the media thread. Only for control; sound crosses for streams alone.
import type { Statistics } from '@openparley/contract'
import type {
  BrowserState,
  ConnectedVideo,
  Direction,
  Endpoint,
  HoldSound,
  Leg,
  LegEvent,
  MediaDescription,
  PlayerEvent,
  Protection,
} from '../../services/media/port.ts'

/** What a leg is connected with. */
export interface Connected {
  readonly remote: MediaDescription
  readonly direction: Direction
  readonly protection: Protection | undefined
}

export type Ask =
  | { readonly is: 'open'; readonly leg: number; readonly address: string; readonly ports: readonly [number, number] }
  | { readonly is: 'open-again'; readonly leg: number; readonly address: string; readonly port: number }
  | ({ readonly is: 'connect'; readonly leg: number } & Connected)
  | { readonly is: 'attach'; readonly leg: number; readonly endpoint: Endpoint }
  | { readonly is: 'mute'; readonly leg: number; readonly muted: boolean }
  | { readonly is: 'join'; readonly leg: number; readonly room: string | undefined }
  | { readonly is: 'silence'; readonly leg: number; readonly silenced: boolean }
  | { readonly is: 'hold-with'; readonly leg: number; readonly sound: HoldSound }
  | { readonly is: 'held-tone'; readonly leg: number; readonly on: boolean }
  | { readonly is: 'tape'; readonly leg: number; readonly tape: Parameters<Leg['tape']>[0] }
  | { readonly is: 'digits'; readonly leg: number; readonly digits: string; readonly durationMs: number }
  | { readonly is: 'write'; readonly leg: number; readonly samples: Int16Array }
  | { readonly is: 'statistics' | 'close'; readonly leg: number; readonly id: number }
  | { readonly is: 'open-browser'; readonly browser: string; readonly offer: string }
  | { readonly is: 'close-browser'; readonly browser: string }
  | { readonly is: 'pacing'; readonly id: number }
  | VideoAsk
  | PlayerAsk

/** `port`: that of a stream which is opened once more. */
export type VideoAsk =
  | {
      readonly is: 'open-video'
      readonly leg: number
      readonly address: string
      readonly ports: readonly [number, number]
      readonly port: number | undefined
      readonly endpoint: Endpoint | undefined
    }
  | { readonly is: 'connect-video'; readonly leg: number; readonly video: ConnectedVideo | undefined }
  | { readonly is: 'ask-picture'; readonly leg: number }

/** `turn` counts seeks: what was told before the last one is not heard any more. */
export type PlayerAsk =
  | { readonly is: 'open-player'; readonly player: number }
  | { readonly is: 'attach-player'; readonly player: number; readonly endpoint: Endpoint }
  | { readonly is: 'write-player'; readonly player: number; readonly samples: Int16Array }
  | { readonly is: 'end-player'; readonly player: number }
  | { readonly is: 'pause-player'; readonly player: number; readonly paused: boolean }
  | { readonly is: 'seek-player'; readonly player: number; readonly positionMs: number; readonly turn: number }
  | { readonly is: 'close-player'; readonly player: number; readonly id: number }

export type Tell =
  | { readonly is: 'opened'; readonly leg: number; readonly port: number; readonly rtcpPort: number }
  | { readonly is: 'unopened'; readonly leg: number; readonly detail: string }
  | { readonly is: 'video-opened'; readonly leg: number; readonly port: number; readonly rtcpPort: number }
  | { readonly is: 'video-unopened'; readonly leg: number; readonly detail: string }
  | { readonly is: 'event'; readonly leg: number; readonly event: LegEvent }
  | { readonly is: 'browser-open'; readonly browser: string; readonly answer: string }
  /** `over` before `browser-open`: it could not be joined. */
  | { readonly is: 'browser-state'; readonly browser: string; readonly state: BrowserState }
  | { readonly is: 'figures'; readonly id: number; readonly statistics: Statistics | undefined }
  | { readonly is: 'pacing'; readonly id: number; readonly pacing: Pacing }
  | { readonly is: 'player'; readonly player: number; readonly turn: number; readonly event: PlayerEvent }
  | { readonly is: 'player-closed'; readonly id: number }

/** How well the media clock keeps time. */
export interface Pacing {
  readonly frames: number
  readonly lateOver2Ms: number
  readonly lateOver20Ms: number
  readonly maxLateMs: number
}
