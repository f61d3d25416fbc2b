// A page’s end of a conference, without a page: WebRTC by werift, which sends packets of known bytes and keeps those that come.
import type { RTCPeerConnection } from 'werift'

const options = {
  iceServers: [],
  iceUseIpv6: false,
  iceUseTcp: false,
  iceAdditionalHostAddresses: ['127.0.0.1'],
  bundlePolicy: 'max-bundle' as const,
}

export interface PageSending {
  readonly offer: string
  accept(answer: string): Promise<void>
  /** Says these bytes every 20 ms until it is closed. */
  say(bytes: string): void
  close(): void
}

/** A microphone and a camera. */
export async function pageSending(): Promise<PageSending> {
  const { MediaStreamTrack, RTCPeerConnection, RtpHeader, RtpPacket, useAudioLevelIndication } = await import('werift')
  const peer = new RTCPeerConnection({
    ...options,
    headerExtensions: { audio: [useAudioLevelIndication()], video: [] },
  })
  const tracks = [new MediaStreamTrack({ kind: 'audio' }), new MediaStreamTrack({ kind: 'video' })]
  for (const track of tracks) peer.addTransceiver(track, { direction: 'sendonly' })
  await peer.setLocalDescription(await peer.createOffer())
  const offer = await gathered(peer)
  let beat: NodeJS.Timeout | undefined
  let sequence = 1
  return {
    offer,
    accept: (answer) => peer.setRemoteDescription({ type: 'answer', sdp: answer }),
    say: (bytes) => {
      beat = setInterval(() => {
        sequence++
        for (const [n, track] of tracks.entries()) {
          const header = new RtpHeader({
            payloadType: 96 + n,
            sequenceNumber: sequence & 0xffff,
            timestamp: sequence * (n === 0 ? 960 : 1800),
            marker: true,
            ssrc: n + 1,
          })
          // The first bytes of a VP8 packet say where a picture begins.
          track.writeRtp(
            new RtpPacket(header, Buffer.concat([Buffer.from(n === 0 ? [] : [0x10, 0]), Buffer.from(bytes)])),
          )
        }
      }, 20)
    },
    close: () => {
      clearInterval(beat)
      void peer.close()
    },
  }
}

export interface PageReceiving {
  readonly answer: string
  /** Resolves when packets have come from now on, of each kind, that end so. */
  hears(bytes: string, kinds?: readonly string[]): Promise<void>
  /** How many packets of sound have come. */
  sounds(): number
  close(): void
}

export async function pageReceiving(offer: string): Promise<PageReceiving> {
  const { RTCPeerConnection } = await import('werift')
  const peer = new RTCPeerConnection(options)
  const heard = new Map<string, string>()
  const waiting = new Set<() => void>()
  let sounds = 0
  peer.onTrack.subscribe((track) => {
    track.onReceiveRtp.subscribe(({ payload }) => {
      if (track.kind === 'audio') sounds++
      heard.set(track.kind, payload.toString('latin1'))
      for (const look of [...waiting]) look()
    })
  })
  await peer.setRemoteDescription({ type: 'offer', sdp: offer })
  await peer.setLocalDescription(await peer.createAnswer())
  return {
    answer: await gathered(peer),
    sounds: () => sounds,
    hears: (bytes, kinds = ['audio', 'video']) =>
      new Promise((resolve) => {
        heard.clear()
        const look = (): void => {
          if (!kinds.every((kind) => heard.get(kind)?.endsWith(bytes))) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    close: () => void peer.close(),
  }
}

async function gathered(peer: RTCPeerConnection): Promise<string> {
  if (peer.iceGatheringState !== 'complete')
    await peer.iceGatheringStateChange.watch((now) => now === 'complete', 10_000)
  return peer.localDescription?.sdp ?? ''
}
