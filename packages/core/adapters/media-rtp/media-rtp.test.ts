// What is the built-in media path's own: its thread and its ports. What every media port shows is in port.suite.ts.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { playerSuite, watchedPlayer } from '../../services/media/player.suite.ts'
import { mediaPortSuite } from '../../services/media/port.suite.ts'
import { protectionSuite } from '../../services/media/protection.suite.ts'
import { barePhone, watchedLeg } from '../../services/media/sides.suite.ts'
import { mediaRtp } from './media-rtp.ts'

for (const suite of [mediaPortSuite, protectionSuite, playerSuite]) {
  suite('the built-in media path', async () => {
    const rtp = mediaRtp()
    return { media: rtp.port(() => [0, 0]), close: () => rtp.close() }
  })
}

const folder = await mkdtemp(join(tmpdir(), 'parley-rtp-'))
after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))

test('a thread that is lost is started again: a stream goes on at its ports, a file is told', async () => {
  const own = mediaRtp()
  const port = own.port(() => [0, 0])
  const [a, b, far] = [await watchedLeg(port), await watchedLeg(port), await barePhone()]
  a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
  b.leg.attach({ kind: 'file', record: join(folder, 'lost.wav') })
  a.leg.connect(far.description, 'sendrecv')
  await far.received(3)
  const from = far.packets[0]?.readUInt32BE(8)
  // A fault of ours is what the thread would be lost by.
  a.leg.sendDigits(undefined as unknown as string, 100)
  await b.until(({ type }) => type === 'endpoint-failed')
  const count = far.packets.length
  await far.received(count + 3)
  assert.notEqual(far.packets.at(-1)?.readUInt32BE(8), from)
  assert.deepEqual(
    b.events.find(({ type }) => type === 'endpoint-failed'),
    { type: 'endpoint-failed', code: 'media-file-unwritable', detail: 'media-worker-lost' },
  )
  far.say(a.leg, 0x20, 4)
  await a.until((event) => event.type === 'frame' && event.samples[80] === -7932)
  const third = await watchedLeg(own.port(() => [0, 0]))
  await Promise.all([a.leg.close(), b.leg.close(), third.leg.close()])
  await Promise.all([own.close(), far.close()])
})

test('a player is told that the thread was lost, and whoever opens another one gets a new thread', async () => {
  const own = mediaRtp()
  const port = own.port(() => [0, 0])
  const [lost, leg] = [watchedPlayer(port), await watchedLeg(port)]
  await lost.until(({ type }) => type === 'wants')
  leg.leg.sendDigits(undefined as unknown as string, 100)
  const failed = await lost.until(({ type }) => type === 'failed')
  assert.ok(failed.type === 'failed' && failed.code === 'media-worker-lost')
  const next = watchedPlayer(port)
  await next.until(({ type }) => type === 'wants')
  await Promise.all([lost.player.close(), next.player.close(), leg.leg.close()])
  await own.close()
  await next.player.close()
})

test('each side knows how the other hears it, and that half of what came in a row was missed', async () => {
  const own = mediaRtp()
  const port = own.port(() => [0, 0])
  const [a, b] = [await watchedLeg(port), await watchedLeg(port)]
  for (const { leg } of [a, b]) leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
  a.leg.connect({ ...b.leg.local, codecs: b.leg.local.codecs.slice(0, 1) }, 'sendrecv')
  b.leg.connect({ ...a.leg.local, codecs: a.leg.local.codecs.slice(0, 1) }, 'sendrecv')
  let told = await a.leg.statistics()
  while (told.remoteMos === undefined) {
    const count = a.frames().length
    await a.until(() => a.frames().length > count)
    told = await a.leg.statistics()
  }
  assert.ok(told.remoteMos > 4.2 && (told.remoteMosListening ?? 0) >= told.remoteMos, JSON.stringify(told))
  assert.ok((told.mosListening ?? 0) > 4.3 && (told.mosListening ?? 0) >= (told.mos ?? 5), JSON.stringify(told))
  assert.equal(told.bursts, undefined)
  await Promise.all([a.leg.close(), b.leg.close()])
  const [c, far] = [await watchedLeg(port), await barePhone()]
  c.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
  c.leg.connect(far.description, 'sendrecv')
  far.say(c.leg, 0x20, 4)
  far.miss(1)
  far.say(c.leg, 0x20, 1)
  far.miss(1)
  far.say(c.leg, 0x20, 4)
  await c.until((event) => event.type === 'frame' && event.samples[80] === -7932)
  let figures = await c.leg.statistics()
  while (figures.bursts === undefined) {
    const count = c.frames().length
    await c.until(() => c.frames().length > count)
    figures = await c.leg.statistics()
  }
  const { count, meanMs } = figures.bursts
  assert.deepEqual([count, meanMs], [1, 60])
  assert.ok(Math.abs(figures.bursts.lostPercent - 66.67) < 0.01)
  await Promise.all([c.leg.close(), far.close()])
  await own.close()
})

test('after the port is closed nothing is waited for', async () => {
  const own = mediaRtp()
  const a = await watchedLeg(own.port(() => [0, 0]))
  const asked = a.leg.statistics()
  await own.close()
  assert.equal((await asked).packetsSent, 0)
  assert.equal((await a.leg.close()).packetsSent, 0)
  await assert.rejects(
    own.port(() => [1, 1]).openLeg('127.0.0.1', () => {}),
    { code: 'media-no-port' },
  )
  await own.close()
})

test('three hundred legs, three at a time, give their ports back, and a full range says so', async () => {
  const few = mediaRtp()
  // Below the ports that the system gives out by itself.
  const low = 20_000 + (process.pid % 500) * 20
  const port = few.port(() => [low, low + 19])
  for (let i = 0; i < 100; i++) {
    const ten = await Promise.all(Array.from({ length: 3 }, () => port.openLeg('127.0.0.1', () => {})))
    await Promise.all(ten.map((each) => each.close()))
  }
  const all = await Promise.all(Array.from({ length: 10 }, () => port.openLeg('127.0.0.1', () => {})))
  assert.ok(all.every(({ local }) => local.port % 2 === 0 && local.rtcpPort === local.port + 1))
  await assert.rejects(
    port.openLeg('127.0.0.1', () => {}),
    { code: 'media-no-port' },
  )
  await all[3]?.close()
  assert.equal((await port.openLeg('127.0.0.1', () => {})).local.port, all[3]?.local.port)
  await few.close()
})
