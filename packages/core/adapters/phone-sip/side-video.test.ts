// The video of a session between two sides that hand each other what they would send.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallVideo } from '@openparley/contract'
import { parseSdp } from '@openparley/protocols/sdp'
import { parseMessage, type SessionAct } from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneEvent } from '../../services/calls/port.ts'
import type { ConnectedVideo, Leg, MediaDescription } from '../../services/media/port.ts'
import { pictureInfo, readPictureInfo } from './picture-info.ts'
import { Side } from './side.ts'
import type { VideoPolicy } from './side-video.ts'

test('a call that is made and answered with video has it both ways, in the codec that the caller likes best', async () => {
  const [a, b] = [sideOf(), sideOf()]
  await a.invite({ video: true })
  assert.deepEqual(a.last, { is: 'offered', by: 'local' })
  assert.equal(b.rings(a.body), true)
  b.side.video.want('sendrecv')
  await b.accept(a.body)
  a.side.read(a.leg, b.body)
  for (const each of [a, b]) {
    assert.deepEqual(each.last, { is: 'active', direction: 'sendrecv', codec: 'VP8' })
    assert.equal(each.video?.direction, 'sendrecv')
    assert.equal(each.video?.mostBitsPerS, 1_500_000)
    assert.equal(each.video?.remote.mostBitsPerS, 1_500_000)
  }
})

test('who is to be asked is told of it, and answers with sound alone; accepting it later is an offer of theirs', async () => {
  const [a, b] = await talking()
  a.side.video.want('sendrecv')
  await a.ask()
  await b.offered(a.body)
  assert.deepEqual(b.last, { is: 'offered', by: 'remote' })
  a.answered(b.body)
  assert.deepEqual([a.last, a.video], [{ is: 'offered', by: 'local' }, undefined])
  assert.equal(a.told.at(-1)?.type, 'video-agreed')
  b.side.video.want('sendrecv')
  await b.ask()
  await a.offered(b.body)
  b.answered(a.body)
  for (const each of [a, b]) assert.deepEqual(each.last, { is: 'active', direction: 'sendrecv', codec: 'VP8' })
})

test('with accept theirs is taken at once and nothing of ours goes out, but only where it can be shown', async () => {
  for (const shows of [true, false]) {
    const [a, b] = await talking({ asked: 'accept' }, shows)
    a.side.video.want('sendrecv')
    await a.ask()
    await b.offered(a.body)
    a.answered(b.body)
    assert.deepEqual(
      [a.last, b.last],
      shows
        ? [
            { is: 'active', direction: 'sendonly', codec: 'VP8' },
            { is: 'active', direction: 'recvonly', codec: 'VP8' },
          ]
        : [
            { is: 'offered', by: 'local' },
            { is: 'offered', by: 'remote' },
          ],
    )
  }
})

test('with off nobody is told, and the stream is refused in its place', async () => {
  const [a, b] = await talking({ asked: 'off' })
  a.side.video.want('sendrecv')
  await a.ask()
  await b.offered(a.body)
  assert.equal(b.last, undefined)
  assert.deepEqual(portsIn(b.body), [4000, 0])
})

test('an offer that the other side refuses as a whole leaves the sound as it was, and says why', async () => {
  const [a] = await talking()
  a.side.video.want('sendrecv')
  await a.ask()
  a.refused(488)
  assert.deepEqual(a.last, { is: 'none' })
  assert.deepEqual(a.told.at(-1), {
    type: 'refused',
    call: 'call',
    command: 'video',
    code: 'video-refused',
    cause: { protocol: 'sip', status: 488, text: 'Not Acceptable Here' },
  })
  a.side.ask(a.leg, 'hold')
  assert.deepEqual(portsIn(a.body), [4000])
})

test('a pause keeps what the other side shows, and removing it takes the stream away in its place', async () => {
  const [a, b] = await showing()
  a.side.video.want('recvonly')
  await exchange(a, b)
  assert.deepEqual([a.last?.direction, b.last?.direction], ['recvonly', 'sendonly'])
  a.side.video.want('none')
  await exchange(a, b)
  assert.deepEqual(portsIn(a.body), [4000, 0])
  for (const each of [a, b]) assert.deepEqual([each.last, each.video], [{ is: 'none' }, undefined])
})

test('on hold no picture goes either way, and with the sound it comes back', async () => {
  const [a, b] = await showing()
  a.side.ask(a.leg, 'hold')
  await b.offered(a.body)
  a.answered(b.body)
  for (const each of [a, b]) assert.equal(each.video?.direction, 'inactive')
  a.side.ask(a.leg, 'resume')
  await b.offered(a.body)
  a.answered(b.body)
  for (const each of [a, b]) {
    assert.equal(each.video?.direction, 'sendrecv')
    assert.deepEqual(each.last, { is: 'active', direction: 'sendrecv', codec: 'VP8' })
  }
})

test('who holds the sound alone is sent no picture either', async () => {
  const [a, b] = await showing()
  a.side.ask(a.leg, 'hold')
  await b.offered(a.body.replace(/(m=video[^]*)a=inactive/, '$1a=sendrecv'))
  assert.equal(b.video?.direction, 'inactive')
})

test('what was asked for once and refused is not asked for again by a hold', async () => {
  const [a, b] = await talking({ asked: 'off' })
  a.side.video.want('sendrecv')
  await exchange(a, b)
  a.side.ask(a.leg, 'hold')
  assert.deepEqual(portsIn(a.body), [4000, 0])
})

test('an offer without video takes back what was asked for', async () => {
  const [a, b] = await talking()
  a.side.video.want('sendrecv')
  await exchange(a, b)
  assert.deepEqual(b.last, { is: 'offered', by: 'remote' })
  a.side.video.want('none')
  await exchange(a, b)
  assert.deepEqual(b.last, { is: 'none' })
})

test('with protection sound and video have keys of their own, and neither is offered without', async () => {
  const [a, b] = [sideOf({}, true, 'require'), sideOf({}, true, 'require')]
  await a.invite({ video: true })
  const described = parseSdp(a.body)
  assert.ok('media' in described)
  const keysOf = (at: number): (string | undefined)[] =>
    described.media[at]?.attributes.filter(({ name }) => name === 'crypto').map(({ value }) => value) ?? []
  assert.deepEqual(
    described.media.map(({ protocol }) => protocol),
    ['RTP/SAVP', 'RTP/SAVP'],
  )
  assert.ok(keysOf(0).length > 0 && keysOf(1).length > 0)
  assert.notDeepEqual(keysOf(0), keysOf(1))
  b.side.video.want('sendrecv')
  await b.accept(a.body)
  a.side.read(a.leg, b.body)
  assert.equal(a.video?.protection?.theirs, b.video?.protection?.ours)
  assert.ok(a.video?.protection)
})

test('without a port for it there is no video, and the call goes on', async () => {
  const [a, b] = await talking()
  b.has.ports = false
  b.side.video.want('sendrecv')
  await exchange(b, a)
  assert.deepEqual(portsIn(b.body), [4000])
  assert.equal(b.last, undefined)
})

test('RFC 5168: a whole picture asked for by INFO is read, and what else is in such a body asks nothing', () => {
  const request = (body: string, type: string = pictureInfo.contentType) => {
    const text = `INFO sip:a@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\r\nFrom: <sip:b@x>;tag=1\r\nTo: <sip:a@x>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INFO\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const message = parseMessage(new TextEncoder().encode(text))
    assert.ok(message.kind === 'request')
    return readPictureInfo(message)
  }
  assert.equal(request(pictureInfo.body), 'picture')
  assert.equal(request(pictureInfo.body, 'application/media_control+xml; charset=utf-8'), 'picture')
  assert.equal(request('<media_control><general_error>no</general_error></media_control>'), 'nothing')
  for (const body of ['', '<', '<media_control>', '<!DOCTYPE a><a/>']) assert.equal(request(body), 'nothing')
  assert.equal(request('Signal=1', 'application/dtmf-relay'), undefined)
})

// Two sides.

type Played = ReturnType<typeof sideOf>

async function talking(policy: Partial<VideoPolicy> = {}, shows = true): Promise<[Played, Played]> {
  const [a, b] = [sideOf(), sideOf(policy, shows)]
  await a.invite({})
  b.rings(a.body)
  await b.accept(a.body)
  a.side.read(a.leg, b.body)
  for (const each of [a, b]) each.side.begins(each.leg)
  return [a, b]
}

async function showing(): Promise<[Played, Played]> {
  const [a, b] = await talking()
  b.side.video.want('sendrecv')
  a.side.video.want('sendrecv')
  await exchange(a, b)
  for (const each of [a, b]) assert.equal(each.last?.direction, 'sendrecv')
  return [a, b]
}

async function exchange(a: Played, b: Played): Promise<void> {
  await a.ask()
  await b.offered(a.body)
  a.answered(b.body)
}

function sideOf(policy: Partial<VideoPolicy> = {}, shows = true, srtp: 'offer' | 'require' = 'offer') {
  const bodies: string[] = []
  const told: PhoneEvent[] = []
  const videos: (ConnectedVideo | undefined)[] = []
  const feed = (act: SessionAct): void => {
    if ('body' in act && act.body !== undefined) bodies.push(act.body)
  }
  const hop = { transport: 'udp', address: '127.0.0.1', port: 5060 }
  const link = { feed, way: () => ({ hop, contact: 'sip:a@127.0.0.1', localAddress: '127.0.0.1' }) }
  const side = new Side('session', {
    call: 'call',
    link: link as unknown as SipLink,
    policy: {
      codecs: ['PCMU'],
      srtp,
      suites: ['AES_CM_128_HMAC_SHA1_80'],
      video: { asked: 'ask', codecs: ['VP8', 'H264'], mostKbps: 1500, ...policy },
    },
    number: () => 7,
    heldTone: () => false,
    shows: () => shows,
    tell: (event) => told.push(event),
  })
  const has = { ports: true }
  const leg = legOf(
    (video) => videos.push(video),
    () => has.ports,
  )
  return {
    side,
    told,
    leg,
    has,
    get body(): string {
      return bodies.at(-1) ?? ''
    },
    get video(): ConnectedVideo | undefined {
      return videos.at(-1)
    },
    get last(): CallVideo | undefined {
      return told.flatMap((event) => (event.type === 'video' ? [event.video] : [])).at(-1)
    },
    invite: (how: { readonly video?: boolean }) =>
      side.invite(leg, { uri: 'sip:b@x', from: '<sip:a@x>', headers: [], ...how }),
    rings: (offer: string) => {
      side.offered = offer
      return side.video.rings(offer)
    },
    accept: async (offer: string) => {
      side.offered = offer
      if (side.video.takes(offer)) await side.video.open(leg)
      assert.equal(side.accept(leg), undefined)
    },
    ask: async () => {
      await side.video.open(leg)
      side.ask(leg, 'video')
    },
    offered: async (body: string) => {
      if (side.video.takes(body)) await side.video.open(leg)
      side.exchanged({ type: 'offered', body }, leg)
    },
    answered: (body: string) => assert.equal(side.exchanged({ type: 'offer-answered', body }, leg), undefined),
    refused: (status: number) => side.exchanged({ type: 'offer-refused', status, reason: 'Not Acceptable Here' }, leg),
  }
}

let keys = 0

function legOf(connected: (video: ConnectedVideo | undefined) => void, hasPorts: () => boolean): Leg {
  const local: MediaDescription = {
    address: '127.0.0.1',
    port: 4000,
    direction: 'sendrecv',
    codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }],
  }
  const feedback = ['nack pli', 'ccm fir']
  const pictures: MediaDescription = {
    ...local,
    port: 4010,
    codecs: [
      { payloadType: 96, name: 'VP8', clockRate: 90_000, feedback },
      { payloadType: 97, name: 'H264', clockRate: 90_000, parameters: 'packetization-mode=1', feedback },
    ],
  }
  const leg: Partial<Leg> = {
    local,
    newKeys: () => [{ suite: 'AES_CM_128_HMAC_SHA1_80', key: Buffer.alloc(30, ++keys).toString('base64') }],
    connect: () => {},
    heldTone: () => {},
    openVideo: () => (hasPorts() ? Promise.resolve(pictures) : Promise.reject(new Error('no port'))),
    connectVideo: connected,
  }
  return leg as Leg
}

function portsIn(text: string): number[] {
  const read = parseSdp(text)
  assert.ok('media' in read)
  return read.media.map(({ port }) => port)
}
