// What every media port does with codecs: those of 16 kHz beside those of 8, numbers of either side, keys without events, and pauses.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { compareSpeech, readWav, writeWav } from '@openparley/media'
import { headerBytes } from '@openparley/protocols/rtp'
import type { Codec, Leg, LegEvent, MediaDescription } from './port.ts'
import type { MediaUnderTest } from './port.suite.ts'
import { barePhone, pcmu, type WatchedLeg, watchedLeg } from './sides.suite.ts'

/** `open` makes a port whose legs can be bound on 127.0.0.1. */
export function codecsSuite(name: string, open: () => Promise<MediaUnderTest>): void {
  let house: MediaUnderTest
  let folder = ''
  const leg = (): Promise<WatchedLeg> => watchedLeg(house.media)
  const wholeTest = (title: string, does: () => Promise<void>): void => {
    test(title, { timeout: 30_000 }, does)
  }

  describe(`${name} speaks what was agreed`, { concurrency: 4 }, () => {
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'parley-codecs-'))
      house = await open()
    })
    after(async () => {
      await house.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 10 })
    })

    for (const codec of ['G722', 'opus'] as const) {
      wholeTest(`speech goes through ${codec} as wide as it was said, and is recorded so`, async () => {
        const { samples } = readWav(await readFile(speech))
        const said = { samples: samples.subarray(0, 16_000 * 5), sampleRate: 16_000 }
        const [a, b] = [await leg(), await leg()]
        const [play, record] = [join(folder, `${codec}-said.wav`), join(folder, `${codec}-heard.wav`)]
        await writeFile(play, writeWav(said))
        a.leg.attach({ kind: 'file', play })
        b.leg.attach({ kind: 'file', record })
        joined(a.leg, b.leg, [codec, 'telephone-event'])
        await a.until(({ type }) => type === 'played')
        a.leg.sendDigits('5', 40)
        await b.until(({ type }) => type === 'digit')
        const figures = await b.leg.close()
        await a.leg.close()
        assert.equal(figures.codec, codec)
        assert.ok(figures.packetsReceived >= 240 && figures.jitterMs < 20, JSON.stringify(figures))
        const recording = readWav(await readFile(record))
        assert.equal(recording.sampleRate, 16_000)
        const { heard } = compareSpeech({ reference: said, recording })
        assert.ok(heard > 0.9, String(heard))
      })
    }

    wholeTest(
      'in a room who speaks wide and who speaks narrow hear one another, and the person hears both',
      async () => {
        const [wide, farWide, narrow, farNarrow] = [await leg(), await leg(), await leg(), await leg()]
        joined(wide.leg, farWide.leg, ['G722'])
        joined(narrow.leg, farNarrow.leg, ['PCMU'])
        wide.leg.attach({ kind: 'stream', stream: 'p', sampleRate: 16_000 })
        for (const each of [farWide, farNarrow]) each.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
        for (const each of [wide, narrow]) each.leg.join('room')
        for (const [speaker, listeners] of [
          [farWide, [farNarrow, wide]],
          [farNarrow, [farWide, wide]],
        ] as const) {
          const counts = listeners.map((each) => each.frames().length)
          speaker.leg.write(tone(8000))
          await Promise.all(
            listeners.map((each, i) =>
              each.until((event) => isLoud(event) && each.frames().indexOf(event) >= (counts[i] as number)),
            ),
          )
        }
        assert.ok(wide.frames().every(({ samples }) => samples.length === 320))
        // With the wide one the room is narrow again, and the person stays.
        await wide.leg.close()
        const before = farNarrow.frames().length
        narrow.leg.attach({ kind: 'stream', stream: 'q', sampleRate: 8000 })
        narrow.leg.write(tone(8000))
        await farNarrow.until(
          (event) => isLoud(event) && event.type === 'frame' && farNarrow.frames().indexOf(event) >= before,
        )
        await Promise.all([farWide, narrow, farNarrow].map((each) => each.leg.close()))
      },
    )

    wholeTest('keys beside Opus count time by its clock of 48 kHz (RFC 4733 §2.1)', async () => {
      const [a, b] = [await leg(), await leg()]
      joined(a.leg, b.leg, ['opus', 'telephone-event'])
      a.leg.sendDigits('7#', 60)
      await b.until(() => keysOf(b).length === 2)
      assert.deepEqual(keysOf(b), [
        ['7', 60],
        ['#', 60],
      ])
      await Promise.all([a.leg.close(), b.leg.close()])
    })

    for (const codec of ['PCMU', 'G722', 'opus']) {
      wholeTest(`where no events were agreed on, keys are heard as tones in ${codec}`, async () => {
        const [a, b] = [await leg(), await leg()]
        joined(a.leg, b.leg, [codec])
        a.leg.sendDigits('19*D', 100)
        await b.until(() => keysOf(b).length === 4)
        assert.equal(
          keysOf(b)
            .map(([digit]) => digit)
            .join(''),
          '19*D',
        )
        for (const [, durationMs] of keysOf(b)) assert.ok(Math.abs(durationMs - 100) <= 30, String(durationMs))
        await Promise.all([a.leg.close(), b.leg.close()])
      })
    }

    wholeTest('a pause with comfort noise is noise as loud as was said, and no loss (RFC 3389)', async () => {
      const [a, far] = [await leg(), await barePhone()]
      a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
      a.leg.connect({ ...far.description, codecs: [...pcmu, noise] }, 'recvonly')
      await a.leg.statistics()
      far.say(a.leg, 0x20, 4)
      far.say(a.leg, 40, 1, noise.payloadType)
      await a.until(isLoud)
      const from = a.frames().length
      await a.until(() => a.frames().length > from + 40)
      // Long after what could be made up, and long after the jitter buffer has run dry.
      const pause = a.frames().slice(from + 15, from + 40)
      for (const { samples } of pause) {
        const level =
          10 * Math.log10(samples.reduce((sum, each) => sum + each * each, 0) / samples.length / 32_767 ** 2)
        assert.ok(level > -50 && level < -32, String(level))
      }
      const { packetsLost, mos = 0 } = await a.leg.statistics()
      assert.ok(packetsLost === 0 && mos > 4.2, `${packetsLost} ${mos}`)
      const back = a.frames().length
      far.say(a.leg, 0x20, 4)
      await a.until((event) => isLoud(event) && event.type === 'frame' && a.frames().indexOf(event) >= back)
      await Promise.all([a.leg.close(), far.close()])
    })

    wholeTest('each side has its own numbers, and may go over to another of the codecs that were agreed', async () => {
      const [a, far] = [await leg(), await barePhone()]
      a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
      const codecs: Codec[] = [
        { payloadType: 96, name: 'PCMU', clockRate: 8000, receivedType: 100 },
        { payloadType: 8, name: 'PCMA', clockRate: 8000 },
      ]
      a.leg.connect({ ...far.description, codecs }, 'sendrecv')
      await far.received(3)
      assert.equal((far.packets[0]?.[1] as number) & 0x7f, 96)
      // By the number that we send, it is nothing that was agreed.
      far.say(a.leg, 0x10, 3, 96)
      far.say(a.leg, 0x20, 4, 100)
      await a.until((event) => event.type === 'frame' && event.samples[80] === -7932)
      far.say(a.leg, 0x20, 4, 8)
      // A-law: 0x20 is -22,016.
      await a.until((event) => event.type === 'frame' && event.samples[80] === -22_016)
      const { packetsReceived, codec } = await a.leg.close()
      assert.deepEqual([packetsReceived, codec], [8, 'PCMU'])
      assert.ok(far.packets.every((packet) => packet.length === headerBytes + 160 || packet.length < 40))
      await far.close()
    })
  })
}

/** Both legs connected to each other with these of their codecs. */
function joined(a: Leg, b: Leg, names: readonly string[]): void {
  const as = ({ local }: Leg): MediaDescription => ({
    ...local,
    codecs: local.codecs.filter(({ name }) => names.includes(name)),
  })
  a.connect(as(b), 'sendrecv')
  b.connect(as(a), 'sendrecv')
}

function keysOf({ events }: WatchedLeg): [string, number][] {
  return events.flatMap((event) =>
    event.type === 'digit' ? [[event.digit, event.durationMs] as [string, number]] : [],
  )
}

function tone(count: number): Int16Array {
  return Int16Array.from({ length: count }, (_, i) => Math.round(9000 * Math.sin((2 * Math.PI * 440 * i) / 8000)))
}

function isLoud(event: LegEvent): event is Extract<LegEvent, { type: 'frame' }> {
  return event.type === 'frame' && event.samples.some((sample) => Math.abs(sample) > 6000)
}

const speech = new URL('../../../scenarios/speech/bob.wav', import.meta.url)
const noise: Codec = { payloadType: 13, name: 'CN', clockRate: 8000 }
