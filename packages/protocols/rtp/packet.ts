// RTP packets, RFC 3550 §5.1, read in place into one reused view and written into the sender's own buffer: no object per packet.

/** A view of the packet that was read last. Its fields are only good until the next read. */
export interface RtpView {
  payloadType: number
  marker: boolean
  sequence: number
  timestamp: number
  ssrc: number
  /** Where the payload begins and ends in the packet. */
  from: number
  to: number
}

export function rtpView(): RtpView {
  return { payloadType: 0, marker: false, sequence: 0, timestamp: 0, ssrc: 0, from: 0, to: 0 }
}

/** Reads the first `length` bytes. False where they are no RTP packet (RFC 3550 §A.1). */
export function readRtp(packet: Uint8Array, view: RtpView, length: number = packet.length): boolean {
  const first = packet[0] as number
  const second = packet[1] as number
  if (length < headerBytes || first >> 6 !== 2) return false
  // RTCP on the same port would look like these payload types (RFC 5761 §4).
  if (second >= 200 && second <= 204) return false
  let from = headerBytes + (first & 0x0f) * 4
  if (first & 0x10) {
    if (from + 4 > length) return false
    from += 4 + (((packet[from + 2] as number) << 8) | (packet[from + 3] as number)) * 4
  }
  let to = length
  if (first & 0x20) {
    const padding = packet[length - 1] as number
    if (padding === 0) return false
    to -= padding
  }
  if (from > to) return false
  view.marker = second >= 0x80
  view.payloadType = second & 0x7f
  view.sequence = ((packet[2] as number) << 8) | (packet[3] as number)
  view.timestamp = read32(packet, 4)
  view.ssrc = read32(packet, 8)
  view.from = from
  view.to = to
  return true
}

/** Writes the header without extension and sources; the payload follows at byte 12. */
export function writeRtpHeader(
  packet: Uint8Array,
  payloadType: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  packet[0] = 0x80
  packet[1] = (marker ? 0x80 : 0) | payloadType
  packet[2] = (sequence >> 8) & 0xff
  packet[3] = sequence & 0xff
  write32(packet, 4, timestamp)
  write32(packet, 8, ssrc)
}

export const headerBytes = 12

export function read32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  )
}

export function write32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = (value >>> 24) & 0xff
  bytes[at + 1] = (value >>> 16) & 0xff
  bytes[at + 2] = (value >>> 8) & 0xff
  bytes[at + 3] = value & 0xff
}
