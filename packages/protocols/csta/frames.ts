// CSTA XML over TCP (ECMA-323 Annex J): two bytes of kind, the length in bytes with these eight, four digits that pair an answer with its request.

export interface Frame {
  /** 0 to 9998 of a request and its answer, `ofEvents` of an event. */
  readonly invokeId: number
  readonly text: string
}

/** What can not be read on from: where the next frame begins is unknown. */
export interface FrameFault {
  readonly fault: string
}

export const ofEvents = 9999
/** The last id of a request; after it comes 0. */
export const lastInvokeId = 9998
export const mostFrameBytes = 65_535
const head = 8

/** Throws a RangeError where the text is longer than a frame can be. */
export function writeFrame({ invokeId, text }: Frame): Uint8Array {
  const body = new TextEncoder().encode(text)
  const total = head + body.length
  if (total > mostFrameBytes) throw new RangeError(`a frame of ${total} bytes`)
  if (!Number.isInteger(invokeId) || invokeId < 0 || invokeId > ofEvents) throw new RangeError(`invoke id ${invokeId}`)
  const bytes = new Uint8Array(total)
  bytes[2] = total >> 8
  bytes[3] = total & 0xff
  const digits = String(invokeId).padStart(4, '0')
  for (let at = 0; at < 4; at++) bytes[4 + at] = digits.charCodeAt(at)
  bytes.set(body, head)
  return bytes
}

/** Frames out of a stream of bytes; it holds less than one frame. After a fault nothing more is read. */
export class FrameReader {
  #held = new Uint8Array(0)
  #over = false

  push(bytes: Uint8Array): (Frame | FrameFault)[] {
    if (this.#over) return []
    const read: (Frame | FrameFault)[] = []
    let rest = joined(this.#held, bytes)
    while (rest.length >= head) {
      const fault = faultOf(rest)
      const total = ((rest[2] as number) << 8) | (rest[3] as number)
      if (!fault && rest.length < total) break
      const frame = fault === undefined ? frameOf(rest.subarray(0, total)) : { fault }
      read.push(frame)
      if ('fault' in frame) {
        this.#over = true
        rest = rest.subarray(rest.length)
        break
      }
      rest = rest.subarray(total)
    }
    // A copy: what was given may be written over by who gave it.
    this.#held = rest.slice()
    return read
  }
}

function joined(held: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (held.length === 0) return bytes
  const all = new Uint8Array(held.length + bytes.length)
  all.set(held)
  all.set(bytes, held.length)
  return all
}

function faultOf(bytes: Uint8Array): string | undefined {
  const kind = ((bytes[0] as number) << 8) | (bytes[1] as number)
  if (kind === 1) return 'SOAP, where plain XML was awaited'
  if (kind !== 0) return `no frame of CSTA: it begins with ${kind}`
  const total = ((bytes[2] as number) << 8) | (bytes[3] as number)
  if (total < head) return `a frame of ${total} bytes`
  for (let at = 4; at < head; at++) {
    const digit = bytes[at] as number
    if (digit < 0x30 || digit > 0x39) return 'an invoke id that is no number'
  }
  return undefined
}

function frameOf(bytes: Uint8Array): Frame | FrameFault {
  let invokeId = 0
  for (let at = 4; at < head; at++) invokeId = invokeId * 10 + (bytes[at] as number) - 0x30
  try {
    return { invokeId, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(head)) }
  } catch {
    return { fault: 'no UTF-8' }
  }
}
