// What is heard of speech over a bad network, in each codec: between two legs of ours, and in calls with baresip at the other end.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mediaRtp } from '../packages/core/adapters/media-rtp/index.ts'
import type { LegEvent } from '../packages/core/services/media/port.ts'
import { createCore } from '@openparley/core'
import { startInProcess } from '../packages/daemon/in-process.ts'
import { compareSpeech, readWav, type Sound, wavStream } from '@openparley/media'
import { realClock, realDice } from '@openparley/net'
import { connect, direct } from '@openparley/sdk'
import { startBaresip } from '../tests/peers/baresip/start.ts'
import { startKamailio } from '../tests/peers/kamailio/start.ts'
import { dial, hangUp, played } from '../tests/peers/person.ts'
import { impaired } from './impairer.ts'

/** `heard-CODEC-LINE` is the median of the windows' correlation, `mos-…` what the leg estimates. */
export async function speechOverLoss(): Promise<Record<string, number>> {
  const figures: Record<string, number> = {}
  const folder = await mkdtemp(join(tmpdir(), 'parley-speech-'))
  const media = mediaRtp()
  try {
    for (const [line, how] of Object.entries(lines)) {
      await Promise.all(
        codecs.map(async (codec) => {
          const record = join(folder, `${codec}-${line}.wav`)
          const over = Promise.withResolvers<void>()
          const tell = (event: LegEvent): void => {
            if (event.type === 'played') over.resolve()
          }
          const plain = media.port(() => [0, 0])
          const a = await impaired(plain, how).openLeg('127.0.0.1', tell)
          const b = await plain.openLeg('127.0.0.1', () => {})
          const as = ({ local }: typeof a) => ({ ...local, codecs: local.codecs.filter(({ name }) => name === codec) })
          a.attach({ kind: 'file', play: saidIn(codec) })
          b.attach({ kind: 'file', record })
          a.connect(as(b), 'sendrecv')
          b.connect(as(a), 'sendrecv')
          await over.promise
          // What still waits to be played.
          await new Promise((resolve) => setTimeout(resolve, 500))
          const { mos = 0 } = await b.close()
          await a.close()
          Object.assign(figures, {
            [`heard-${codec}-${line}`]: await heardIn(record, codec),
            [`mos-${codec}-${line}`]: mos,
          })
        }),
      )
    }
    return figures
  } finally {
    await media.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The same line with baresip at its other end: what it hears of us, and what we hear of it. */
export async function speechWithBaresip(only: readonly Spoken[] = codecs): Promise<Record<string, number>> {
  const figures: Record<string, number> = {}
  const folder = await mkdtemp(join(tmpdir(), 'parley-speech-'))
  try {
    for (const codec of only) {
      // One for each codec: none lives longer than some minutes.
      const kamailio = await startKamailio()
      const server = `127.0.0.1:${kamailio.port}`
      const says = saidIn(codec)
      for (const [line, how] of Object.entries(lines)) {
        const name = codec.toLowerCase() as 'pcmu' | 'pcma' | 'g722' | 'opus'
        const bob = await startBaresip({
          user: 'bob',
          password: 'secret-bob',
          server,
          says,
          codec: name,
          conceals: true,
        })
        const media = mediaRtp()
        const host = await startInProcess({
          core: (own) =>
            createCore({
              host: own,
              version: '0.0.0',
              world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
              openMedia: () =>
                impaired(
                  media.port(() => [0, 0]),
                  how,
                ),
            }),
        })
        const core = await connect({ application: 'bench', role: 'approve', over: direct((one) => host.attach(one)) })
        const session = await core.open({
          'softphone.servers': `sip:${server};transport=udp`,
          'softphone.user': 'alice',
          'softphone.password': 'secret-alice',
          'media.codecs': [codec],
        })
        await session.phones.ready({ timeoutMs: 15_000 })
        const record = join(folder, 'ours.wav')
        const call = await dial(session, 'bob', { play: says, record })
        await played(session, call.id)
        await hangUp(session, call.id)
        figures[`ours-${codec}-${line}`] = await heardIn(record, codec)
        figures[`baresip-${codec}-${line}`] = await heardIn(await bob.heardSince([]), codec)
        core.close()
        await host.close()
        await media.close()
        await bob.stop()
      }
      await kamailio.stop()
    }
    return figures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function heardIn(path: string, codec: Spoken): Promise<number> {
  const reference = readWav(await readFile(saidIn(codec)))
  const { heard } = compareSpeech({ reference, recording: await soundIn(path) })
  return Math.round(heard * 1000) / 1000
}

async function soundIn(path: string): Promise<Sound> {
  const bytes = await readFile(path)
  // baresip writes Opus down in 48 kHz and two channels.
  if (bytes.readUInt32LE(24) <= 16_000) return readWav(bytes)
  const stream = wavStream()
  const samples = stream.push(bytes)
  return { samples: Int16Array.from([...samples, ...stream.end()]), sampleRate: 8000 }
}

/** As wide as the codec: nothing is resampled on the way. */
function saidIn(codec: Spoken): string {
  const name = codec.startsWith('PCM') ? 'bob.narrow.wav' : 'bob.wav'
  return new URL(`../packages/scenarios/speech/${name}`, import.meta.url).pathname
}

type Spoken = (typeof codecs)[number]
const codecs = ['PCMU', 'PCMA', 'G722', 'opus'] as const
const lines = {
  '0%': { loss: 0, jitterMs: 0, seed: 11 },
  '5%': { loss: 0.05, jitterMs: 0, seed: 11 },
  '10%': { loss: 0.1, jitterMs: 0, seed: 11 },
  '20%': { loss: 0.2, jitterMs: 0, seed: 11 },
  '60ms': { loss: 0, jitterMs: 60, seed: 11 },
} as const
