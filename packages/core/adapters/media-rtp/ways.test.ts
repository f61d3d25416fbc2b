// Legs that look for ways: two of them find each other, hear nobody else, begin anew, and are told where there is nothing to be found.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { after, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { headerBytes, writeRtpHeader } from '@openparley/protocols/rtp'
import type { MediaWays, Search } from '../../services/media/port.ts'
import { pcmu, type WatchedLeg, watchedLeg } from '../../services/media/sides.suite.ts'
import { gatheringIn, helperOf } from './helpers.ts'
import { mediaRtp } from './media-rtp.ts'

const rtp = mediaRtp()
after(() => rtp.close())
const port = rtp.port(() => [0, 0], { gathering: (mostMs) => gatheringIn(readSettings({}), mostMs), told: () => {} })
const timeout = 30_000

for (const rtcpMux of [false, true]) {
  const by = rtcpMux ? 'one port for both RTP and RTCP' : 'a port each for RTP and RTCP'
  test(`two legs find each other, hear one another, and have reports, by ${by}`, { timeout }, async () => {
    const [a, b] = [await streaming(), await streaming()]
    join(a, b, waysOf(a), waysOf(b), rtcpMux)
    await Promise.all([found(a), found(b)])
    a.leg.write(new Int16Array(160).fill(7932))
    b.leg.write(new Int16Array(160).fill(-7932))
    await Promise.all([b.until(says(7932)), a.until(says(-7932))])
    // The other side's report comes within RTCP's first interval.
    let figures = await a.leg.statistics()
    while (figures.remotePacketsLost === undefined) figures = await a.leg.statistics()
    assert.equal(figures.way, 'host to host')
    await Promise.all([a.leg.close(), b.leg.close()])
  })
}

test('who was not found by a check is not heard, though they send from the address that was agreed on', {
  timeout,
}, async () => {
  const [a, b] = [await streaming(), await streaming()]
  join(a, b, waysOf(a), waysOf(b), true)
  await Promise.all([found(a), found(b)])
  const other = createSocket('udp4')
  await new Promise<void>((bound) => other.bind(0, '127.0.0.1', bound))
  const before = (await a.leg.statistics()).packetsReceived
  for (let i = 0; i < 50; i++) {
    const packet = new Uint8Array(headerBytes + 160)
    writeRtpHeader(packet, 0, false, 20_000 + i, i * 160, 4711)
    other.send(packet, a.leg.local.port, '127.0.0.1')
  }
  b.leg.write(new Int16Array(160).fill(7932))
  await a.until(says(7932))
  const loudest = Math.max(...a.frames().map(({ samples }) => Math.max(...samples.map(Math.abs))))
  assert.ok(loudest < 10_000, String(loudest))
  assert.ok((await a.leg.statistics()).packetsReceived > before)
  other.close()
  await Promise.all([a.leg.close(), b.leg.close()])
})

test('a search that begins anew finds a way again, and sound goes on', { timeout }, async () => {
  const [a, b] = [await streaming(), await streaming()]
  join(a, b, waysOf(a), waysOf(b), true)
  await Promise.all([found(a), found(b)])
  const [ours, theirs] = [await a.leg.renewWays?.(), await b.leg.renewWays?.()]
  assert.ok(ours && theirs)
  assert.notEqual(ours.ufrag, theirs.ufrag)
  const before = a.events.filter(({ type }) => type === 'way').length
  join(a, b, ours, theirs, true)
  await a.until(() => a.events.filter(({ type }) => type === 'way').length > before)
  b.leg.write(new Int16Array(160).fill(7932))
  await a.until(says(7932))
  await Promise.all([a.leg.close(), b.leg.close()])
})

test('a leg whose thread was lost finds its way again', { timeout }, async () => {
  const own = mediaRtp()
  const ownPort = own.port(() => [0, 0], { gathering: () => gatheringIn(readSettings({})), told: () => {} })
  const [a, b] = [await streaming(ownPort), await streaming()]
  join(a, b, waysOf(a), waysOf(b), true)
  await Promise.all([found(a), found(b)])
  const before = a.events.filter(({ type }) => type === 'way').length
  a.leg.sendDigits(undefined as unknown as string, 100)
  await a.until(() => a.events.filter(({ type }) => type === 'way').length > before)
  b.leg.write(new Int16Array(160).fill(7932))
  await a.until(says(7932))
  await Promise.all([a.leg.close(), b.leg.close()])
  await own.close()
})

test('where the other side answers no check that is told, and nothing was sent to it but checks', {
  timeout,
}, async () => {
  const a = await streaming()
  const silent = createSocket('udp4')
  await new Promise<void>((bound) => silent.bind(0, '127.0.0.1', bound))
  const first = new Set<boolean>()
  silent.on('message', (packet) => first.add((packet[0] as number) < 4))
  const at = { address: '127.0.0.1', port: silent.address().port }
  const theirs: MediaWays = {
    ufrag: 'silent',
    password: 'a password that is long enough',
    isLite: false,
    candidates: [{ ...at, foundation: '1', component: 1, priority: 2_130_706_431, type: 'host' }],
  }
  const search: Search = { ours: waysOf(a), theirs, controlling: true }
  a.leg.connect({ ...at, codecs: pcmu, direction: 'sendrecv', ice: theirs }, 'sendrecv', undefined, search)
  const told = await a.until(({ type }) => type === 'way')
  assert.deepEqual(told, { type: 'way', is: 'none' })
  assert.deepEqual([...first], [true])
  silent.close()
  await a.leg.close()
})

test('servers are read as RFC 7064 and RFC 7065 write them', () => {
  const read = (uri: string): unknown => {
    const { kind, host, port: at, transport } = helperOf(uri) ?? {}
    return [kind, host, at, transport]
  }
  assert.deepEqual(read('stun:stun.example.org'), ['stun', 'stun.example.org', 3478, 'udp'])
  assert.deepEqual(read('turn:relay.example.org:3479'), ['turn', 'relay.example.org', 3479, 'udp'])
  assert.deepEqual(read('turn:192.0.2.1?transport=tcp'), ['turn', '192.0.2.1', 3478, 'tcp'])
  assert.deepEqual(read('turns:relay.example.org'), ['turn', 'relay.example.org', 5349, 'tls'])
  assert.deepEqual(read('turns:[2001:db8::1]:443?transport=tcp'), ['turn', '2001:db8::1', 443, 'tls'])
  assert.equal(helperOf('https://relay.example.org'), undefined)
  for (const wrong of ['turn:', 'relay.example.org', 'turn:user@relay', 'stun:a b'])
    assert.throws(() => readSettings({ 'media.turn.servers': wrong }), { code: 'setting-invalid' }, wrong)
})

async function streaming(from = port): Promise<WatchedLeg> {
  const watched = await watchedLeg({
    ...from,
    openLeg: (address, told) => from.openLeg(address, told, { withWays: true }),
  })
  watched.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
  return watched
}

function waysOf({ leg }: WatchedLeg): MediaWays {
  const ways = leg.newWays?.()
  assert.ok(ways)
  return ways
}

function join(a: WatchedLeg, b: WatchedLeg, ofA: MediaWays, ofB: MediaWays, rtcpMux: boolean): void {
  const description = (of: WatchedLeg, ice: MediaWays) => ({ ...of.leg.local, codecs: pcmu, ice, rtcpMux })
  a.leg.connect(description(b, ofB), 'sendrecv', undefined, { ours: ofA, theirs: ofB, controlling: true })
  b.leg.connect(description(a, ofA), 'sendrecv', undefined, { ours: ofB, theirs: ofA, controlling: false })
}

function found({ until }: WatchedLeg): Promise<unknown> {
  return until((event) => event.type === 'way' && event.is === 'found')
}

function says(sample: number): Parameters<WatchedLeg['until']>[0] {
  return (event) => event.type === 'frame' && event.samples[80] === sample
}
