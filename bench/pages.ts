// Pages without a browser: so many WebRTC peers that say 20 ms of noise every 20 ms. First message: their offers; then they want the answers.
import { once } from 'node:events'
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift'
import { loadOpus, opusEncoder } from '../packages/core/adapters/media-rtp/opus.ts'

const [count, codec] = [Number(process.argv[2]), process.argv[3]]
const isOpus = codec === 'opus'
const parameters = new RTCRtpCodecParameters({
  mimeType: isOpus ? 'audio/opus' : 'audio/PCMU',
  clockRate: isOpus ? 48_000 : 8000,
  channels: isOpus ? 2 : 1,
  payloadType: isOpus ? 111 : 0,
})
const pages = await Promise.all(
  Array.from({ length: codec === 'none' ? 0 : count }, async () => {
    const peer = new RTCPeerConnection({
      codecs: { audio: [parameters], video: [] },
      iceServers: [],
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ['127.0.0.1'],
    })
    const track = new MediaStreamTrack({ kind: 'audio' })
    peer.addTransceiver(track, { direction: 'sendrecv' })
    await peer.setLocalDescription(await peer.createOffer())
    if (peer.iceGatheringState !== 'complete') await peer.iceGatheringStateChange.watch((now) => now === 'complete')
    return { peer, track }
  }),
)
const answered = once(process, 'message')
process.send?.(pages.map(({ peer }) => peer.localDescription?.sdp))
const [answers] = (await answered) as [string[]]
await Promise.all(
  pages.map(async ({ peer }, i) => {
    await peer.setRemoteDescription({ type: 'answer', sdp: answers[i] as string })
    if (peer.connectionState !== 'connected') await peer.connectionStateChange.watch((now) => now === 'connected')
  }),
)
process.send?.('connected')
const noise = Int16Array.from({ length: 320 }, () => (Math.random() - 0.5) * 8000)
await loadOpus()
const packet = Buffer.alloc(400)
const payload = isOpus ? packet.subarray(0, opusEncoder().encode(noise, packet, 0)) : Buffer.alloc(160, 0x55)
let sequence = 0
setInterval(() => {
  sequence = (sequence + 1) & 0xffff
  for (const { track } of pages) {
    const header = new RtpHeader({
      payloadType: parameters.payloadType,
      sequenceNumber: sequence,
      timestamp: sequence * (isOpus ? 960 : 160),
      ssrc: 0,
    })
    track.writeRtp(new RtpPacket(header, payload))
  }
}, 20)
