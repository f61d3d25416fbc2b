// What every media port shows of protected sound (SRTP, RFC 3711): who has the keys is heard, and nobody else.
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { after, before, describe, test } from 'node:test'
import {
  headerBytes,
  type SrtpProfileName,
  SrtpSender,
  srtpProfiles,
  srtpRoom,
  writeRtcp,
  writeRtpHeader,
} from '@openparley/protocols/rtp'
import { rolls } from '@openparley/testkit'
import type { MediaKey, Protection } from './port.ts'
import type { MediaUnderTest } from './port.suite.ts'
import { barePhone, pcmu, type WatchedLeg, watchedLeg } from './sides.suite.ts'

/** `open` makes a port whose legs can be bound on 127.0.0.1. */
export function protectionSuite(name: string, open: () => Promise<MediaUnderTest>): void {
  describe(`${name} protects sound`, { concurrency: 4 }, () => {
    let house: MediaUnderTest
    before(async () => {
      house = await open()
    })
    after(() => house.close())
    const streaming = async (): Promise<WatchedLeg> => {
      const watched = await watchedLeg(house.media)
      watched.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
      return watched
    }

    test('every key that is offered is new and as long as its suite asks', { timeout: 20_000 }, async () => {
      const { leg } = await streaming()
      const [first, second] = [leg.newKeys(), leg.newKeys()]
      const bytes = Object.fromEntries(first.map(({ suite, key }) => [suite, Buffer.from(key, 'base64').length]))
      assert.deepEqual(bytes, {
        AES_CM_128_HMAC_SHA1_80: 30,
        AES_CM_128_HMAC_SHA1_32: 30,
        AES_256_CM_HMAC_SHA1_80: 46,
        AES_256_CM_HMAC_SHA1_32: 46,
        AEAD_AES_128_GCM: 28,
        AEAD_AES_256_GCM: 44,
      })
      assert.equal(new Set([...first, ...second].map(({ key }) => key)).size, first.length + second.length)
      await leg.close()
    })

    test('two legs hear one another by every suite, and the figures name it', { timeout: 20_000 }, async () => {
      const suites = (await streaming()).leg.newKeys().map(({ suite }) => suite)
      for (const suite of suites) {
        const [a, b] = [await streaming(), await streaming()]
        const [ours, theirs] = [keyOf(a, suite), keyOf(b, suite)]
        a.leg.connect({ ...b.leg.local, codecs: pcmu }, 'sendrecv', { suite, ours, theirs })
        b.leg.connect({ ...a.leg.local, codecs: pcmu }, 'sendrecv', { suite, ours: theirs, theirs: ours })
        a.leg.write(new Int16Array(160).fill(7932))
        b.leg.write(new Int16Array(160).fill(-7932))
        await Promise.all([b.until(says(7932)), a.until(says(-7932))])
        const figures = await Promise.all([a.leg.close(), b.leg.close()])
        assert.deepEqual(
          figures.map(({ protection }) => protection),
          [suite, suite],
        )
      }
    })

    test('nothing goes out in the clear', { timeout: 20_000 }, async () => {
      const [a, far] = [await streaming(), await barePhone()]
      const suite = 'AES_CM_128_HMAC_SHA1_80'
      const ours = keyOf(a, suite)
      a.leg.connect(far.description, 'sendrecv', { suite, ours, theirs: keyOf(a, suite) })
      await far.received(10)
      for (const packet of far.packets) {
        assert.equal(packet.length, headerBytes + 160 + 10)
        // Silence in µ-law would be one byte again and again.
        assert.ok(new Set(packet.subarray(headerBytes)).size > 40)
      }
      await Promise.all([a.leg.close(), far.close()])
    })

    for (const suite of Object.keys(srtpProfiles) as SrtpProfileName[]) {
      test(`by ${suite}, of a thousand packets that are in the clear, forged, or sent once more in any order none is heard`, {
        timeout: 20_000,
      }, async () => {
        const [a, far] = [await streaming(), await protectedPhone(suite)]
        a.leg.connect(far.description, 'sendrecv', far.protection(a.leg.newKeys()))
        const { port, address } = a.leg.local
        const roll = rolls(7)
        const before: Uint8Array[] = []
        for (let i = 0; i < 20; i++) {
          const good = far.packet(i, 0x20)
          before.push(good)
          far.send(good, port, address)
          for (let again = 0; again < 17; again++) {
            // What is loud: in the clear, and protected with a byte changed, of the sound or of what proves it.
            far.send(plain(i + 20 + again, 0x00), port, address)
            const forged = far.packet(1000 + i * 17 + again, 0x00)
            const at = again % 2 === 0 ? 30 : forged.length - 1
            forged[at] = (forged[at] as number) ^ 1
            far.send(forged, port, address)
            far.send(before[Math.floor(roll() * before.length)] as Uint8Array, port, address)
          }
          await a.leg.statistics()
        }
        await a.until(says(-7932))
        // Until all that waits would have been played.
        const count = a.frames().length
        await a.until(() => a.frames().length >= count + 60)
        const { packetsReceived } = await a.leg.close()
        // The system may drop some of a burst; none is counted twice.
        assert.ok(packetsReceived > 0 && packetsReceived <= 20, String(packetsReceived))
        const loudest = Math.max(...a.frames().map(({ samples }) => Math.max(...samples.map(Math.abs))))
        assert.ok(loudest < 10_000, String(loudest))
        await far.close()
      })

      test(`by ${suite}, of a thousand reports that are in the clear, forged, or sent once more none is believed`, {
        timeout: 20_000,
      }, async () => {
        const [a, far] = [await streaming(), await protectedPhone(suite)]
        a.leg.connect(far.description, 'sendrecv', far.protection(a.leg.newKeys()))
        const { rtcpPort = 0, address } = a.leg.local
        const about = await far.source()
        const believed = async (lost: number): Promise<void> => {
          far.send(far.report(about, lost), rtcpPort, address)
          while ((await a.leg.statistics()).remotePacketsLost !== lost) await far.source()
        }
        const old = far.report(about, 1)
        far.send(old, rtcpPort, address)
        await believed(2)
        for (let i = 0; i < 20; i++) {
          for (let again = 0; again < 17; again++) {
            far.send(plainReport(about, 99), rtcpPort, address)
            const forged = far.report(about, 99)
            const at = again % 2 === 0 ? 20 : forged.length - 5
            forged[at] = (forged[at] as number) ^ 1
            far.send(forged, rtcpPort, address)
            far.send(old, rtcpPort, address)
          }
          assert.equal((await a.leg.statistics()).remotePacketsLost, 2)
        }
        await believed(3)
        await Promise.all([a.leg.close(), far.close()])
      })
    }

    test('a new key of theirs is heard from then on, and the one before no more', { timeout: 20_000 }, async () => {
      const suite = 'AES_256_CM_HMAC_SHA1_80'
      const [a, one, two] = [await streaming(), await protectedPhone(suite), await protectedPhone(suite)]
      const ours = a.leg.newKeys()
      a.leg.connect(one.description, 'sendrecv', one.protection(ours))
      const say = (phone: ProtectedPhone, from: number, byte: number): void => {
        for (let i = 0; i < 4; i++) phone.send(phone.packet(from + i, byte), a.leg.local.port, a.leg.local.address)
      }
      say(one, 0, 0x20)
      await a.until(says(-7932))
      a.leg.connect(two.description, 'sendrecv', two.protection(ours))
      await a.leg.statistics()
      say(one, 4, 0x00)
      say(two, 0, 0xa0)
      await a.until(says(7932))
      assert.ok(a.frames().every(({ samples }) => samples.every((each) => Math.abs(each) < 10_000)))
      await Promise.all([a.leg.close(), one.close(), two.close()])
    })
  })
}

type Says = Parameters<WatchedLeg['until']>[0]

function says(sample: number): Says {
  return (event) => event.type === 'frame' && event.samples[80] === sample
}

function keyOf({ leg }: WatchedLeg, suite: string): string {
  return leg.newKeys().find((each) => each.suite === suite)?.key as string
}

/** PCMU, every byte of whose sound is `byte`. */
function plain(sequence: number, byte: number): Uint8Array {
  const packet = new Uint8Array(headerBytes + 160 + srtpRoom).fill(byte)
  writeRtpHeader(packet, 0, false, sequence, sequence * 160, 4711)
  return packet.subarray(0, headerBytes + 160)
}

/** That so many packets of that source were lost. */
function plainReport(ssrc: number, lost: number): Uint8Array {
  const block = { ssrc, fractionLost: 0, lost, extendedHighest: 0, jitter: 0, lastReport: 0, delaySinceLast: 0 }
  return writeRtcp({ ssrc: 4711, blocks: [block] }, 'far')
}

interface ProtectedPhone {
  readonly description: Awaited<ReturnType<typeof barePhone>>['description']
  /** As the leg that talks to it is connected. */
  protection(ours: readonly MediaKey[]): Protection
  packet(sequence: number, byte: number): Uint8Array
  /** A report that so many of that source were lost. */
  report(ssrc: number, lost: number): Uint8Array
  /** The source of what it gets, when the next packet has come. */
  source(): Promise<number>
  send(packet: Uint8Array, port: number, address: string): void
  close(): Promise<void>
}

async function protectedPhone(suite: SrtpProfileName): Promise<ProtectedPhone> {
  const bare = await barePhone()
  const socket: Socket = createSocket('udp4')
  const keyBytes = suite.includes('256') ? 32 : 16
  const key = Buffer.alloc(keyBytes + (suite.startsWith('AEAD') ? 12 : 14), bare.description.port & 0xff)
  const sender = new SrtpSender(suite, key.subarray(0, keyBytes), key.subarray(keyBytes))
  return {
    description: bare.description,
    protection: (ours) => ({
      suite,
      ours: ours.find((each) => each.suite === suite)?.key as string,
      theirs: key.toString('base64'),
    }),
    packet: (sequence, byte) => {
      const { buffer } = plain(sequence, byte)
      const packet = new Uint8Array(buffer)
      return packet.subarray(0, sender.protect(packet, headerBytes + 160))
    },
    report: (ssrc, lost) => {
      const report = plainReport(ssrc, lost)
      const packet = new Uint8Array(report.length + srtpRoom)
      packet.set(report)
      return packet.subarray(0, sender.protectRtcp(packet, report.length))
    },
    source: async () => {
      await bare.received(bare.packets.length + 1)
      return bare.packets.at(-1)?.readUInt32BE(8) as number
    },
    send: (packet, port, address) => socket.send(packet, port, address),
    close: async () => {
      socket.close()
      await bare.close()
    },
  }
}
