// Messages out of a stream (TCP, TLS), RFC 3261 §18.3, with the keep-alives of RFC 5626 §4.4.1.
import { contentLength, defaultBounds, headLength, type Malformed, parseMessage } from './parse.ts'
import { Headers, type SipMessage } from './message.ts'

export type StreamItem =
  | SipMessage
  | Malformed
  /** CRLF CRLF: the other side wants to hear that we are there; answer with one CRLF. */
  | { readonly kind: 'ping' }
  /** CRLF: the answer to ours. */
  | { readonly kind: 'pong' }
  /** The stream cannot be followed any more and must be closed. */
  | { readonly kind: 'lost'; readonly reason: string }

export interface MessageStream {
  /** Takes what came and returns what is complete. After `lost` it takes nothing more. */
  push(bytes: Uint8Array): StreamItem[]
}

/** Holds at most one message: `largest` bytes of header and body together. */
export function messageStream(largest: number = defaultBounds.headerLength): MessageStream {
  let held: Buffer = Buffer.alloc(0)
  /** How far the held bytes were searched for the header's end. */
  let searched = 0
  let lost = false

  const takeLineEnds = (items: StreamItem[]): void => {
    for (;;) {
      if (held.length >= 4 && held.readUInt32BE(0) === 0x0d0a0d0a) {
        items.push({ kind: 'ping' })
        held = held.subarray(4)
      } else if (held.length >= 3 && held[0] === 13 && held[1] === 10 && held[2] !== 13) {
        items.push({ kind: 'pong' })
        held = held.subarray(2)
      } else if (held.length >= 1 && held[0] === 10) held = held.subarray(1)
      else return
    }
  }

  return {
    push: (bytes) => {
      const items: StreamItem[] = []
      if (lost) return items
      held = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes])
      for (;;) {
        if (searched === 0) takeLineEnds(items)
        const head = headLength(held, searched)
        if (!head) {
          // A line end may be cut in two by the slice.
          searched = Math.max(0, held.length - 3)
          if (held.length > largest) {
            lost = true
            items.push({ kind: 'lost', reason: 'the header is too long' })
          }
          return items
        }
        const length = lengthIn(held, head.whole)
        if (typeof length === 'string' || head.whole + length > largest) {
          lost = true
          items.push(parseMessage(held.subarray(0, head.whole)))
          items.push({ kind: 'lost', reason: typeof length === 'string' ? length : 'the message is too large' })
          return items
        }
        const end = head.whole + length
        if (held.length < end) {
          searched = 0
          return items
        }
        items.push(parseMessage(held.subarray(0, end)))
        held = held.subarray(end)
        searched = 0
        if (held.length === 0) return items
      }
    },
  }
}

/** Without Content-Length a stream has no body (it is mandatory there, §20.14); a sentence where it is wrong. */
function lengthIn(held: Buffer, whole: number): number | string {
  const headers = new Headers()
  for (const match of held
    .toString('latin1', 0, whole)
    .matchAll(/^(content-length|l)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?$/gim)) {
    headers.append('Content-Length', match[2] as string)
  }
  return contentLength(headers) ?? 0
}
