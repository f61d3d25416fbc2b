import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Audio, AudioCodec } from './audio.ts'
import { answer, begin, offer, readAnswer, unanswerable } from './exchange.ts'
import { parseSdp, writeSdp } from './parse.ts'

const PCMU = { payloadType: 0, name: 'PCMU', clockRate: 8000 }
const PCMA = { payloadType: 8, name: 'PCMA', clockRate: 8000 }
const events = { payloadType: 101, name: 'telephone-event', clockRate: 8000, parameters: '0-15' }
const local = (more: Partial<Audio> = {}): Audio => ({
  address: '192.0.2.10',
  port: 40_000,
  codecs: [PCMU, PCMA, events],
  direction: 'sendrecv',
  ...more,
})

// RFC 3264 §10.1: Alice offers audio and two video streams.
const rfc3264 = `v=0
o=alice 2890844526 2890844526 IN IP4 host.anywhere.com
s=
c=IN IP4 host.anywhere.com
t=0 0
m=audio 49170 RTP/AVP 0
a=rtpmap:0 PCMU/8000
m=video 51372 RTP/AVP 31
a=rtpmap:31 H261/90000
m=video 53000 RTP/AVP 32
a=rtpmap:32 MPV/90000
`

/** What is known of a side before it has addresses and keys. */
const can = ({ codecs, crypto = [] }: Audio): Parameters<typeof unanswerable>[1] => ({
  codecs: codecs.map(({ name }) => name),
  suites: crypto.map(({ suite }) => suite),
})

test('the offer of RFC 3264 §10.1 is answered stream by stream, the videos refused in their places', () => {
  const answered = answer(begin(7), rfc3264, local())
  assert.ok('text' in answered)
  const read = parseSdp(answered.text)
  assert.ok(!('malformed' in read))
  assert.deepEqual(
    read.media.map(({ kind, port, formats }) => [kind, port, formats]),
    [
      ['audio', 40_000, ['0']],
      ['video', 0, ['31']],
      ['video', 0, ['32']],
    ],
  )
  assert.deepEqual(answered.agreed.remote.address, 'host.anywhere.com')
  assert.deepEqual(answered.agreed.remote.codecs, [PCMU])
})

test('RFC 4317 §2.1: of several codecs the common ones stay, with the offerer’s numbers and in its order', () => {
  const text = `v=0\r\no=alice 2890844526 2890844526 IN IP4 host.atlanta.example.com\r\ns= \r\nc=IN IP4 host.atlanta.example.com\r\nt=0 0\r\nm=audio 49170 RTP/AVP 97 8 0 99\r\na=rtpmap:97 iLBC/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:99 telephone-event/8000\r\na=fmtp:99 0-15\r\n`
  const answered = answer(begin(7), text, local())
  assert.ok('agreed' in answered)
  assert.deepEqual(
    answered.agreed.remote.codecs.map(({ payloadType, name }) => [payloadType, name]),
    [
      [8, 'PCMA'],
      [0, 'PCMU'],
      [99, 'telephone-event'],
    ],
  )
})

test('a hold is seen whichever way it is said, and answered by its mirror', () => {
  const hold = (line: string, address = '192.0.2.1') =>
    answer(
      begin(7),
      `v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n${line}`,
      local(),
    )
  const cases = [
    [hold('a=sendonly\r\n'), 'recvonly'],
    [hold('a=inactive\r\n'), 'inactive'],
    [hold('', '0.0.0.0'), 'recvonly'],
    [hold('a=sendrecv\r\n'), 'sendrecv'],
  ] as const
  for (const [answered, direction] of cases) {
    assert.ok('agreed' in answered)
    assert.equal(answered.agreed.direction, direction)
    assert.match(answered.text, new RegExp(`a=${direction}`))
  }
})

test('no codec in common, no audio and media that must be encrypted are refused, each by its name', () => {
  const offered = (media: string): string =>
    `v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n${media}`
  const why = (media: string): string | undefined => {
    const answered = answer(begin(7), offered(media), local())
    const early = unanswerable(offered(media), { ...can(local()), protected: false })
    assert.equal(early?.refused, 'refused' in answered ? answered.refused : undefined)
    return early?.refused
  }
  assert.equal(why('m=audio 4000 RTP/AVP 0\r\n'), undefined)
  assert.equal(why('m=audio 4000 RTP/AVP 18 101\r\na=rtpmap:101 telephone-event/8000\r\n'), 'no-codec')
  assert.equal(why('m=audio 0 RTP/AVP 0\r\n'), 'no-audio')
  assert.equal(why('m=audio 4000 RTP/SAVP 0\r\n'), 'protection')
  assert.equal(why('m=audio x RTP/AVP 0\r\n'), 'malformed')
})

test('the version grows when the description changes and only then (RFC 3264 §8)', () => {
  const first = offer(begin(7), local())
  const same = offer(first.said, local())
  const held = offer(same.said, local({ direction: 'sendonly' }))
  assert.deepEqual(
    [first, same, held].map(({ said }) => said.sessionVersion),
    [1, 1, 2],
  )
  assert.equal(first.text, same.text)
})

test('after an offer with video was answered, our own offer keeps the video’s place', () => {
  const answered = answer(begin(7), rfc3264, local())
  assert.ok('said' in answered)
  const again = parseSdp(offer(answered.said, local({ direction: 'sendonly' })).text)
  assert.ok(!('malformed' in again))
  assert.deepEqual(
    again.media.map(({ kind, port }) => [kind, port > 0]),
    [
      ['audio', true],
      ['video', false],
      ['video', false],
    ],
  )
})

test('what is read and written again says the same, unknown lines and attributes with it', () => {
  const text =
    'v=0\r\no=- 1 2 IN IP6 2001:db8::1\r\ns=x\r\ni=about\r\nc=IN IP6 2001:db8::1\r\nb=AS:64\r\nt=1 2\r\nr=7d 1h\r\na=tool:x\r\nm=audio 4000/2 RTP/AVP 0\r\ni=title\r\nc=IN IP6 2001:db8::2\r\nb=TIAS:1\r\na=unknown:1 2\r\na=recvonly\r\n'
  const read = parseSdp(text)
  assert.ok(!('malformed' in read))
  assert.equal(writeSdp(read), text)
})

const codec: fc.Arbitrary<AudioCodec> = fc.constantFrom(
  PCMU,
  PCMA,
  { payloadType: 9, name: 'G722', clockRate: 8000 },
  { payloadType: 111, name: 'opus', clockRate: 48_000 },
)
const side: fc.Arbitrary<Audio> = fc.record({
  address: fc.ipV4(),
  port: fc.integer({ min: 1, max: 65_535 }),
  codecs: fc.uniqueArray(codec, { minLength: 1, selector: ({ name }) => name }).map((codecs) => [...codecs, events]),
  direction: fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive'),
})

test('whatever two sides offer and answer, they agree on the same codecs and mirrored directions, or both see that there are none', () => {
  fc.assert(
    fc.property(side, side, (a, b) => {
      const offered = offer(begin(1), a)
      const answered = answer(begin(2), offered.text, b)
      const common = a.codecs.some(
        ({ name }) => name !== 'telephone-event' && b.codecs.some((other) => other.name === name),
      )
      assert.equal('agreed' in answered, common)
      assert.equal(unanswerable(offered.text, can(b)) === undefined, common)
      if (!('agreed' in answered)) return
      const read = readAnswer(answered.text, a)
      assert.ok('direction' in read)
      assert.deepEqual(
        read.remote.codecs.map(({ name }) => name),
        answered.agreed.remote.codecs.map(({ name }) => name),
      )
      const mirror = { sendrecv: 'sendrecv', sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive' }
      assert.equal(read.direction, mirror[answered.agreed.direction])
    }),
  )
})

test('nothing that anybody sends makes it throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc
          .array(fc.constantFrom(...rfc3264.split('\n'), 'm=', 'c=', 'a=', 'o='))
          .map((lines) => ['v=0', ...lines].join('\n')),
      ),
      (text) => {
        const answered = answer(begin(1), text, local())
        if (unanswerable(text, can(local()))) assert.ok('refused' in answered)
        readAnswer(text, local())
      },
    ),
  )
})
