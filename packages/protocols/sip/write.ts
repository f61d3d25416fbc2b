// Messages to bytes, RFC 3261 §7. Content-Length is always what the body is.
import type { SipMessage } from './message.ts'

export function writeMessage(message: SipMessage): Buffer {
  let text =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`
  for (const { name, value } of message.headers) {
    if (!/^(?:content-length|l)$/i.test(name)) text += `${name}: ${value}\r\n`
  }
  text += `Content-Length: ${message.body.length}\r\n\r\n`
  if (message.body.length === 0) return Buffer.from(text)
  const head = Buffer.byteLength(text)
  const bytes = Buffer.allocUnsafe(head + message.body.length)
  bytes.write(text, 0)
  bytes.set(message.body, head)
  return bytes
}
