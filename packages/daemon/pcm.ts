// Sound as it crosses the wire: signed 16-bit little-endian PCM in base64 (contract, media.openStream).

export function toBase64(samples: Int16Array): string {
  const bytes = Buffer.allocUnsafe(samples.length * 2)
  for (let index = 0; index < samples.length; index++) bytes.writeInt16LE(samples[index] as number, index * 2)
  return bytes.toString('base64')
}

/** Undefined where it is not one frame of whole samples. */
export function fromBase64(text: unknown): Int16Array | undefined {
  if (typeof text !== 'string' || text.length > maxFrameText) return undefined
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 0 || bytes.length % 2 !== 0) return undefined
  const samples = new Int16Array(bytes.length / 2)
  for (let index = 0; index < samples.length; index++) samples[index] = bytes.readInt16LE(index * 2)
  return samples
}

/** 20 ms at 48 kHz in base64; the contract's streams need a third of it. */
const maxFrameText = 2560
