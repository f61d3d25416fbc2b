// A page's camera and the pictures it shows: RTP passed between a leg and the browser, in VP8 or H.264 as the browser has made it.
import {
  ReceiverEstimatedMaxBitrate,
  RTCRtpCodecParameters,
  type RTCRtpTransceiver,
  RtcpPayloadSpecificFeedback,
  RtpHeader,
  RtpPacket,
} from 'werift'
import type { RtpView } from '@openparley/protocols/rtp'
import { Rewriting } from './video-rewriting.ts'

export type VideoCodecName = 'VP8' | 'H264'

/** Good until the call with it returns. */
export interface CameraPacket {
  payload: Uint8Array
  codec: VideoCodecName | undefined
  marker: boolean
  sequence: number
  timestamp: number
  ssrc: number
}

/** Who has a page's pictures: the video of a leg. */
export interface VideoTaker {
  fromPage(packet: CameraPacket): void
  /** The page has lost some: a whole one is wanted. */
  pictureWanted(): void
}

/** `at` says who asks: a page is joined to one call at a time, the last that took it. */
export interface PageVideo {
  join(at: VideoTaker): void
  leave(at: VideoTaker): void
  /** What the camera is to be sent in; undefined: it is not wanted. */
  wants(at: VideoTaker, codec: VideoCodecName | undefined): void
  /** What the camera may take at most, in bit/s. */
  bound(at: VideoTaker, bitsPerS: number): void
  /** Asks the camera for a whole picture. */
  askPicture(at: VideoTaker): void
  show(at: VideoTaker, codec: VideoCodecName, packet: Uint8Array, view: RtpView): void
}

export interface PageVideoParts {
  readonly transceiver: RTCRtpTransceiver
  readonly random32: () => number
  /** What the page's sound takes: a bound is of all that the page sends. */
  readonly soundBitsPerS: number
  readonly isOpen: () => boolean
  /** What its camera is to be sent in has changed. */
  readonly told: (codec: VideoCodecName | undefined) => void
}

/** `took` is to be told of each packet of the camera. */
export function pageVideo({ transceiver, random32, soundBitsPerS, isOpen, told }: PageVideoParts): {
  readonly video: PageVideo
  took(header: RtpHeader, payload: Uint8Array): void
} {
  const { sender, receiver } = transceiver
  const byName: { [Name in VideoCodecName]?: RTCRtpCodecParameters } = {}
  const namesByType: (VideoCodecName | undefined)[] = []
  for (const parameters of transceiver.codecs) {
    const name = nameOf(parameters.mimeType)
    if (name === undefined) continue
    byName[name] ??= parameters
    namesByType[parameters.payloadType] = name
  }
  const shown = new Rewriting(random32)
  const camera: CameraPacket = {
    payload: new Uint8Array(),
    codec: undefined,
    marker: false,
    sequence: 0,
    timestamp: 0,
    ssrc: 0,
  }
  let joined: VideoTaker | undefined
  let wanted: VideoCodecName | undefined
  let source: number | undefined
  const want = (codec: VideoCodecName | undefined): void => {
    if (codec === wanted) return
    wanted = codec
    told(codec)
  }
  const send = (feedback: ConstructorParameters<typeof RtcpPayloadSpecificFeedback>[0]): void => {
    if (isOpen()) receiver.dtlsTransport.sendRtcp([new RtcpPayloadSpecificFeedback(feedback)]).catch(() => {})
  }
  sender.onPictureLossIndication.subscribe(() => joined?.pictureWanted())
  const video: PageVideo = {
    join: (at) => {
      joined = at
      shown.begin()
    },
    leave: (at) => {
      if (joined !== at) return
      joined = undefined
      want(undefined)
    },
    wants: (at, codec) => {
      if (joined === at) want(codec)
    },
    bound: (at, bitsPerS) => {
      if (joined !== at || source === undefined) return
      const all = bitsPerS + soundBitsPerS
      const exponent = Math.max(0, Math.ceil(Math.log2(all / 0x3ffff)))
      const brMantissa = Math.floor(all / 2 ** exponent)
      const ssrcFeedbacks = [source]
      const bound = {
        senderSsrc: receiver.rtcpSsrc,
        mediaSsrc: 0,
        brExp: exponent,
        brMantissa,
        ssrcNum: 1,
        ssrcFeedbacks,
      }
      send({ feedback: new ReceiverEstimatedMaxBitrate(bound) })
    },
    askPicture: (at) => {
      if (joined === at && source !== undefined) void receiver.sendRtcpPLI(source)
    },
    show: (at, codec, packet, view) => {
      if (joined !== at || !isOpen()) return
      const as = byName[codec]
      if (!as || !shown.take(view.ssrc, view.sequence, view.timestamp, performance.now())) return
      sender.codec = as
      const { sequence: sequenceNumber, timestamp } = shown
      const header = new RtpHeader({ payloadType: as.payloadType, sequenceNumber, timestamp, marker: view.marker })
      const payload = Buffer.from(packet.buffer, packet.byteOffset + view.from, view.to - view.from)
      sender.sendRtp(new RtpPacket(header, payload)).catch(() => {})
    },
  }
  return {
    video,
    took: (header, payload) => {
      source = header.ssrc
      if (!joined) return
      camera.payload = payload
      camera.codec = namesByType[header.payloadType]
      camera.marker = header.marker
      camera.sequence = header.sequenceNumber
      camera.timestamp = header.timestamp
      camera.ssrc = header.ssrc
      joined.fromPage(camera)
    },
  }
}

/** What pages decode everywhere: VP8, and H.264 of constrained Baseline up to level 3.1. */
export function videoCodecs(): RTCRtpCodecParameters[] {
  const rtcpFeedback = [{ type: 'nack', parameter: 'pli' }, { type: 'goog-remb' }]
  const clockRate = 90_000
  return [
    new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate, rtcpFeedback }),
    new RTCRtpCodecParameters({ mimeType: 'video/H264', clockRate, rtcpFeedback, parameters: pageH264 }),
  ]
}

/** Its format parameters towards pages, and so towards everybody. */
const pageH264 = 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'

function nameOf(mimeType: string): VideoCodecName | undefined {
  const name = mimeType.toUpperCase().replace('VIDEO/', '')
  return name === 'VP8' || name === 'H264' ? name : undefined
}
