import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { compareSpeech, readWav, type Sound, writeWav } from '@openparley/media'
import type { Leg, LegEvent, MediaDescription } from '../../services/media/port.ts'
import { mediaRtp } from './media-rtp.ts'

const folder = await mkdtemp(join(tmpdir(), 'parley-rtp-'))
const media = mediaRtp()
after(async () => {
  await media.close()
  await rm(folder, { recursive: true, force: true })
})

/** Sound that is never the same twice, as speech is. */
function noise(seed: number, seconds: number): Sound {
  let state = seed
  const samples = Int16Array.from({ length: seconds * 8000 }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state / 2 ** 32 - 0.5) * 15_000 * (1.1 + Math.sin(i / 900))
  })
  return { samples, sampleRate: 8000 }
}

async function leg() {
  const events: LegEvent[] = []
  const waiters: { is: (event: LegEvent) => boolean; done: () => void }[] = []
  const opened = await media.port([0, 0]).openLeg('127.0.0.1', (event) => {
    events.push(event)
    for (const waiter of waiters) if (waiter.is(event)) waiter.done()
  })
  const until = (is: (event: LegEvent) => boolean): Promise<void> =>
    events.some(is) ? Promise.resolve() : new Promise((done) => waiters.push({ is, done }))
  return { leg: opened, events, until }
}

function join2(a: Leg, b: Leg, codec: 'PCMU' | 'PCMA' = 'PCMU'): void {
  const as = ({ local }: Leg): MediaDescription => ({
    ...local,
    codecs: local.codecs.filter(({ name }) => name === codec || name === 'telephone-event'),
  })
  a.connect(as(b), 'sendrecv')
  b.connect(as(a), 'sendrecv')
}

test('two legs hear one another, in both laws, and the figures say so', async () => {
  for (const codec of ['PCMU', 'PCMA'] as const) {
    const said = [noise(1, 4), noise(2, 4)]
    const [a, b] = [await leg(), await leg()]
    for (const [i, side] of [a, b].entries()) {
      const play = join(folder, `said-${i}.wav`)
      await writeFile(play, writeWav(said[i] as Sound))
      side.leg.attach({ kind: 'file', play, record: join(folder, `${codec}-heard-${i}.wav`) })
    }
    join2(a.leg, b.leg, codec)
    await Promise.all([a, b].map((side) => side.until(({ type }) => type === 'played')))
    // What is still in the jitter buffer is played: two packets of it.
    const key = b.until(({ type }) => type === 'digit')
    a.leg.sendDigits('5', 40)
    await key
    const figures = await Promise.all([a.leg.close(), b.leg.close()])
    for (const [i, own] of figures.entries()) {
      assert.equal(own.codec, codec)
      assert.ok(own.packetsSent >= 200 && own.packetsReceived >= 195, JSON.stringify(own))
      assert.ok((own.mos ?? 0) > 4.2, JSON.stringify(own))
      const recording = readWav(await readFile(join(folder, `${codec}-heard-${i}.wav`)))
      const { heard } = compareSpeech({ reference: said[1 - i] as Sound, recording })
      assert.ok(heard > 0.95, `${codec}: leg ${i} heard ${heard}`)
    }
  }
})

test('digits arrive once each and in order, and a leg that is held sends no sound of its own', async () => {
  const [a, b] = [await leg(), await leg()]
  join2(a.leg, b.leg)
  a.leg.sendDigits('12#', 60)
  await b.until((event) => event.type === 'digit' && event.digit === '#')
  assert.deepEqual(
    b.events.flatMap((event) => (event.type === 'digit' ? [event.digit] : [])),
    ['1', '2', '#'],
  )
  a.leg.connect({ ...b.leg.local }, 'inactive')
  const before = (await a.leg.statistics()).packetsSent
  await b.leg.statistics()
  assert.ok((await a.leg.statistics()).packetsSent - before <= 1)
  await Promise.all([a.leg.close(), b.leg.close()])
})

test('a stream gets what the other side says and says what it is given', async () => {
  const [a, b] = [await leg(), await leg()]
  a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 16_000 })
  b.leg.attach({ kind: 'stream', stream: 't', sampleRate: 8000 })
  join2(a.leg, b.leg)
  const tone = Int16Array.from({ length: 16_000 }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / 16_000)),
  )
  a.leg.write(tone)
  const loud = (event: LegEvent): boolean => event.type === 'frame' && event.samples.some((sample) => sample > 6000)
  await b.until(loud)
  assert.ok(b.events.every((event) => event.type !== 'frame' || event.samples.length === 160))
  await a.until((event) => event.type === 'frame' && event.samples.length === 320)
  await Promise.all([a.leg.close(), b.leg.close()])
})

test('a file that cannot be played is told with its reason, and the call goes on', async () => {
  const { leg: opened, until } = await leg()
  opened.attach({ kind: 'file', play: join(folder, 'nowhere.wav') })
  await until((event) => event.type === 'endpoint-failed' && event.code === 'media-file-unreadable')
  assert.equal((await opened.close()).packetsSent, 0)
})

test('three hundred legs, three at a time, give their ports back', async () => {
  const few = mediaRtp()
  const port = few.port([40_000, 40_019])
  for (let i = 0; i < 100; i++) {
    const ten = await Promise.all(Array.from({ length: 3 }, () => port.openLeg('127.0.0.1', () => {})))
    await Promise.all(ten.map((each) => each.close()))
  }
  await few.close()
})
