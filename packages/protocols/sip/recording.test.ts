import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseMessage } from './parse.ts'
import { redactMessage, writeTurn } from './recording.ts'

const crlf = (text: string): string => text.replaceAll('\n', '\r\n')

describe('a recording', () => {
  test('keeps of a digest all but what was made of the password, and every length', () => {
    const text = crlf(`REGISTER sip:example.com SIP/2.0
Authorization: Digest username="alice", realm="example.com", nonce="84a4cc", uri="sip:example.com", response="7587245234b3434cc3412213e5f113a5", cnonce="0a4f113b"
Proxy-Authorization: Basic YWxpY2U6c2VjcmV0
Content-Length: 0

`)
    const redacted = redactMessage(text)
    assert.equal(redacted.length, text.length)
    assert.doesNotMatch(redacted, /7587245234b3434cc3412213e5f113a5|0a4f113b|YWxpY2U6c2VjcmV0/)
    assert.match(redacted, /realm="example\.com", nonce="84a4cc"/)
    assert.match(redacted, /Proxy-Authorization: Basic x{16}/)
  })

  test('keeps SDP without its keys (RFC 4568), and of any other body its length alone', () => {
    const sdp = crlf(
      'INVITE sip:b@example.com SIP/2.0\nContent-Type: application/sdp\n\nv=0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20\na=ice-ufrag:8hhY\na=ice-pwd:asd88fgpdd777uzjYhagZg\n',
    )
    assert.match(redactMessage(sdp), /inline:x{40}\|2\^20\r\na=ice-ufrag:8hhY\r\na=ice-pwd:x{22}\r\n/)
    const message = crlf('MESSAGE sip:b@example.com SIP/2.0\nContent-Type: text/plain\n\nthe vault opens at nine\n')
    assert.doesNotMatch(redactMessage(message), /vault/)
    assert.equal(redactMessage(message).length, message.length)
  })

  test('writes a message that is read as it was', () => {
    const bytes = new TextEncoder().encode(
      crlf(
        'SIP/2.0 200 OK\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\nFrom: <sip:a@b>;tag=1\nTo: <sip:a@b>;tag=2\nCall-ID: x\nCSeq: 1 REGISTER\nContent-Length: 0\n\n',
      ),
    )
    const message = parseMessage(bytes)
    const { input } = writeTurn({ at: 1, input: { type: 'received', message, hop: {} }, effects: [], answers: [] })
    const again = parseMessage(new TextEncoder().encode((input as { message: string }).message))
    assert.ok(message.kind === 'response' && again.kind === 'response')
    assert.deepEqual([...again.headers], [...message.headers])
  })
})
