// The body of a part as it comes, in pieces of any size, as the bytes that were encoded (RFC 2045 §6). What is none of the encoding is passed over.

/** Gives the bytes that are whole so far; `end` says that nothing more comes. */
export type Decoder = (piece: Uint8Array, end: boolean) => Uint8Array

export function decoderOf(encoding: 'base64' | 'quoted-printable' | 'plain'): Decoder {
  if (encoding === 'plain') return (piece) => piece
  let held = ''
  return encoding === 'base64'
    ? (piece, end) => {
        held += Buffer.from(piece.buffer, piece.byteOffset, piece.length)
          .toString('latin1')
          .replace(/[^A-Za-z0-9+/]+/g, '')
        const whole = end ? held.length : held.length - (held.length % 4)
        const bytes = Buffer.from(held.slice(0, whole), 'base64')
        held = held.slice(whole)
        return bytes
      }
    : (piece, end) => {
        held += Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('latin1')
        const cut = end ? -1 : held.slice(-2).indexOf('=')
        const whole = cut < 0 ? held.length : held.length - Math.min(2, held.length) + cut
        const text = held
          .slice(0, whole)
          .replace(/=\r?\n/g, '')
          .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
        held = held.slice(whole)
        return Buffer.from(text, 'latin1')
      }
}

/** How long a WAV file plays, by its beginning and by how many bytes it has; undefined: that is no WAV file with one rate. */
export function wavLengthMs(beginning: Uint8Array, bytes: number): number | undefined {
  const view = new DataView(beginning.buffer, beginning.byteOffset, beginning.length)
  const text = (at: number): string => String.fromCharCode(...beginning.subarray(at, at + 4))
  if (beginning.length < 12 || text(0) !== 'RIFF' || text(8) !== 'WAVE') return undefined
  let rate = 0
  for (let at = 12; at + 8 <= beginning.length; ) {
    const size = view.getUint32(at + 4, true)
    if (text(at) === 'fmt ' && at + 20 <= beginning.length) rate = view.getUint32(at + 16, true)
    // A recorder that is told nothing of the end writes no size, or the largest.
    if (text(at) === 'data')
      return rate === 0 ? undefined : Math.round((Math.min(size || bytes, Math.max(0, bytes - at - 8)) / rate) * 1000)
    at += 8 + size + (size & 1)
  }
  return undefined
}
