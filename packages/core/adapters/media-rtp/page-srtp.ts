// What protects the packets of a page: DTLS and its keys are werift's (RFC 5764 §4.2), SRTP is our own engine in place of werift's, which
// costs more and knows no replay list (RFC 3711 §3.3.2).
import { SrtpReceiver, SrtpSender, srtpProfileOfDtls, srtpRoom } from '@openparley/protocols/rtp'
import { type RTCDtlsTransport, type RtpHeader, SrtpAuthenticationError } from 'werift'

/** From the handshake on; to be called before it. What was agreed and is not spoken here stays with werift: it offers nothing such. */
export function protectByOurs(transport: RTCDtlsTransport): void {
  // Told in the same turn in which werift makes its own: no packet comes between.
  transport.onStateChange.subscribe((state) => {
    if (state === 'connected') takeOver(transport)
  })
}

function takeOver({ srtp, srtcp }: RTCDtlsTransport): void {
  const { profile: number, keys } = srtp.config
  const profile = srtpProfileOfDtls(number)
  if (!profile) return
  const sender = new SrtpSender(profile, keys.localMasterKey, keys.localMasterSalt)
  const receiver = new SrtpReceiver(profile, keys.remoteMasterKey, keys.remoteMasterSalt)
  srtp.encrypt = (payload: Buffer, header: RtpHeader): Buffer => {
    const clear = header.serializeSize
    const padding = header.padding ? header.paddingSize : 0
    const length = clear + payload.length + padding
    const packet = header.serialize(length + srtpRoom)
    payload.copy(packet, clear)
    if (padding > 0) packet[length - 1] = padding
    return taken(packet, sender.protect(packet, length))
  }
  srtp.decrypt = (packet) => taken(packet, receiver.unprotect(packet, packet.length))
  srtcp.encrypt = (reports) => {
    const packet = Buffer.allocUnsafe(reports.length + srtpRoom)
    reports.copy(packet)
    return taken(packet, sender.protectRtcp(packet, reports.length))
  }
  srtcp.decrypt = (packet) => taken(packet, receiver.unprotectRtcp(packet, packet.length))
}

/** What is refused werift drops by this error alone. */
function taken(packet: Buffer, length: number): Buffer {
  if (length < 0) throw refused
  return packet.subarray(0, length)
}

const refused = new SrtpAuthenticationError('refused')
