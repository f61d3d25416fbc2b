import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { compareSpeech, readWav, resample, type Sound, writeWav } from '@openparley/media'
import type { Leg, LegEvent, MediaDescription } from '../../services/media/port.ts'
import { headerBytes, writeRtpHeader } from '@openparley/protocols/rtp'
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

async function leg(of = media) {
  const events: LegEvent[] = []
  const waiters: { is: (event: LegEvent) => boolean; done: () => void }[] = []
  const opened = await of
    .port(() => [0, 0])
    .openLeg('127.0.0.1', (event) => {
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

/** A bare socket in place of a phone. */
async function phone(address = '127.0.0.1') {
  const socket: Socket = createSocket('udp4')
  await new Promise<void>((bound) => socket.bind(0, address, bound))
  const packets: Buffer[] = []
  const waiters: { count: number; done: () => void }[] = []
  socket.on('message', (packet) => {
    packets.push(packet)
    for (const { count, done } of waiters) if (packets.length >= count) done()
  })
  const { port } = socket.address()
  let sequence = 0
  return {
    port,
    packets,
    description: { address, port, codecs: pcmu, direction: 'sendrecv' } as MediaDescription,
    received: (count: number) =>
      packets.length >= count ? undefined : new Promise<void>((done) => waiters.push({ count, done })),
    /** Sends packets of PCMU whose every byte is `byte`. */
    say: (to: Leg, byte: number, count = 1, payloadType = 0) => {
      for (; count > 0; count--) {
        const packet = new Uint8Array(headerBytes + 160).fill(byte)
        writeRtpHeader(packet, payloadType, false, sequence, sequence * 160, port)
        sequence++
        socket.send(packet, to.local.port, '127.0.0.1')
      }
    },
    close: () => new Promise<void>((closed) => socket.close(() => closed())),
  }
}

const pcmu = [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }]
const isFrame = (event: LegEvent): event is Extract<LegEvent, { type: 'frame' }> => event.type === 'frame'

test('two legs hear one another, in both laws and from files of both rates, and the figures say so', async () => {
  const said = [noise(1, 4), { samples: resample(noise(2, 4).samples, 8000, 16_000), sampleRate: 16_000 }]
  const plays = await Promise.all(
    said.map(async (sound, i) => {
      const play = join(folder, `said-${i}.wav`)
      await writeFile(play, writeWav(sound))
      return play
    }),
  )
  const talk = async (codec: 'PCMU' | 'PCMA'): Promise<void> => {
    const [a, b] = [await leg(), await leg()]
    for (const [i, side] of [a, b].entries()) {
      side.leg.attach({ kind: 'file', play: plays[i] as string, record: join(folder, `${codec}-heard-${i}.wav`) })
    }
    join2(a.leg, b.leg, codec)
    await Promise.all([a, b].map((side) => side.until(({ type }) => type === 'played')))
    // What is still in the jitter buffer is played before this key is.
    const key = b.until(({ type }) => type === 'digit')
    a.leg.sendDigits('5', 40)
    await key
    const figures = await Promise.all([a.leg.close(), b.leg.close()])
    for (const [i, own] of figures.entries()) {
      assert.equal(own.codec, codec)
      assert.ok(own.packetsSent >= 200 && own.packetsReceived >= 195, JSON.stringify(own))
      assert.ok((own.mos ?? 0) > 4.2, JSON.stringify(own))
      const recording = readWav(await readFile(join(folder, `${codec}-heard-${i}.wav`)))
      const { heard, offsetMs } = compareSpeech({ reference: said[1 - i] as Sound, recording })
      assert.ok(heard > 0.95, `${codec}: leg ${i} heard ${heard}`)
      assert.ok(offsetMs >= 0 && offsetMs < 200, `${codec}: leg ${i} heard it ${offsetMs} ms late`)
    }
  }
  await Promise.all([talk('PCMU'), talk('PCMA')])
})

test('digits arrive once each and in order, a comma waits', async () => {
  const [a, b] = [await leg(), await leg()]
  join2(a.leg, b.leg)
  a.leg.sendDigits('12#,1', 60)
  const pressed = () => b.events.flatMap((event) => (event.type === 'digit' ? [event] : []))
  const begun = performance.now()
  await b.until(() => pressed().length === 4)
  assert.ok(performance.now() - begun > 1000)
  assert.deepEqual(
    pressed().map(({ digit }) => digit),
    ['1', '2', '#', '1'],
  )
  for (const { durationMs } of pressed()) assert.equal(durationMs, 60)
  await Promise.all([a.leg.close(), b.leg.close()])
})

test('a direction is respected: inactive and recvonly send nothing, sendonly sends silence, and sound comes back', async () => {
  const [a, far] = [await leg(), await phone()]
  a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
  const tone = new Int16Array(160 * 90).fill(9000)
  a.leg.connect(far.description, 'sendrecv')
  a.leg.write(tone)
  await far.received(5)
  for (const direction of ['inactive', 'recvonly'] as const) {
    a.leg.connect(far.description, direction)
    const { packetsSent } = await a.leg.statistics()
    const frames = a.events.filter(isFrame).length
    await a.until(() => a.events.filter(isFrame).length > frames + 5)
    assert.equal((await a.leg.statistics()).packetsSent, packetsSent, direction)
  }
  a.leg.connect(far.description, 'sendonly')
  const held = far.packets.length
  await far.received(held + 5)
  for (const packet of far.packets.slice(held + 1))
    assert.ok(packet.subarray(headerBytes).every((byte) => byte === 0xff))
  a.leg.connect(far.description, 'sendrecv')
  const resumed = far.packets.length
  await far.received(resumed + 4)
  assert.ok(far.packets[resumed + 3]?.subarray(headerBytes).every((byte) => byte !== 0xff))
  a.leg.mute(true)
  await a.leg.statistics()
  const muted = far.packets.length + 1
  await far.received(muted + 4)
  assert.ok(far.packets[muted + 2]?.subarray(headerBytes).every((byte) => byte === 0xff))
  await Promise.all([a.leg.close(), far.close()])
})

test('sound is taken from the agreed address alone, and from the one port of it that spoke first', async () => {
  const [a, far, stranger] = [await leg(), await phone(), await phone()]
  a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
  a.leg.connect(far.description, 'recvonly')
  // The wrong payload type first: it decides nothing.
  stranger.say(a.leg, 0x10, 1, 96)
  far.say(a.leg, 0x20, 4)
  await a.until((event) => isFrame(event) && event.samples[80] !== 0)
  const { packetsReceived } = await a.leg.statistics()
  assert.equal(packetsReceived, 4)
  stranger.say(a.leg, 0x10, 4)
  far.say(a.leg, 0x20, 2)
  await a.until(() => a.events.filter(isFrame).length > 20)
  assert.equal((await a.leg.close()).packetsReceived, 6)
  const loud = a.events.filter(isFrame).map(({ samples }) => samples[80] as number)
  // 0x10 is −15,996 and 0x20 is −7,932.
  assert.ok(loud.includes(-7932) && !loud.includes(-15_996), String(loud))
  await Promise.all([far.close(), stranger.close()])
})

test('a re-invite to another address and another law goes on in the same leg', async () => {
  const [a, first, second] = [await leg(), await phone(), await phone()]
  a.leg.connect(first.description, 'sendrecv')
  await first.received(3)
  a.leg.connect({ ...second.description, codecs: [{ payloadType: 8, name: 'PCMA', clockRate: 8000 }] }, 'sendrecv')
  await second.received(3)
  const { packetsSent, codec } = await a.leg.close()
  assert.equal(codec, 'PCMA')
  // A-law's silence, and the sequence goes on from one to the other.
  assert.deepEqual([second.packets[0]?.[1], second.packets[0]?.[headerBytes]], [0x88, 0xd5])
  assert.ok(packetsSent >= 6)
  const last = first.packets.at(-1)?.readUInt16BE(2) as number
  assert.equal(second.packets[0]?.readUInt16BE(2), (last + 1) & 0xffff)
  await Promise.all([first.close(), second.close()])
})

test('what a peer may write as its place does not break the thread', async () => {
  const a = await leg()
  const codecs = pcmu
  for (const place of [
    { address: '127.0.0.1', port: 65_535 },
    { address: '127.0.0.1', port: 70_000 },
    { address: '127.0.0.1', port: -1 },
    { address: '0.0.0.0', port: 4000 },
    { address: 'phone.example', port: 4000 },
    { address: '::1', port: 4000 },
    { address: '', port: 4000 },
  ]) {
    a.leg.connect({ ...place, codecs, direction: 'sendrecv' }, 'sendrecv')
    await a.leg.statistics()
  }
  const far = await phone()
  a.leg.connect(far.description, 'sendrecv')
  await far.received(3)
  await Promise.all([a.leg.close(), far.close()])
})

test('a thread that is lost is started again: a stream goes on at its ports, a file is told', async () => {
  const own = mediaRtp()
  const [a, b, far] = [await leg(own), await leg(own), await phone()]
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
  await a.until((event) => isFrame(event) && event.samples[80] === -7932)
  const third = await leg(own)
  await Promise.all([a.leg.close(), b.leg.close(), third.leg.close()])
  await Promise.all([own.close(), far.close()])
})

test('after the port is closed nothing is waited for', async () => {
  const own = mediaRtp()
  const a = await leg(own)
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

test('closing gives the final figures each time it is asked, and finishes the recording', async () => {
  const [a, far] = [await leg(), await phone()]
  const record = join(folder, 'short.wav')
  a.leg.attach({ kind: 'file', record })
  a.leg.connect(far.description, 'sendrecv')
  await far.received(10)
  const figures = await a.leg.close()
  assert.deepEqual(await a.leg.close(), figures)
  assert.deepEqual(await a.leg.statistics(), figures)
  assert.ok(figures.packetsSent >= 10)
  // Time-true: as long as the call, though nothing was heard in it.
  const { samples } = readWav(await readFile(record))
  assert.ok(samples.length >= 160 * 10 && samples.length <= 160 * (figures.packetsSent + 2), String(samples.length))
  await far.close()
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
