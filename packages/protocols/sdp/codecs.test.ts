// Codecs that are more than a name and a clock: channels, parameters of each side, numbers of each side.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Audio, AudioCodec } from './audio.ts'
import { answer, begin, offer, readAnswer } from './exchange.ts'
import { parseSdp } from './parse.ts'

const opus: AudioCodec = {
  payloadType: 107,
  name: 'opus',
  clockRate: 48_000,
  channels: 2,
  parameters: 'maxplaybackrate=16000;useinbandfec=1',
}
const narrow: AudioCodec = { payloadType: 0, name: 'PCMU', clockRate: 8000 }
const slow: AudioCodec = { payloadType: 101, name: 'telephone-event', clockRate: 8000, parameters: '0-15' }
const fast: AudioCodec = { payloadType: 102, name: 'telephone-event', clockRate: 48_000, parameters: '0-15' }
const local: Audio = {
  address: '192.0.2.10',
  port: 40_000,
  codecs: [opus, narrow, slow, fast],
  direction: 'sendrecv',
}

/** As RFC 7587 §7 writes it, with other numbers and wishes than ours. */
const theirs = `v=0
o=- 1 1 IN IP4 192.0.2.20
s=-
c=IN IP4 192.0.2.20
t=0 0
m=audio 54312 RTP/AVP 101 110 0
a=rtpmap:101 opus/48000/2
a=fmtp:101 maxplaybackrate=8000; stereo=0; useinbandfec=0
a=rtpmap:110 telephone-event/48000
a=rtpmap:0 PCMU/8000
`

const linesOf = (text: string): string[] => text.split('\r\n').filter((line) => /^(m=|a=rtpmap|a=fmtp)/.test(line))

test('Opus is offered with two channels, whatever it carries (RFC 7587 §7)', () => {
  assert.deepEqual(linesOf(offer(begin(7), local).text), [
    'm=audio 40000 RTP/AVP 107 0 101 102',
    'a=rtpmap:107 opus/48000/2',
    'a=fmtp:107 maxplaybackrate=16000;useinbandfec=1',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=rtpmap:102 telephone-event/48000',
    'a=fmtp:102 0-15',
  ])
})

test('what a number means by itself is not said again (RFC 8866 §6.6), and is where it means something else', () => {
  const moved = { ...narrow, payloadType: 96 }
  const g722 = { payloadType: 9, name: 'G722', clockRate: 8000 }
  assert.deepEqual(linesOf(offer(begin(7), { ...local, codecs: [g722, narrow, moved] }).text), [
    'm=audio 40000 RTP/AVP 9 0 96',
    'a=rtpmap:96 PCMU/8000',
  ])
})

test('an answer has the offerer’s numbers and our wishes; what we send by has theirs', () => {
  const answered = answer(begin(7), theirs, local)
  assert.ok('agreed' in answered)
  assert.deepEqual(linesOf(answered.text), [
    'm=audio 40000 RTP/AVP 101 110 0',
    'a=rtpmap:101 opus/48000/2',
    'a=fmtp:101 maxplaybackrate=16000;useinbandfec=1',
    'a=rtpmap:110 telephone-event/48000',
    'a=fmtp:110 0-15',
  ])
  assert.deepEqual(answered.agreed.remote.codecs[0], {
    payloadType: 101,
    name: 'opus',
    clockRate: 48_000,
    channels: 2,
    parameters: 'maxplaybackrate=8000; stereo=0; useinbandfec=0',
  })
})

test('who answers with other numbers is sent to by those, and comes by ours (RFC 3264 §5.1)', () => {
  const agreed = readAnswer(theirs, local)
  assert.ok('remote' in agreed)
  assert.deepEqual(
    agreed.remote.codecs.map(({ name, payloadType, receivedType }) => [name, payloadType, receivedType]),
    [
      ['opus', 101, 107],
      ['telephone-event', 110, 102],
      ['PCMU', 0, undefined],
    ],
  )
})

test('channels are read where there are some, and what is no number of them is no codec', () => {
  const read = (map: string) => {
    const answered = readAnswer(theirs.replace('opus/48000/2', map), local)
    return 'remote' in answered ? answered.remote.codecs.map(({ name, channels }) => [name, channels]) : []
  }
  assert.deepEqual(read('opus/48000/2')[0], ['opus', 2])
  assert.deepEqual(read('opus/48000/1')[0], ['opus', undefined])
  assert.deepEqual(read('opus/48000/many'), [['PCMU', undefined]])
  assert.ok(!('malformed' in parseSdp(theirs)))
})
