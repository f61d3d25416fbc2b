// Messages out of a stream (TCP, TLS), RFC 3261 §18.3, with the keep-alives of RFC 5626 §4.4.1.
import { Headers, type SipMessage } from './message.ts'
import { contentLength, defaultBounds, headLength, type Malformed, parseMessage } from './parse.ts'

export type StreamItem =
  | SipMessage
  | Malformed
  /** CRLF CRLF: the other side wants to hear that we are there; answer with one CRLF. A `pong` went before it. */
  | { readonly kind: 'ping' }
  /** CRLF: the answer to ours, or the first half of a ping; who waits for an answer has got one either way. */
  | { readonly kind: 'pong' }
  /** The stream cannot be followed any more and must be closed. */
  | { readonly kind: 'lost'; readonly reason: string }

export interface MessageStream {
  /** Takes what came and returns what is complete. After `lost` it takes nothing more. */
  push(bytes: Uint8Array): StreamItem[]
}

/** Holds at most one unfinished message: `largest` bytes of header and body together. */
export function messageStream(largest: number = defaultBounds.headerLength): MessageStream {
  // What is read stays where it is and is never written again: bodies are views of it.
  let buffer: Buffer = Buffer.alloc(0)
  let start = 0
  let end = 0
  /** How far the header's end was searched for. */
  let searched = 0
  /** Where the message ends, once its header is read. */
  let messageEnd: number | undefined
  /** Since the last message. */
  let lineEnds = 0
  let lost = false

  const hold = (bytes: Uint8Array): void => {
    if (start === end) {
      buffer = Buffer.from(bytes)
      start = searched = 0
      end = bytes.length
      return
    }
    if (end + bytes.length > buffer.length) {
      const grown = Buffer.allocUnsafe((end - start + bytes.length) * 2)
      grown.set(buffer.subarray(start, end))
      if (messageEnd !== undefined) messageEnd -= start
      searched -= start
      end -= start
      start = 0
      buffer = grown
    }
    buffer.set(bytes, end)
    end += bytes.length
  }

  const takeLineEnds = (items: StreamItem[]): void => {
    for (; start < end; searched = start) {
      if (buffer[start] === 13 && start + 1 < end && buffer[start + 1] === 10) {
        start += 2
        lineEnds++
        items.push({ kind: lineEnds % 2 === 0 ? 'ping' : 'pong' })
      } else if (buffer[start] === 10) start++
      else return
    }
  }

  const lose = (reason: string): StreamItem => {
    lost = true
    buffer = Buffer.alloc(0)
    return { kind: 'lost', reason }
  }

  return {
    push: (bytes) => {
      const items: StreamItem[] = []
      if (lost) return items
      hold(bytes)
      while (start < end) {
        if (messageEnd === undefined) {
          if (searched === start) takeLineEnds(items)
          const held = buffer.subarray(0, end)
          const head = headLength(held, searched)
          if (!head) {
            // A line end may be cut in two by the slice.
            searched = Math.max(start, end - 3)
            if (end - start > largest) items.push(lose('the header is too long'))
            return items
          }
          if (head.whole - start > largest) {
            items.push(lose('the header is too long'))
            return items
          }
          const length = lengthIn(held.subarray(start, head.whole))
          if (typeof length === 'string' || head.whole - start + length > largest) {
            items.push(parseMessage(held.subarray(start, head.whole)))
            items.push(lose(typeof length === 'string' ? length : 'the message is too large'))
            return items
          }
          messageEnd = head.whole + length
        }
        if (end < messageEnd) return items
        items.push(parseMessage(buffer.subarray(start, messageEnd)))
        start = searched = messageEnd
        messageEnd = undefined
        lineEnds = 0
      }
      return items
    },
  }
}

/** Without Content-Length a stream has no body (it is mandatory there, §20.14); a sentence where it is wrong. */
function lengthIn(head: Buffer): number | string {
  const headers = new Headers()
  for (const [, value = ''] of head.toString('latin1').matchAll(lengthRow))
    headers.append('Content-Length', value.replace(/\r?\n/g, ' ').trim())
  return contentLength(headers) ?? 0
}

/** A row with its folded lines; lines end at LF alone, as they do where the message is read. */
const lengthRow = /\n(?:content-length|l)[ \t]*:((?:[^\n]|\n(?=[ \t]))*)/gi
