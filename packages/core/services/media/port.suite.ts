// The behaviour that every media port shows, wherever its packets go: RTP (RFC 3550, RFC 3551), key presses (RFC 4733),
// files and streams as endpoints. Held against each adapter of the port.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { compareSpeech, readWav, resample, type Sound, writeWav } from '@openparley/media'
import { headerBytes } from '@openparley/protocols/rtp'
import { rolls } from '@openparley/testkit'
import type { Leg, LegEvent, MediaDescription, MediaPort } from './port.ts'
import { videoTests } from './video.suite.ts'
import { barePhone, pcmu, type WatchedLeg, watchedLeg } from './sides.suite.ts'

export interface MediaUnderTest {
  readonly media: MediaPort
  close(): Promise<void>
}

/** `open` makes a port whose legs can be bound on 127.0.0.1. */
export function mediaPortSuite(name: string, open: () => Promise<MediaUnderTest>): void {
  let house: MediaUnderTest
  let folder = ''
  const leg = (): Promise<WatchedLeg> => watchedLeg(house.media)
  const wholeTest = (title: string, does: () => Promise<void>, skip: string | false = false): void => {
    test(title, { timeout: 20_000, skip }, does)
  }

  // Most of a test is waiting for sound to pass: some pass at the same time.
  describe(`${name} carries sound`, { concurrency: 4 }, () => {
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'parley-media-'))
      house = await open()
    })
    after(async () => {
      await house.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 10 })
    })

    videoTests(() => house.media)

    for (const codec of ['PCMU', 'PCMA'] as const) {
      wholeTest(`two legs hear one another in ${codec}, from files of both rates, and the figures say so`, async () => {
        const said: Sound[] = [
          { samples: noise(1, 4), sampleRate: 8000 },
          { samples: resample(noise(2, 4), 8000, 16_000), sampleRate: 16_000 },
        ]
        const [a, b] = [await leg(), await leg()]
        for (const [i, side] of [a, b].entries()) {
          const play = join(folder, `${codec}-said-${i}.wav`)
          await writeFile(play, writeWav(said[i] as Sound))
          side.leg.attach({ kind: 'file', play, record: join(folder, `${codec}-heard-${i}.wav`) })
        }
        joined(a.leg, b.leg, codec)
        await Promise.all([a, b].map((side) => side.until(({ type }) => type === 'played')))
        // What is still in the jitter buffer is played before this key is.
        a.leg.sendDigits('5', 40)
        await b.until(({ type }) => type === 'digit')
        const figures = await Promise.all([a.leg.close(), b.leg.close()])
        for (const [i, own] of figures.entries()) {
          assert.equal(own.codec, codec)
          assert.ok(own.packetsSent >= 200 && own.packetsReceived >= 195, JSON.stringify(own))
          assert.ok((own.mos ?? 0) > 4.2, JSON.stringify(own))
          const recording = readWav(await readFile(join(folder, `${codec}-heard-${i}.wav`)))
          const { heard, offsetMs } = compareSpeech({ reference: said[1 - i] as Sound, recording })
          assert.ok(heard > 0.95, `leg ${i} heard ${heard}`)
          assert.ok(offsetMs >= 0 && offsetMs < 200, `leg ${i} heard it ${offsetMs} ms late`)
        }
        for (const { events } of [a, b]) assert.equal(events.filter(({ type }) => type === 'played').length, 1)
      })
    }

    wholeTest('nothing coming is told once to who should hear, and not to who does not listen', async () => {
      const [deaf, listening, far] = [await leg(), await leg(), await barePhone()]
      // The one that must not be told has waited for longer when the other is.
      deaf.leg.connect(far.description, 'sendonly')
      await deaf.leg.statistics()
      listening.leg.connect(far.description, 'sendrecv')
      const told = await listening.until((event) => event.type === 'silent')
      assert.ok(told.type === 'silent' && told.forMs >= 1000)
      const count = far.packets.length
      await far.received(count + 20)
      for (const { events, times } of [
        { ...deaf, times: 0 },
        { ...listening, times: 1 },
      ]) {
        assert.equal(events.filter(({ type }) => type === 'silent').length, times)
      }
      await Promise.all([deaf.leg.close(), listening.leg.close(), far.close()])
    })

    wholeTest('a leg has a place of its own, and describes all that it speaks', async () => {
      const legs = await Promise.all(Array.from({ length: 4 }, () => leg()))
      const places = legs.flatMap(({ leg: { local } }) => [local.port, local.rtcpPort ?? local.port + 1])
      assert.equal(new Set(places).size, places.length, String(places))
      assert.equal(new Set(legs.map(({ leg: { id } }) => id)).size, legs.length)
      for (const { local } of legs.map((each) => each.leg)) {
        assert.equal(local.address, '127.0.0.1')
        assert.ok(places.every((port) => port > 0 && port < 65_536))
        // Who cannot press keys cannot use a voicemail box.
        const names = local.codecs.map((codec) => codec.name)
        assert.ok(names.includes('telephone-event') && names.includes('PCMU') && names.includes('PCMA'), String(names))
        assert.equal(new Set(local.codecs.map(({ payloadType }) => payloadType)).size, local.codecs.length)
      }
      await Promise.all(legs.map((each) => each.leg.close()))
    })

    wholeTest('digits arrive once each and in order, as long as they were pressed; a comma waits', async () => {
      const [a, b] = [await leg(), await leg()]
      joined(a.leg, b.leg)
      a.leg.sendDigits('12#,D', 60)
      const pressed = () => b.events.flatMap((event) => (event.type === 'digit' ? [event] : []))
      const begun = performance.now()
      await b.until(() => pressed().length === 4)
      assert.ok(performance.now() - begun > 1000)
      assert.deepEqual(
        pressed().map(({ digit, durationMs }) => [digit, durationMs]),
        [
          ['1', 60],
          ['2', 60],
          ['#', 60],
          ['D', 60],
        ],
      )
      await Promise.all([a.leg.close(), b.leg.close()])
    })

    wholeTest(
      'a direction is respected: who may not send does not, who holds sends silence, and sound comes back',
      async () => {
        const [a, far] = [await leg(), await barePhone()]
        a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
        a.leg.connect(far.description, 'sendrecv')
        a.leg.write(new Int16Array(160 * 90).fill(9000))
        await far.hears('sound')
        for (const direction of ['inactive', 'recvonly'] as const) {
          a.leg.connect(far.description, direction)
          const { packetsSent } = await a.leg.statistics()
          const frames = a.frames().length
          await a.until(() => a.frames().length > frames + 5)
          assert.equal((await a.leg.statistics()).packetsSent, packetsSent, direction)
        }
        a.leg.connect(far.description, 'sendonly')
        await a.leg.statistics()
        await far.hears('silence')
        a.leg.connect(far.description, 'sendrecv')
        await far.hears('sound')
        await Promise.all([a.leg.close(), far.close()])
      },
    )

    wholeTest('who is muted sends silence, and is heard again after it', async () => {
      const [a, far] = [await leg(), await barePhone()]
      a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
      a.leg.connect(far.description, 'sendrecv')
      a.leg.write(new Int16Array(160 * 90).fill(9000))
      await far.hears('sound')
      a.leg.mute(true)
      await far.hears('silence')
      a.leg.mute(false)
      await far.hears('sound')
      await Promise.all([a.leg.close(), far.close()])
    })

    wholeTest('a held side is not heard, and is again when it is taken back', async () => {
      const [a, far] = [await leg(), await barePhone()]
      a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
      a.leg.connect(far.description, 'recvonly')
      far.say(a.leg, 0x20, 4)
      await a.until(isLoud)
      a.leg.connect(far.description, 'sendonly')
      await a.leg.statistics()
      const held = a.frames().length
      far.say(a.leg, 0x20, 4)
      await a.until(() => a.frames().length > held + 15)
      assert.ok(
        !a
          .frames()
          .slice(held + 1)
          .some(isLoud),
      )
      a.leg.connect(far.description, 'sendrecv')
      await a.leg.statistics()
      const resumed = a.frames().length
      far.say(a.leg, 0x20, 4)
      await a.until(() => a.frames().slice(resumed).some(isLoud))
      await Promise.all([a.leg.close(), far.close()])
    })

    wholeTest(
      'sound is taken from the one port that speaks, and only of the payload type that was agreed',
      async () => {
        const [a, far, stranger] = [await leg(), await barePhone(), await barePhone()]
        a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
        a.leg.connect(far.description, 'recvonly')
        // The wrong payload type first: it decides nothing.
        stranger.say(a.leg, 0x10, 1, 96)
        far.say(a.leg, 0x20, 4)
        await a.until(isLoud)
        assert.equal((await a.leg.statistics()).packetsReceived, 4)
        stranger.say(a.leg, 0x10, 4)
        far.say(a.leg, 0x20, 2)
        const frames = a.frames().length
        await a.until(() => a.frames().length > frames + 15)
        assert.equal((await a.leg.close()).packetsReceived, 6)
        const heard = a.frames().map(({ samples }) => samples[80] as number)
        // G.711: 0x10 is −15,996 and 0x20 is −7,932.
        assert.ok(heard.includes(-7932) && !heard.includes(-15_996), String(heard))
        await Promise.all([far.close(), stranger.close()])
      },
    )

    wholeTest('a last packet of whoever was heard before does not deafen to the one that follows', async () => {
      const [a, first, second, stranger] = [await leg(), await barePhone(), await barePhone(), await barePhone()]
      a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
      a.leg.connect(first.description, 'recvonly')
      await a.leg.statistics()
      first.say(a.leg, 0x10, 4)
      await a.until(isLoud)
      a.leg.connect(second.description, 'recvonly')
      const { packetsReceived } = await a.leg.statistics()
      first.say(a.leg, 0x10, 1)
      // Nor does somebody who was quicker than the one that was agreed on.
      stranger.say(a.leg, 0x30, 1)
      await a.until(() => a.frames().length > 30)
      second.say(a.leg, 0x20, 6)
      await a.until((event) => event.type === 'frame' && event.samples[80] === -7932)
      first.say(a.leg, 0x10, 4)
      stranger.say(a.leg, 0x30, 4)
      const frames = a.frames().length
      await a.until(() => a.frames().length > frames + 10)
      // One of the stranger, and the second's from its second packet on.
      assert.equal((await a.leg.close()).packetsReceived - packetsReceived, 6)
      await Promise.all([first.close(), second.close(), stranger.close()])
    })

    wholeTest(
      'sound from another address than the agreed one is not heard',
      async () => {
        const [a, far, stranger] = [await leg(), await barePhone(), await barePhone('127.0.0.2')]
        a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
        a.leg.connect(far.description, 'recvonly')
        await a.leg.statistics()
        stranger.say(a.leg, 0x10, 4)
        far.say(a.leg, 0x20, 4)
        await a.until(isLoud)
        assert.equal((await a.leg.close()).packetsReceived, 4)
        await Promise.all([far.close(), stranger.close()])
      },
      process.platform === 'darwin' && 'this system has no 127.0.0.2',
    )

    wholeTest('another address and another law go on in the same leg, as the same stream', async () => {
      const [a, first, second] = [await leg(), await barePhone(), await barePhone()]
      a.leg.connect(first.description, 'sendrecv')
      await first.received(3)
      a.leg.connect({ ...second.description, codecs: [{ payloadType: 8, name: 'PCMA', clockRate: 8000 }] }, 'sendrecv')
      await second.received(3)
      const { packetsSent, codec } = await a.leg.close()
      assert.equal(codec, 'PCMA')
      // With the marker of a new talkspurt (RFC 3551 §4.1), and A-law's silence.
      assert.deepEqual([second.packets[0]?.[1], second.packets[0]?.[headerBytes]], [0x88, 0xd5])
      assert.ok(packetsSent >= 6)
      const [before, next] = [first.packets.at(-1), second.packets[0]]
      assert.equal(next?.readUInt16BE(2), ((before?.readUInt16BE(2) as number) + 1) & 0xffff)
      assert.equal(next?.readUInt32BE(8), before?.readUInt32BE(8))
      await Promise.all([first.close(), second.close()])
    })

    wholeTest('where a peer says to be may be nowhere at all: the leg goes on', async () => {
      const a = await leg()
      for (const place of [
        { address: '127.0.0.1', port: 65_535 },
        { address: '127.0.0.1', port: 70_000 },
        { address: '127.0.0.1', port: -1 },
        { address: '127.0.0.1', port: 0 },
        { address: '0.0.0.0', port: 4000 },
        { address: 'phone.example', port: 4000 },
        { address: '::1', port: 4000 },
        { address: '', port: 4000 },
      ]) {
        a.leg.connect({ ...place, codecs: pcmu, direction: 'sendrecv' }, 'sendrecv')
        await a.leg.statistics()
      }
      const far = await barePhone()
      a.leg.connect({ ...far.description, codecs: [] }, 'sendrecv')
      await a.leg.statistics()
      a.leg.connect(far.description, 'sendrecv')
      await far.received(3)
      await Promise.all([a.leg.close(), far.close()])
    })

    wholeTest('closing gives the final figures each time it is asked, and finishes the recording', async () => {
      const [a, far] = [await leg(), await barePhone()]
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

    wholeTest('a leg that is closed sends no more, and what is asked of it is ignored', async () => {
      const [a, b, far] = [await leg(), await leg(), await barePhone()]
      a.leg.connect(far.description, 'sendrecv')
      await far.received(3)
      const { packetsSent } = await a.leg.close()
      a.leg.connect(far.description, 'sendrecv')
      a.leg.attach({ kind: 'none' })
      a.leg.mute(true)
      a.leg.sendDigits('1', 100)
      a.leg.write(new Int16Array(160))
      const source = far.packets[0]?.readUInt32BE(8)
      b.leg.connect(far.description, 'sendrecv')
      await far.received(far.packets.length + 20)
      assert.ok(far.packets.filter((packet) => packet.readUInt32BE(8) === source).length <= packetsSent)
      await Promise.all([b.leg.close(), far.close()])
    })

    wholeTest('a stream gets what the other side says, at its rate, and says what it is given', async () => {
      const [a, b] = [await leg(), await leg()]
      a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 16_000 })
      b.leg.attach({ kind: 'stream', stream: 't', sampleRate: 8000 })
      joined(a.leg, b.leg)
      const tone = (rate: number): Int16Array =>
        Int16Array.from({ length: rate }, (_, i) => Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / rate)))
      a.leg.write(tone(16_000))
      b.leg.write(tone(8000))
      await Promise.all([a.until(isLoud), b.until(isLoud)])
      assert.ok(a.frames().every(({ samples }) => samples.length === 320))
      assert.ok(b.frames().every(({ samples }) => samples.length === 160))
      await Promise.all([a.leg.close(), b.leg.close()])
    })

    wholeTest('another endpoint takes the place of the one before', async () => {
      const [a, far] = [await leg(), await barePhone()]
      const play = join(folder, 'replaced.wav')
      await writeFile(play, writeWav({ samples: new Int16Array(8000 * 2).fill(9000), sampleRate: 8000 }))
      a.leg.attach({ kind: 'file', play })
      a.leg.connect(far.description, 'sendrecv')
      await far.hears('sound')
      a.leg.attach({ kind: 'none' })
      await far.hears('silence')
      a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
      a.leg.write(new Int16Array(160 * 20).fill(9000))
      await far.hears('sound')
      assert.ok(a.events.every(({ type }) => type !== 'played'))
      await Promise.all([a.leg.close(), far.close()])
    })

    wholeTest('in a room each hears the others and the person, and the person hears all', async () => {
      const sides = await Promise.all([0, 1, 2].map(async () => ({ own: await leg(), far: await barePhone() })))
      const [a, b, c] = sides as [(typeof sides)[0], (typeof sides)[0], (typeof sides)[0]]
      a.own.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
      for (const { own, far } of sides) {
        own.leg.connect(far.description, 'sendrecv')
        own.leg.join('room')
      }
      const speak = async (
        by: typeof a,
        hearing: readonly (typeof a)[],
        deaf: readonly (typeof a)[],
      ): Promise<void> => {
        const counts = deaf.map(({ far }) => far.packets.length)
        by.far.say(by.own.leg, 0x20, 12)
        await Promise.all(hearing.map(({ far }) => far.hears('sound')))
        await Promise.all([...hearing, ...deaf].map(({ far }) => far.hears('silence')))
        for (const [i, { far }] of deaf.entries())
          assert.ok(
            far.packets.slice(counts[i]).every((packet) => packet.subarray(headerBytes).every((byte) => byte === 0xff)),
          )
      }
      await speak(b, [a, c], [b])
      await a.own.until(isLoud)
      await speak(a, [b, c], [a])
      // Whom one of them is not to be heard by hears the others all the same.
      c.own.leg.silence(true)
      await speak(a, [b, c], [a])
      c.far.say(c.own.leg, 0x20, 12)
      await speak(b, [a, c], [b])
      a.own.leg.write(new Int16Array(160 * 12).fill(9000))
      await Promise.all(sides.map(({ far }) => far.hears('sound')))
      // The person stays when the call that brought them ends, and is out of the room with the last.
      await a.own.leg.close()
      await speak(b, [c], [])
      b.own.leg.join(undefined)
      await speak(c, [], [b])
      await Promise.all([b.own.leg.close(), c.own.leg.close(), ...sides.map(({ far }) => far.close())])
    })

    wholeTest('who is held hears what is set for it, and who holds nothing of the person', async () => {
      const [a, far] = [await leg(), await barePhone()]
      a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
      a.leg.holdWith({ kind: 'tone' })
      a.leg.connect(far.description, 'sendrecv')
      await far.hears('silence')
      a.leg.connect(far.description, 'sendonly')
      await far.hears('sound')
      await far.hears('silence')
      const play = join(folder, 'music.wav')
      await writeFile(play, writeWav({ samples: new Int16Array(320).fill(9000), sampleRate: 8000 }))
      a.leg.holdWith({ kind: 'file', play })
      await far.hears('sound')
      a.leg.connect(far.description, 'sendrecv')
      await far.hears('silence')
      await Promise.all([a.leg.close(), far.close()])
    })

    wholeTest('who is held and hears no music hears a tone, and no longer when music comes', async () => {
      const [a, far] = [await leg(), await barePhone()]
      a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
      a.leg.heldTone(true)
      a.leg.connect(far.description, 'inactive')
      await a.until(hasTone)
      a.leg.connect(far.description, 'recvonly')
      far.say(a.leg, 0x20, 4)
      const music = await a.until((event) => event.type === 'frame' && event.samples[80] === -7932)
      assert.equal(music.type, 'frame')
      a.leg.heldTone(false)
      await Promise.all([a.leg.close(), far.close()])
    })

    wholeTest('a recording of a call has both sides, and the beep that both hear is in it once', async () => {
      const [a, far] = [await leg(), await barePhone()]
      const record = join(folder, 'both.wav')
      a.leg.attach({ kind: 'stream', stream: 's', sampleRate: 8000 })
      a.leg.connect(far.description, 'sendrecv')
      await far.received(3)
      a.leg.tape({ record, tone: true })
      await far.hears('sound')
      await a.until(hasTone)
      await far.hears('silence')
      a.leg.write(new Int16Array(160 * 10).fill(9000))
      await far.hears('sound')
      await far.hears('silence')
      far.say(a.leg, 0x20, 10)
      await a.until((event) => event.type === 'frame' && event.samples[80] === -7932)
      a.leg.tape(undefined)
      await a.leg.close()
      const { samples } = readWav(await readFile(record))
      const least = samples.reduce((least, each) => Math.min(least, each), 0)
      assert.ok(samples.filter((each) => each === 9000).length >= 400, 'what this side said')
      assert.ok(least <= -7932, 'what the other side said')
      // A beep alone has a tenth of full scale: twice as much would be the beep twice.
      const loudestOfBeep = samples.slice(0, 1600).reduce((most, each) => Math.max(most, Math.abs(each)), 0)
      assert.ok(loudestOfBeep > 3000 && loudestOfBeep < 3600, String(loudestOfBeep))
      await far.close()
    })

    wholeTest('a file that cannot be played or written is told with its reason, and the call goes on', async () => {
      const [a, far] = [await leg(), await barePhone()]
      a.leg.connect(far.description, 'sendrecv')
      for (const [file, code] of [
        [{ play: join(folder, 'nowhere.wav') }, 'media-file-unreadable'],
        [{ record: join(folder, 'nowhere', 'heard.wav') }, 'media-file-unwritable'],
      ] as const) {
        a.leg.attach({ kind: 'file', ...file })
        a.leg.attach({ kind: 'none' })
        const told = await a.until((event) => event.type === 'endpoint-failed' && event.code === code)
        assert.ok(told.type === 'endpoint-failed' && told.detail !== '')
      }
      await far.received(far.packets.length + 3)
      await Promise.all([a.leg.close(), far.close()])
    })

    wholeTest('an address that is not here is refused', async () => {
      // RFC 5737: nobody has it.
      await assert.rejects(
        house.media.openLeg('192.0.2.1', () => {}),
        { code: 'media-no-port' },
      )
    })

    wholeTest(
      'an offer of a page that cannot be read is refused, and a page that is not there can be closed',
      async () => {
        await assert.rejects(
          house.media.openBrowser('browser_x', 'no description', () => {}),
          { code: 'media-browser-failed' },
        )
        house.media.closeBrowser('browser_x')
        const a = await leg()
        a.leg.attach({ kind: 'browser', browser: 'browser_x' })
        const told = await a.until(({ type }) => type === 'endpoint-failed')
        assert.ok(told.type === 'endpoint-failed' && told.code === 'media-handle-unknown')
        await a.leg.close()
      },
    )
  })
}

/** Both legs connected to each other, with one law and the keys. */
function joined(a: Leg, b: Leg, codec: 'PCMU' | 'PCMA' = 'PCMU'): void {
  const as = ({ local }: Leg): MediaDescription => ({
    ...local,
    codecs: local.codecs.filter(({ name }) => name === codec || name === 'telephone-event'),
  })
  a.connect(as(b), 'sendrecv')
  b.connect(as(a), 'sendrecv')
}

/** Sound that is never the same twice, as speech is. */
function noise(seed: number, seconds: number): Int16Array {
  const roll = rolls(seed)
  return Int16Array.from({ length: seconds * 8000 }, (_, i) => (roll() - 0.5) * 15_000 * (1.1 + Math.sin(i / 900)))
}

/** Tones have a tenth of full scale. */
function hasTone(event: LegEvent): boolean {
  return event.type === 'frame' && event.samples.some((sample) => Math.abs(sample) > 3000)
}

function isLoud(event: LegEvent): boolean {
  return event.type === 'frame' && event.samples.some((sample) => Math.abs(sample) > 6000)
}
