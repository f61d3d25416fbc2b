// What is sent to a room goes on to its subscribers, unopened: Opus, VP8 and H.264 by WebRTC, on loopback alone. No sound is mixed and no picture made anew.
import {
  MediaStreamTrack,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  type RTCRtpTransceiver,
  type RtpPacket,
  useAudioLevelIndication,
} from 'werift'

export interface PublishedStream {
  readonly kind: 'audio' | 'video'
  readonly mid: string
  /** opus, vp8 or h264. */
  readonly codec: string
  /** Goes on to nobody while it is so. */
  muted: boolean
}

export interface Publication {
  readonly streams: readonly PublishedStream[]
  /** A further offer of the same publisher. Rejects where it cannot be answered. */
  answer(offer: string): Promise<string>
  /** Resolves with an offer of all its streams. */
  subscribe(): Promise<Subscription>
  close(): void
}

export interface Subscription {
  readonly offer: string
  accept(answer: string): Promise<void>
  close(): void
}

interface Told {
  /** Sound and pictures can flow. */
  connected(): void
  talking(is: boolean): void
  over(): void
}

/** Rejects where the offer cannot be answered. */
export async function publish(told: Told): Promise<Publication> {
  const peer = new RTCPeerConnection({
    ...onLoopback,
    codecs: { audio: [opus()], video: [vp8(), h264()] },
    headerExtensions: { audio: [useAudioLevelIndication()], video: [] },
  })
  const sources = new Map<string, Source>()
  const loudness = loudnessOf((is) => told.talking(is))
  peer.connectionStateChange.subscribe((now) => {
    if (now === 'connected') told.connected()
    if (now === 'failed' || now === 'closed') told.over()
  })
  peer.onTrack.subscribe((track) => {
    const transceiver = peer.getTransceivers().find(({ receiver }) => receiver.tracks.includes(track))
    track.onReceiveRtp.subscribe((packet, extensions) => {
      const source = sources.get(transceiver?.mid ?? '')
      if (!source || source.stream.muted) return
      source.ssrc = packet.header.ssrc
      if (source.stream.kind === 'audio') loudness(extensions?.[levelUri])
      for (const take of source.takers) take(packet)
    })
  })
  const subscribe = async (): Promise<Subscription> => {
    const all = [...sources.values()]
    const to = new RTCPeerConnection({
      ...onLoopback,
      codecs: {
        audio: [opus()],
        video: all.some(({ stream }) => stream.codec === 'h264') ? [h264()] : [vp8()],
      },
    })
    const untake: (() => void)[] = []
    for (const source of all) {
      const track = new MediaStreamTrack({ kind: source.stream.kind })
      const { sender } = to.addTransceiver(track, { direction: 'sendonly' })
      const take = (packet: RtpPacket): void => track.writeRtp(packet)
      source.takers.add(take)
      untake.push(() => source.takers.delete(take))
      sender.onPictureLossIndication.subscribe(() => refresh(source))
    }
    to.connectionStateChange.subscribe((now) => {
      if (now === 'connected') all.forEach(refresh)
    })
    await to.setLocalDescription(await to.createOffer())
    return {
      offer: await described(to),
      accept: (answer) => to.setRemoteDescription({ type: 'answer', sdp: answer }),
      close: () => {
        for (const each of untake) each()
        void to.close()
      },
    }
  }
  return {
    get streams() {
      return [...sources.values()].map(({ stream }) => stream)
    },
    subscribe,
    answer: async (offer) => {
      await peer.setRemoteDescription({ type: 'offer', sdp: offer })
      for (const transceiver of peer.getTransceivers()) {
        transceiver.setDirection('recvonly')
        const { mid } = transceiver
        if (mid != null && !sources.has(mid)) sources.set(mid, sourceOf(transceiver, mid))
      }
      await peer.setLocalDescription(await peer.createAnswer())
      return described(peer)
    },
    close: () => void peer.close(),
  }
}

interface Source {
  readonly stream: PublishedStream
  readonly takers: Set<(packet: RtpPacket) => void>
  readonly transceiver: RTCRtpTransceiver
  ssrc: number | undefined
  refreshedAt: number
}

function sourceOf(transceiver: RTCRtpTransceiver, mid: string): Source {
  const kind = transceiver.kind === 'audio' ? 'audio' : 'video'
  const codec = transceiver.codecs[0]?.mimeType.split('/')[1]?.toLowerCase() ?? (kind === 'audio' ? 'opus' : 'vp8')
  return { stream: { kind, mid, codec, muted: false }, takers: new Set(), transceiver, ssrc: undefined, refreshedAt: 0 }
}

/** Asks for a whole picture, but not more often than one is of use. */
function refresh(source: Source): void {
  const now = performance.now()
  if (source.stream.kind === 'audio' || source.ssrc === undefined || now - source.refreshedAt < refreshMs) return
  source.refreshedAt = now
  void source.transceiver.receiver.sendRtcpPLI(source.ssrc)
}

async function described(peer: RTCPeerConnection): Promise<string> {
  if (peer.iceGatheringState !== 'complete')
    await peer.iceGatheringStateChange.watch((now) => now === 'complete', gatherMs)
  return peer.localDescription?.sdp ?? ''
}

/** Says when somebody begins and ends to talk, by the loudness that their packets say (RFC 6464): 0 is loudest, 127 is silence. */
function loudnessOf(told: (talks: boolean) => void): (level: unknown) => void {
  let sum = 0
  let count = 0
  let talks = false
  return (level) => {
    const { level: value } = (level ?? {}) as { readonly level?: number }
    if (value === undefined) return
    sum += value
    if (++count < packetsHeard) return
    const is = sum / count < loudestSilence
    sum = count = 0
    if (is !== talks) told((talks = is))
  }
}

const opus = (): RTCRtpCodecParameters =>
  new RTCRtpCodecParameters({
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    parameters: 'minptime=10;useinbandfec=1',
  })
const pictures = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'goog-remb' }]
const vp8 = (): RTCRtpCodecParameters =>
  new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, rtcpFeedback: pictures })
const h264 = (): RTCRtpCodecParameters =>
  new RTCRtpCodecParameters({
    mimeType: 'video/H264',
    clockRate: 90_000,
    rtcpFeedback: pictures,
    parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  })

const onLoopback = {
  // As servers at a known address may (RFC 8445 §2.5): it answers checks, and asks nobody whether they are still there, which a busy machine is too late for.
  iceLite: true,
  iceServers: [],
  iceUseIpv6: false,
  iceUseTcp: false,
  iceAdditionalHostAddresses: ['127.0.0.1'],
  bundlePolicy: 'max-bundle' as const,
}
const levelUri = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'
const packetsHeard = 15
const loudestSilence = 45
const refreshMs = 500
const gatherMs = 5000
