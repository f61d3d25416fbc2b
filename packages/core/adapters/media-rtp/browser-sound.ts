// A page's microphone and speaker: WebRTC towards the browser, 20 ms of sound at 8 kHz towards a leg. With browser-video.ts, the
// page's pictures, the only file that knows werift: ICE (RFC 8445), DTLS-SRTP (RFC 5764) and the descriptions are its own.
import { aLaw, muLaw } from '@openparley/media'
import { drive, realClock } from '@openparley/net'
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift'
import type { BrowserState } from '../../services/media/port.ts'
import { type PageVideo, pageVideo, videoCodecs } from './browser-video.ts'
import { type Decoder, Hearing, lawDecoder } from './hearing.ts'
import { opusDecoder, opusEncoder } from './opus.ts'
import { PageLink } from './page-link.ts'
import { ReplayWindow } from './replay-window.ts'
import { frameSamples } from './sound.ts'

/** `at` says who asks: a page is joined to one call or room at a time, the last that took it. */
export interface BrowserSound {
  /** Of a page that was opened with it. */
  readonly video: PageVideo | undefined
  join(at: object): void
  leave(at: object): void
  /** The next 20 ms of what the page says. */
  pull(at: object, frame: Int16Array): void
  /** 20 ms for the page's speaker. */
  push(at: object, frame: Int16Array): void
  close(): void
}

interface Codec {
  readonly payloadType: number
  readonly unitsPerFrame: number
  readonly decoder: Decoder
  encode(frame: Int16Array): Uint8Array
}

/**
 * Rejects where the offer cannot be answered, or `signal` comes first. `onState` is told what becomes of the connection,
 * and nothing after `over` or `close`.
 */
export async function openBrowserSound(
  offer: string,
  random32: () => number,
  signal: AbortSignal,
  onState: (state: BrowserState) => void,
): Promise<{ readonly sound: BrowserSound; readonly answer: string }> {
  const peer = new RTCPeerConnection({
    codecs: { audio: inOrderOf(offer).map(codecParameters), video: videoCodecs() },
    iceServers: [],
    iceUseIpv6: false,
    // A machine without a network still has itself.
    iceAdditionalHostAddresses: ['127.0.0.1'],
    bundlePolicy: 'max-bundle',
  })
  const hearing = new Hearing()
  const track = new MediaStreamTrack({ kind: 'audio' })
  let codec: Codec | undefined
  let pictures: ReturnType<typeof pageVideo> | undefined
  let joined: object | undefined
  let sequence = random32() & 0x7fff
  let timestamp = random32()
  let marker = true
  /** When the last frame went to the page, of `performance.now()`. */
  let pushedAt: number | undefined

  const replay = new ReplayWindow()
  const page = new PageLink(realClock.now())
  const link = drive(page, realClock, ({ state, why }) => {
    if (state === 'over') {
      link.stop()
      peer.close().catch(() => {})
      if (why !== undefined) onState({ is: 'over', detail: why })
    } else if (state !== 'connecting') onState({ is: state })
  })
  const present = (): void => {
    if (!page.stillHeard(realClock.now())) link.feed('heard')
  }
  peer.connectionStateChange.subscribe((now) => {
    if (now === 'connected') link.feed('up')
    else if (now === 'failed' || now === 'closed') link.feed('down')
  })
  peer.onTrack.subscribe((theirs) => {
    theirs.onReceiveRtp.subscribe(({ header, payload }) => {
      // It has passed SRTP, which here knows no replay list; what came before tells nothing and is not heard.
      if (!replay.accept(header.ssrc, header.sequenceNumber)) return
      present()
      if (theirs.kind === 'video') return pictures?.took(header, payload)
      if (!codec || header.payloadType !== codec.payloadType || !joined) return
      if (hearing.accept(header.ssrc, header.sequenceNumber, header.timestamp, performance.now()))
        hearing.put(header.timestamp, payload, 0, payload.length)
    })
  })
  try {
    const answer = await unlessAborted(answerTo(offer), signal)
    if (!codec) throw new Error('no codec in common')
    return { sound: soundOf(codec), answer }
  } catch (error) {
    link.feed('close')
    throw error
  }

  async function answerTo(offer: string): Promise<string> {
    // It alone says that who connects is the page that asked (RFC 8122 §5).
    if (!/^a=fingerprint:/m.test(offer)) throw new Error('the offer has no fingerprint')
    await peer.setRemoteDescription({ type: 'offer', sdp: offer })
    const [transceiver, second, ...others] = peer.getTransceivers()
    if (transceiver?.kind !== 'audio' || (second && second.kind !== 'video') || others.length > 0)
      throw new Error('one audio stream is wanted, and one of video at most')
    transceiver.receiver.onRtcp.subscribe(present)
    second?.receiver.onRtcp.subscribe(present)
    second?.setDirection('sendrecv')
    await transceiver.sender.replaceTrack(track)
    transceiver.setDirection('sendrecv')
    await peer.setLocalDescription(await peer.createAnswer())
    if (peer.iceGatheringState !== 'complete')
      await peer.iceGatheringStateChange.watch((now) => now === 'complete', gatherMs)
    const [first] = transceiver.codecs
    codec = first && codecOf(first.mimeType, first.payloadType)
    if (second && second.codecs.length > 0)
      pictures = pageVideo({
        transceiver: second,
        random32,
        soundBitsPerS: first?.mimeType.toLowerCase() === 'audio/opus' ? 32_000 : 64_000,
        isOpen: () => page.state === 'connected' || page.state === 'lost',
        told: (wanted) => {
          if (page.state !== 'over') onState({ is: 'video', codec: wanted })
        },
      })
    const answer = peer.localDescription?.sdp
    if (answer === undefined) throw new Error('the offer has no answer')
    return answer
  }

  function soundOf({ payloadType, unitsPerFrame, decoder, encode }: Codec): BrowserSound {
    return {
      video: pictures?.video,
      join: (at) => {
        joined = at
        marker = true
        // Time went on while nobody was joined (RFC 3550 §5.1).
        if (pushedAt !== undefined)
          timestamp = (timestamp + Math.floor((performance.now() - pushedAt) / frameMs) * unitsPerFrame) >>> 0
        // What was said to another call, or to nobody, is not said to this one.
        hearing.begin(decoder)
      },
      leave: (at) => {
        if (joined === at) joined = undefined
      },
      pull: (at, frame) => {
        if (joined === at) hearing.pull(frame)
      },
      push: (at, frame) => {
        // Others, on hold, push what they hear, too: time goes on once for all.
        if (joined !== at) return
        timestamp = (timestamp + unitsPerFrame) >>> 0
        pushedAt = performance.now()
        if (page.state === 'connecting' || page.state === 'over') return
        const header = new RtpHeader({ payloadType, sequenceNumber: sequence, timestamp, marker, ssrc: 0 })
        track.writeRtp(new RtpPacket(header, Buffer.from(encode(frame))))
        sequence = (sequence + 1) & 0xffff
        marker = false
      },
      close: () => link.feed('close'),
    }
  }
}

function codecOf(mimeType: string, payloadType: number): Codec | undefined {
  const name = mimeType.toLowerCase()
  if (name === 'audio/opus') {
    return { payloadType, unitsPerFrame: frameSamples * 6, decoder: opusDecoder(), encode: opusEncoder() }
  }
  const law = name === 'audio/pcmu' ? muLaw : name === 'audio/pcma' ? aLaw : undefined
  if (!law) return undefined
  const payload = new Uint8Array(frameSamples)
  return {
    payloadType,
    unitsPerFrame: frameSamples,
    decoder: lawDecoder(law),
    encode: (frame) => {
      law.encode(frame, payload, 0)
      return payload
    },
  }
}

/** The codecs that we have, as the page prefers them. */
function inOrderOf(offer: string): string[] {
  const formats = /^m=audio \S+ \S+ (.*)$/m.exec(offer)?.[1]?.trim().split(' ') ?? []
  const names = new Map(
    [...offer.matchAll(/^a=rtpmap:(\d+) ([\w-]+)\//gm)].map(([, type, name]) => [name?.toLowerCase(), type]),
  )
  const place = (name: string): number => formats.indexOf(names.get(name) ?? '')
  const offered = ['opus', 'pcmu', 'pcma'].filter((name) => place(name) >= 0)
  return offered
    .sort((a, b) => place(a) - place(b))
    .map((name) => `audio/${name === 'opus' ? name : name.toUpperCase()}`)
}

function codecParameters(mimeType: string): RTCRtpCodecParameters {
  const opus = mimeType === 'audio/opus'
  return new RTCRtpCodecParameters({
    mimeType,
    clockRate: opus ? 48_000 : 8000,
    channels: opus ? 2 : 1,
    ...(opus ? { parameters: 'minptime=10;useinbandfec=1' } : { payloadType: mimeType === 'audio/PCMU' ? 0 : 8 }),
  })
}

/** Whoever closes does not wait, and neither does a page whose offer is never done with. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(answerMs)])
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(either.reason)
  either.addEventListener('abort', abort, { once: true })
  if (either.aborted) abort()
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    either.removeEventListener('abort', abort)
  }
}

const frameMs = 20
/** Candidates of this machine alone: that takes some milliseconds. */
const gatherMs = 3000
const answerMs = 10_000
