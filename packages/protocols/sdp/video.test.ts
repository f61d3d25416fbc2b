import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Audio } from './audio.ts'
import { answer, asksVideo, begin, offer, readAnswer, withdrawn } from './exchange.ts'
import { commonH264 } from './h264.ts'
import { parseSdp, type SdpMalformed } from './parse.ts'
import type { SessionDescription } from './description.ts'
import type { Video, VideoCodec } from './video.ts'

const local: Audio = {
  address: '192.0.2.10',
  port: 40_000,
  codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }],
  direction: 'sendrecv',
}
const ours = 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'
const feedback = ['nack pli', 'ccm fir']
const vp8: VideoCodec = { payloadType: 96, name: 'VP8', clockRate: 90_000, feedback }
const h264: VideoCodec = { payloadType: 97, name: 'H264', clockRate: 90_000, parameters: ours, feedback }
const pictures = (more: Partial<Video> = {}): Video => ({
  address: '192.0.2.10',
  port: 40_010,
  codecs: [vp8, h264],
  direction: 'sendrecv',
  ...more,
})
const head = 'v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n'
const parsed = (text: string): SessionDescription => {
  const read: SessionDescription | SdpMalformed = parseSdp(text)
  assert.ok(!('malformed' in read))
  return read
}
/** Our answer to video that is offered so, and what was agreed on. */
const answered = (media: string, video: Video = pictures()) => {
  const made = answer(begin(7), `${head}${media}`, local, video)
  assert.ok('agreed' in made)
  return { ...made, section: parsed(made.text).media[1] }
}

test('RFC 6184 §8.3: of three ways to pack H.264 the one is taken that pages have, in the profile that was offered', () => {
  const { agreed, section } = answered(
    [
      'm=video 49170 RTP/AVP 100 99 98',
      'a=rtpmap:98 H264/90000',
      'a=fmtp:98 profile-level-id=42A01E; packetization-mode=0; sprop-parameter-sets=Z0IACpZTBYmI,aMljiA==',
      'a=rtpmap:99 H264/90000',
      'a=fmtp:99 profile-level-id=42A01E; packetization-mode=1; sprop-parameter-sets=Z0IACpZTBYmI,aMljiA==',
      'a=rtpmap:100 H264/90000',
      'a=fmtp:100 profile-level-id=42A01E; packetization-mode=2; sprop-interleaving-depth=45',
      '',
    ].join('\r\n'),
  )
  assert.deepEqual(section?.formats, ['99'])
  assert.deepEqual(
    agreed.video?.remote.codecs.map(({ payloadType, name, parameters }) => [payloadType, name, parameters]),
    [[99, 'H264', 'packetization-mode=1;profile-level-id=42a01e']],
  )
})

test('of H.264 the profile and the packing must be the same, and the level need not be', () => {
  const common = (theirs: string | undefined): string | undefined => commonH264(theirs, ours)
  const mode = 'packetization-mode=1'
  // Constrained Baseline is written in several ways (RFC 6184 table 5).
  assert.equal(common(`profile-level-id=42e00c;${mode}`), `${mode};profile-level-id=42e00c`)
  assert.equal(common(`profile-level-id=4d800c;${mode}`), `${mode};profile-level-id=4d800c`)
  assert.equal(common(`profile-level-id=42e028;${mode}`), `${mode};profile-level-id=42e01f`)
  assert.equal(
    common(`profile-level-id=42e028;${mode};level-asymmetry-allowed=1`),
    `level-asymmetry-allowed=1;${mode};profile-level-id=42e01f`,
  )
  assert.equal(common(mode), `${mode};profile-level-id=42000a`)
  for (const other of [`profile-level-id=64001f;${mode}`, `profile-level-id=4d001f;${mode}`, 'profile-level-id=42e01f'])
    assert.equal(common(other), undefined, other)
  for (const nonsense of [
    undefined,
    '',
    `profile-level-id=4;${mode}`,
    `profile-level-id=zz;${mode}`,
    'packetization-mode=9',
  ])
    assert.equal(common(nonsense), undefined, String(nonsense))
})

test('RFC 7741 §6.2.1: VP8 with bounds of its own is taken with the offerer’s number', () => {
  const { agreed, section } = answered(
    'm=video 49170 RTP/AVPF 98\r\na=rtpmap:98 VP8/90000\r\na=fmtp:98 max-fr=30; max-fs=3600;\r\n',
  )
  assert.deepEqual([section?.formats, section?.protocol, section?.port], [['98'], 'RTP/AVPF', 40_010])
  assert.equal(agreed.video?.remote.codecs[0]?.payloadType, 98)
})

test('what may be asked by RTCP is what both can do, for one codec or for all of them', () => {
  const feedbackOf = (lines: string): readonly string[] | undefined =>
    answered(`m=video 4010 RTP/AVPF 96\r\na=rtpmap:96 VP8/90000\r\n${lines}`).agreed.video?.remote.codecs[0]?.feedback
  assert.deepEqual(feedbackOf('a=rtcp-fb:* nack pli\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:97 ccm fir\r\n'), ['nack pli'])
  assert.deepEqual(feedbackOf('a=rtcp-fb:96 ccm fir\r\na=rtcp-fb:96 ccm tmmbr\r\n'), ['ccm fir'])
  assert.deepEqual(feedbackOf(''), [])
})

test('the narrowest of the bounds counts: TIAS is of the stream itself, AS has the headers in it (RFC 3890)', () => {
  const mostOf = (lines: string): number | undefined =>
    answered(`m=video 4010 RTP/AVP 96\r\n${lines}a=rtpmap:96 VP8/90000\r\n`).agreed.video?.remote.mostBitsPerS
  assert.equal(mostOf('b=TIAS:256000\r\n'), 256_000)
  assert.equal(mostOf('b=AS:500\r\n'), 480_000)
  assert.equal(mostOf('b=AS:2000\r\nb=TIAS:700000\r\n'), 700_000)
  assert.equal(mostOf('b=AS:x\r\nb=CT:1\r\n'), undefined)
  const offered = parsed(offer(begin(1), local, pictures({ mostBitsPerS: 1_500_000 })).text)
  assert.deepEqual(offered.media[1]?.bandwidth, ['AS:1563', 'TIAS:1500000'])
})

test('video is added behind the sound, removed in its place, and comes back there (RFC 3264 §8)', () => {
  const first = offer(begin(7), local)
  const added = offer(first.said, local, pictures())
  const removed = offer(added.said, local)
  const again = offer(removed.said, local, pictures({ direction: 'recvonly' }))
  const shape = ({ text }: { readonly text: string }) => parsed(text).media.map(({ kind, port }) => [kind, port])
  assert.deepEqual(shape(first), [['audio', 40_000]])
  for (const whole of [added, again])
    assert.deepEqual(shape(whole), [
      ['audio', 40_000],
      ['video', 40_010],
    ])
  assert.deepEqual(shape(removed), [
    ['audio', 40_000],
    ['video', 0],
  ])
  assert.deepEqual(
    [first, added, removed, again].map(({ said }) => said.sessionVersion),
    [1, 2, 3, 4],
  )
})

test('of several video streams the first that we can do is taken, and stays in its place in offers of ours', () => {
  const { said, agreed, text } = answered(
    'm=video 51372 RTP/AVP 31\r\na=rtpmap:31 H261/90000\r\nm=video 53000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n',
  )
  const ports = (description: string) => parsed(description).media.map(({ port }) => port)
  assert.deepEqual(ports(text), [40_000, 0, 40_010])
  assert.equal(agreed.video?.remote.port, 53_000)
  assert.deepEqual(ports(offer(said, local, pictures()).text), [40_000, 0, 40_010])
})

test('an offer that was refused as a whole leaves what was agreed before, and the next version is a new one', () => {
  const first = offer(begin(7), local)
  const refused = offer(first.said, local, pictures())
  const after = offer(withdrawn(refused.said, first.said), local)
  assert.equal(parsed(after.text).media.length, 1)
  assert.equal(after.said.sessionVersion, 3)
})

test('video that cannot be had is refused in its place, and the sound is agreed on', () => {
  for (const media of [
    'm=video 4010 RTP/AVP 31\r\na=rtpmap:31 H261/90000\r\n',
    'm=video 4010 RTP/SAVP 96\r\na=rtpmap:96 VP8/90000\r\n',
    'm=video 4010 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n',
    'm=video 0 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n',
  ]) {
    const { agreed, section } = answered(media)
    assert.equal(agreed.video, undefined, media)
    assert.equal(section?.port, 0, media)
  }
})

test('sound and video are protected each by keys of its own', () => {
  const suite = 'AES_CM_128_HMAC_SHA1_80'
  const key = (letter: string) => [{ tag: 1, suite, key: letter.repeat(40) }]
  const offered = offer(begin(1), { ...local, crypto: key('a') }, pictures({ crypto: key('b') }))
  const made = answer(begin(2), offered.text, { ...local, crypto: key('c') }, pictures({ crypto: key('d') }))
  assert.ok('agreed' in made)
  assert.equal(made.agreed.protection?.theirs.key, 'a'.repeat(40))
  assert.equal(made.agreed.video?.protection?.theirs.key, 'b'.repeat(40))
  const read = readAnswer(made.text, { ...local, crypto: key('a') }, pictures({ crypto: key('b') }))
  assert.ok('direction' in read)
  assert.equal(read.video?.protection?.theirs.key, 'd'.repeat(40))
})

test('whether an offer asks for video is known before there are ports for it', () => {
  const asks = (media: string): boolean => asksVideo(`${head}${media}`, [vp8])
  assert.equal(asks('m=video 4010 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n'), true)
  assert.equal(asks('m=video 0 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n'), false)
  assert.equal(asks('m=video 4010 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n'), false)
  assert.equal(asks(''), false)
})

const codecs = fc.uniqueArray(fc.constantFrom(vp8, h264, { ...vp8, payloadType: 98, name: 'VP9' }), {
  minLength: 1,
  selector: ({ name }) => name,
})
const directions = fc.constantFrom<Audio['direction'][]>('sendrecv', 'sendonly', 'recvonly', 'inactive')
const side = fc.record({ codecs, direction: directions }).map((more) => pictures(more))

test('whatever two sides want of video, both see the same codecs and mirrored directions, or both see none', () => {
  fc.assert(
    fc.property(fc.option(side, { nil: undefined }), fc.option(side, { nil: undefined }), (a, b) => {
      const offered = offer(begin(1), local, a)
      const made = answer(begin(2), offered.text, local, b)
      assert.ok('agreed' in made)
      const read = readAnswer(made.text, local, a)
      assert.ok('direction' in read)
      const common = a && b && a.codecs.some(({ name }) => b.codecs.some((other) => other.name === name))
      assert.equal(made.agreed.video !== undefined, Boolean(common))
      assert.equal(read.video !== undefined, Boolean(common))
      if (!read.video || !made.agreed.video) return
      assert.deepEqual(
        read.video.remote.codecs.map(({ name }) => name),
        made.agreed.video.remote.codecs.map(({ name }) => name),
      )
      const mirror = { sendrecv: 'sendrecv', sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive' }
      assert.equal(read.video.direction, mirror[made.agreed.video.direction])
    }),
  )
})

test('nothing that is said of video makes it throw', () => {
  const lines = [
    'm=video 4010 RTP/AVP 96 97',
    'a=rtpmap:96 VP8/90000',
    'a=rtpmap:97 H264/90000',
    'a=fmtp:97 profile-level-id=;packetization-mode=1;;=',
    'a=rtcp-fb:* nack pli',
    'a=rtcp-fb:x',
    'b=AS:99999999999',
    'b=TIAS:-1',
    'a=crypto:1 X inline:y',
    'm=video',
  ]
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string({ maxLength: 20 }))), (some) => {
      const text = `${head}${some.join('\r\n')}\r\n`
      answer(begin(1), text, local, pictures())
      readAnswer(text, local, pictures())
      asksVideo(text, [vp8, h264])
    }),
  )
})
