// The video of a leg between a bare socket, as the far side, and a page that the test plays.
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { afterEach, test } from 'node:test'
import {
  headerBytes,
  readFeedback,
  readRtp,
  readRtcp,
  rtpView,
  SrtpReceiver,
  SrtpSender,
  srtpRoom,
  writeFir,
  writePli,
  writeRtcp,
  writeRtpHeader,
} from '@openparley/protocols/rtp'
import type { ConnectedVideo, LegEvent } from '../../services/media/port.ts'
import type { CameraPacket, PageVideo, VideoTaker } from './browser-video.ts'
import { bindPair } from './port-pair.ts'
import { VideoStream } from './video-stream.ts'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

test('packets go through both ways as they are, with the numbers that were agreed on and one source of ours', async () => {
  const { far, page, stream } = await house()
  stream.connect(far.video())
  far.say({ payloadType: 96, sequence: 7, timestamp: 90, ssrc: 5, marker: true, payload: [1, 2, 3] })
  await page.until(() => page.shown.length === 1)
  assert.deepEqual(page.shown, [{ codec: 'VP8', payload: [1, 2, 3], sequence: 7, ssrc: 5, marker: true }])
  page.film({ sequence: 500, payload: [9, 8] })
  page.film({ sequence: 501, payload: [7] })
  await far.until(() => far.heard.length === 2)
  const [first, second] = far.heard
  assert.deepEqual([first?.payloadType, first?.payload, second?.payload], [96, [9, 8], [7]])
  assert.equal(second?.sequence, ((first?.sequence ?? 0) + 1) & 0xffff)
  assert.equal(first?.ssrc, second?.ssrc)
})

test('what is not agreed on is not passed: another number, another address, another codec of the page, and what no packet is', async () => {
  const { far, page, stream } = await house()
  stream.connect(far.video())
  far.say({ payloadType: 111, ssrc: 5 })
  for (const junk of ['', '80', 'ff'.repeat(40), '80e00001', '90600001000000000000000500010fff'])
    far.send(Buffer.from(junk, 'hex'))
  const stranger = await socketOn('127.0.0.2')
  stranger.send(packetOf({ payloadType: 96, ssrc: 5 }), stream.port, '127.0.0.1')
  page.film({ codec: 'H264' })
  page.film({ payload: Array.from({ length: 1501 }, () => 0) })
  far.say({ payloadType: 96, sequence: 1, ssrc: 5, payload: [4] })
  page.film({ payload: [5] })
  await page.until(() => page.shown.length === 1)
  await far.until(() => far.heard.length === 1)
  assert.deepEqual([page.shown[0]?.payload, far.heard[0]?.payload], [[4], [5]])
})

test('nothing is sent that may not be, nor shown; and resuming asks both sides for a whole picture', async () => {
  const { far, page, stream } = await house()
  stream.connect(far.video({ direction: 'sendrecv' }))
  far.say({ payloadType: 96, sequence: 1, ssrc: 5, payload: [1] })
  await page.until(() => page.shown.length === 1)
  stream.beats(0, 1)
  stream.connect(far.video({ direction: 'inactive' }))
  assert.equal(page.wanted, undefined)
  await far.sayAndWait({ payloadType: 96, sequence: 2, ssrc: 5, payload: [2] })
  page.film({ payload: [3] })
  const [asked, lost] = [page.asked, far.lost.length]
  stream.connect(far.video({ direction: 'sendrecv' }))
  assert.equal(page.wanted, 'VP8')
  stream.beats(2000, 2020)
  await far.until(() => far.lost.length > lost)
  assert.equal(page.asked, asked + 1)
  far.say({ payloadType: 96, sequence: 3, ssrc: 5, payload: [4] })
  await page.until(() => page.shown.length === 2)
  assert.deepEqual(page.shown[1]?.payload, [4])
  assert.equal(far.heard.length, 0)
})

test('of a hundred pictures that the page misses in three seconds the far side is asked for four at most', async () => {
  const { far, page, stream } = await house()
  stream.connect(far.video())
  far.say({ payloadType: 96, sequence: 1, ssrc: 5 })
  await page.until(() => page.shown.length === 1)
  for (let ms = 0; ms < 3000; ms += 20) {
    page.at?.pictureWanted()
    stream.beats(ms, ms)
  }
  await far.until(() => far.lost.length >= 3)
  assert.deepEqual(
    far.lost,
    far.lost.map(() => ({ lost: true })),
  )
  assert.ok(far.lost.length <= 4, String(far.lost.length))
})

test('a far side that knows commands alone is given numbered ones, and one that knows neither is asked by a request', async () => {
  const { far, page, stream, events } = await house()
  stream.connect(far.video({ feedback: ['ccm fir'] }))
  far.say({ payloadType: 96, sequence: 1, ssrc: 5 })
  await page.until(() => page.shown.length === 1)
  stream.beats(0, 0)
  stream.pictureWanted()
  stream.beats(1000, 1000)
  await far.until(() => far.lost.length === 2)
  assert.deepEqual(
    far.lost.map((each) => each.command),
    [0, 1],
  )
  stream.connect(far.video({ feedback: [] }))
  stream.pictureWanted()
  stream.beats(3000, 3000)
  assert.deepEqual(events, [{ type: 'picture-wanted' }])
})

test('the page is asked for a whole picture when the far side is: by a loss, by a command once, by a request', async () => {
  const { far, page, stream } = await house()
  stream.connect(far.video())
  page.film({ payload: [1] })
  await far.until(() => far.heard.length === 1)
  const ssrc = far.heard[0]?.ssrc as number
  stream.beats(0, 0)
  const before = page.asked
  const report = writeRtcp({ ssrc: 5, blocks: [] }, 'far')
  let ms = 1000
  /** How often the page was asked for that, a second after what was before. */
  const asks = async (packet: Uint8Array): Promise<number> => {
    const [asked, bounds] = [page.asked, page.bounds.length]
    far.control(Uint8Array.from([...report, ...packet]))
    far.control(Uint8Array.from([...report, ...remb(1_000_000 + ms)]))
    // The bound comes behind it, by the same way.
    while (page.bounds.at(-1) !== 1_000_000 + ms) {
      await new Promise((resolve) => setImmediate(resolve))
      stream.beats(ms, ms + 980)
    }
    assert.ok(page.bounds.length > bounds)
    ms += 2000
    return page.asked - asked
  }
  assert.equal(await asks(writePli(5, ssrc)), 1)
  assert.equal(await asks(writeFir(5, ssrc, 3)), 1)
  assert.equal(await asks(writeFir(5, ssrc, 3)), 0)
  assert.equal(await asks(writeFir(5, ssrc, 4)), 1)
  assert.equal(await asks(writePli(5, 12_345)), 0)
  stream.askPicture()
  stream.beats(ms, ms)
  assert.equal(page.asked, before + 4)
})

test('the page is told the narrowest of what was set, agreed on and asked for since', async () => {
  const { far, page, stream } = await house()
  stream.connect(far.video({ mostBitsPerS: 900_000, theirs: 2_000_000 }))
  assert.equal(page.bounds.at(-1), 900_000)
  stream.connect(far.video({ mostBitsPerS: 900_000, theirs: 256_000 }))
  assert.equal(page.bounds.at(-1), 256_000)
})

test('a page that takes the place of another goes on in the same stream, and is asked for a whole picture', async () => {
  const { far, page, stream, attach } = await house()
  stream.connect(far.video())
  page.film({ sequence: 10, ssrc: 1, payload: [1] })
  await far.until(() => far.heard.length === 1)
  stream.beats(0, 0)
  const other = attach('other')
  assert.equal(page.at, undefined)
  stream.beats(2000, 2000)
  assert.equal(other.asked, 1)
  other.film({ sequence: 60_000, ssrc: 2, payload: [2] })
  page.film({ sequence: 11, ssrc: 1, payload: [3] })
  await far.until(() => far.heard.length === 2)
  assert.deepEqual(far.heard[1]?.payload, [2])
  assert.equal(far.heard[1]?.sequence, ((far.heard[0]?.sequence ?? 0) + 1) & 0xffff)
  assert.equal(far.heard[1]?.ssrc, far.heard[0]?.ssrc)
})

test('with keys what is sent is protected, and what has not the other side’s key is not shown', async () => {
  const { far, page, stream } = await house()
  const [ours, theirs] = [Buffer.alloc(30, 1), Buffer.alloc(30, 2)]
  const suite = 'AES_CM_128_HMAC_SHA1_80'
  const protection = { suite, ours: ours.toString('base64'), theirs: theirs.toString('base64') }
  stream.connect({ ...far.video(), protection })
  const split = (key: Buffer) => [key.subarray(0, 16), key.subarray(16)] as const
  const sender = new SrtpSender(suite, ...split(theirs))
  const receiver = new SrtpReceiver(suite, ...split(ours))
  far.say({ payloadType: 96, sequence: 1, ssrc: 5, payload: [1] })
  const packet = new Uint8Array(100 + srtpRoom)
  const plain = packetOf({ payloadType: 96, sequence: 2, ssrc: 5, payload: [2] })
  packet.set(plain)
  const size = sender.protect(packet, plain.length)
  for (let times = 0; times < 3; times++) far.send(Uint8Array.from(packet.subarray(0, size)))
  far.send(Uint8Array.from(packet.subarray(0, size)).fill(0, 12, 13))
  const next = packetOf({ payloadType: 96, sequence: 3, ssrc: 5, payload: [3] })
  packet.set(next)
  far.send(packet.subarray(0, sender.protect(packet, next.length)))
  await page.until(() => page.shown.length === 2)
  assert.deepEqual(
    page.shown.map(({ payload }) => payload),
    [[2], [3]],
  )
  page.film({ payload: [6, 6, 6] })
  await far.until(() => far.raw.length === 1)
  const got = Uint8Array.from(far.raw[0] as Uint8Array)
  assert.notDeepEqual([...got.subarray(12, 15)], [6, 6, 6])
  const length = receiver.unprotect(got, got.length)
  assert.deepEqual([...got.subarray(12, length)], [6, 6, 6])
})

// The two sides.

interface Said {
  readonly payloadType: number
  readonly sequence?: number
  readonly timestamp?: number
  readonly ssrc?: number
  readonly marker?: boolean
  readonly payload?: readonly number[]
}

function packetOf({
  payloadType,
  sequence = 0,
  timestamp = 0,
  ssrc = 5,
  marker = false,
  payload = [0],
}: Said): Uint8Array {
  const packet = new Uint8Array(headerBytes + payload.length)
  writeRtpHeader(packet, payloadType, marker, sequence, timestamp, ssrc)
  packet.set(payload, headerBytes)
  return packet
}

async function house() {
  const events: LegEvent[] = []
  let seed = 1
  const random32 = (): number => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0)
  const pair = await bindPair('127.0.0.1', [0, 0], () => (Math.random() * 2 ** 32) >>> 0)
  const pages = new Map<string, ReturnType<typeof played>>()
  const stream = new VideoStream({
    ...pair,
    random32,
    tell: (event) => events.push(event),
    page: (name) => pages.get(name)?.video,
  })
  ends.push(() => stream.close(1e9))
  const attach = (name: string) => {
    const page = played()
    pages.set(name, page)
    stream.attach({ kind: 'browser', browser: name, video: true })
    return page
  }
  const page = attach('first')
  const far = await bareFar(pair.rtp.address().port, pair.rtcp.address().port)
  const beats = (fromMs: number, toMs: number): void => {
    for (let ms = fromMs; ms <= toMs; ms += 20) stream.beat(ms)
  }
  return { far, page, events, attach, stream: Object.assign(stream, { beats, port: pair.rtp.address().port }) }
}

/** A page in place of a browser's. */
function played() {
  const shown: { codec: string; payload: number[]; sequence: number; ssrc: number; marker: boolean }[] = []
  const waiting = watched()
  const page = {
    shown,
    bounds: [] as number[],
    asked: 0,
    wanted: undefined as string | undefined,
    at: undefined as VideoTaker | undefined,
    until: waiting.until,
    film: (packet: Omit<Partial<CameraPacket>, 'payload'> & { readonly payload?: readonly number[] }) => {
      const whole = { codec: 'VP8' as const, marker: false, sequence: 0, timestamp: 0, ssrc: 1, ...packet }
      page.at?.fromPage({ ...whole, payload: Uint8Array.from(packet.payload ?? [0]) })
    },
    video: {} as PageVideo,
  }
  page.video = {
    join: (at) => (page.at = at),
    leave: (at) => {
      if (page.at === at) page.at = undefined
    },
    wants: (_, codec) => (page.wanted = codec),
    bound: (_, bitsPerS) => page.bounds.push(bitsPerS),
    askPicture: () => page.asked++,
    show: (_, codec, packet, { from, to, sequence, ssrc, marker }) => {
      shown.push({ codec, payload: [...packet.subarray(from, to)], sequence, ssrc, marker })
      waiting.look()
    },
  }
  return page
}

async function bareFar(port: number, rtcpPort: number) {
  const [rtp, rtcp] = [await socketOn('127.0.0.1'), await socketOn('127.0.0.1')]
  const waiting = watched()
  const raw: Uint8Array[] = []
  const heard: { payloadType: number; sequence: number; ssrc: number; payload: number[] }[] = []
  const lost: unknown[] = []
  rtp.on('message', (packet) => {
    raw.push(packet)
    const view = rtpView()
    if (readRtp(packet, view)) {
      const { payloadType, sequence, ssrc, from, to } = view
      heard.push({ payloadType, sequence, ssrc, payload: [...packet.subarray(from, to)] })
    }
    waiting.look()
  })
  rtcp.on('message', (packet) => {
    // What asks goes behind a report, or it is no compound packet.
    assert.ok(readRtcp(packet))
    const feedback = readFeedback(packet, 5)
    if (feedback) lost.push(feedback)
    waiting.look()
  })
  return {
    raw,
    heard,
    lost: lost as { lost: boolean; command?: number }[],
    until: waiting.until,
    send: (packet: Uint8Array) => rtp.send(packet, port, '127.0.0.1'),
    say: (said: Said) => rtp.send(packetOf(said), port, '127.0.0.1'),
    /** Loopback has it in the other socket when it is sent, and the turns after that read it. */
    sayAndWait: async (said: Said) => {
      await new Promise((sent) => rtp.send(packetOf(said), port, '127.0.0.1', sent))
      for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve))
    },
    control: (packet: Uint8Array) => rtcp.send(packet, rtcpPort, '127.0.0.1'),
    video: ({
      direction = 'sendrecv',
      feedback = ['nack pli', 'ccm fir'],
      mostBitsPerS = 1_500_000,
      theirs,
    }: {
      readonly direction?: ConnectedVideo['direction']
      readonly feedback?: readonly string[]
      readonly mostBitsPerS?: number
      readonly theirs?: number
    } = {}): ConnectedVideo => ({
      remote: {
        address: '127.0.0.1',
        port: rtp.address().port,
        rtcpPort: rtcp.address().port,
        codecs: [{ payloadType: 96, name: 'VP8', clockRate: 90_000, feedback }],
        direction: 'sendrecv',
        ...(theirs === undefined ? {} : { mostBitsPerS: theirs }),
      },
      direction,
      mostBitsPerS,
    }),
  }
}

async function socketOn(address: string): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((bound, failed) => {
    socket.once('error', failed)
    socket.bind(0, address, bound)
  })
  ends.push(() => new Promise<void>((closed) => socket.close(() => closed())))
  return socket
}

/** `until` resolves when it holds after a `look`, and rejects after 5 s. */
function watched(): { look(): void; until(holds: () => boolean): Promise<void> } {
  const waiting = new Set<() => void>()
  return {
    look: () => {
      for (const each of waiting) each()
    },
    until: (holds) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`it did not come: ${holds.toString()}`)), 5000)
        const look = (): void => {
          if (!holds()) return
          clearTimeout(late)
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

/** A bound of so many bit/s, below 262,144 times a power of two. */
function remb(bitsPerS: number): Uint8Array {
  const exponent = Math.max(0, Math.ceil(Math.log2(bitsPerS / 0x3ffff)))
  const mantissa = Math.floor(bitsPerS / 2 ** exponent)
  const words = [0x8fce0005, 5, 0, 0x52454d42, (1 << 24) | (exponent << 18) | mantissa, 0]
  return Uint8Array.from(words.flatMap((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 0xff)))
}
