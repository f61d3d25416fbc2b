// Sound as it crosses the wire: signed 16-bit little-endian PCM in base64.

export function toBase64(samples: Int16Array): string {
  const bytes = new Uint8Array(samples.length * 2)
  const view = new DataView(bytes.buffer)
  for (const [index, sample] of samples.entries()) view.setInt16(index * 2, sample, true)
  return btoa(String.fromCharCode(...bytes))
}

/** Undefined where the text is not whole samples in base64. */
export function fromBase64(text: unknown): Int16Array | undefined {
  if (typeof text !== 'string') return undefined
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
    if (bytes.length % 2 !== 0) return undefined
    const view = new DataView(bytes.buffer)
    return Int16Array.from({ length: bytes.length / 2 }, (_, index) => view.getInt16(index * 2, true))
  } catch {
    return undefined
  }
}
