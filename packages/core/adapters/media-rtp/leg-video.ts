// A leg's video, seen from the core's thread: opened once, connected as is agreed, and opened again where the thread was lost.
import { ParleyError } from '@openparley/contract'
import type { Codec, ConnectedVideo, Endpoint, MediaDescription } from '../../services/media/port.ts'
import type { Tell, VideoAsk } from './messages.ts'

export interface LegVideo {
  open(): Promise<MediaDescription>
  connect(video: ConnectedVideo | undefined): void
  told(tell: Extract<Tell, { is: 'video-opened' | 'video-unopened' }>): void
  /** The thread is gone: who waits for it waits no longer. */
  lost(): void
  /** There is another thread. */
  goOn(): void
}

export interface LegVideoParts {
  readonly leg: number
  readonly address: string
  readonly ports: readonly [number, number]
  readonly post: (ask: VideoAsk) => void
  /** What the leg is attached to now. */
  readonly endpoint: () => Endpoint | undefined
}

export function legVideo({ leg, address, ports, post, endpoint }: LegVideoParts): LegVideo {
  let opening: Promise<MediaDescription> | undefined
  let waiting: PromiseWithResolvers<MediaDescription> | undefined
  let port: number | undefined
  let connected: ConnectedVideo | undefined
  const ask = (): void => post({ is: 'open-video', leg, address, ports, port, endpoint: endpoint() })
  const failed = (error: ParleyError): void => {
    if (waiting) opening = undefined
    waiting?.reject(error)
    waiting = undefined
  }
  return {
    open: () => {
      if (opening) return opening
      waiting = Promise.withResolvers<MediaDescription>()
      opening = waiting.promise
      ask()
      return opening
    },
    connect: (video) => {
      connected = video
      post({ is: 'connect-video', leg, video })
    },
    told: (tell) => {
      if (tell.is === 'video-unopened') return failed(new ParleyError('media-no-port', tell.detail))
      port = tell.port
      waiting?.resolve({ address, port, rtcpPort: tell.rtcpPort, codecs: videoCodecs, direction: 'sendrecv' })
      waiting = undefined
    },
    lost: () => failed(new ParleyError('media-worker-lost')),
    goOn: () => {
      if (port === undefined) return
      ask()
      if (connected) post({ is: 'connect-video', leg, video: connected })
    },
  }
}

const feedback = ['nack pli', 'ccm fir']
/** As pages have them (browser-video.ts): what is passed on is not made anew. */
const videoCodecs: readonly Codec[] = [
  { payloadType: 96, name: 'VP8', clockRate: 90_000, feedback },
  {
    payloadType: 97,
    name: 'H264',
    clockRate: 90_000,
    parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
    feedback,
  },
]
