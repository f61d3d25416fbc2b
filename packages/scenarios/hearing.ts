// Who hears whom: each says a tone of their own, all at once, and it is looked which tones are in what each heard.
import { readFile, stat, writeFile } from 'node:fs/promises'
import { readWav, resample, ToneGenerator, writeWav } from '@openparley/media'
import type { Person } from './person.ts'
import type { Stage } from './scenario.ts'

export interface Hearing {
  readonly person: Person
  readonly call: string
}

/** The two sides of a call. */
export function talking(caller: Person, callee: Person, ids: { caller: string; callee: string }): readonly Hearing[] {
  return [
    { person: caller, call: ids.caller },
    { person: callee, call: ids.callee },
  ]
}

/** By name: whom each hears. A tone that nobody said is named by its frequency. */
export async function whoHearsWhom(
  stage: Stage,
  all: readonly Hearing[],
  also: readonly number[] = [],
): Promise<Record<string, string[]>> {
  const heard: Record<string, string[]> = {}
  await Promise.all(
    all.map(async ({ person, call }) => {
      const { name, session } = person
      const play = stage.file(`tone-of-${name}.wav`)
      const record = stage.file(`tones-heard-by-${name}.wav`)
      await writeFile(play, writeWav({ samples: toneOf(name, 8, all.length), sampleRate: rate }))
      await session.calls.attach({ call, endpoint: { kind: 'file', play, record, force: true } })
      await longEnough(record)
      const recorded = person.next('the recording is complete', ({ type }) => type === 'recorded', 5000)
      await session.calls.attach({ call, endpoint: { kind: 'none' } })
      await recorded
      const samples = await soundOf(record)
      const second = samples.subarray(samples.length - rate * 1.2, samples.length - rate * 0.2)
      heard[name] = [
        ...Object.keys(tones).filter((each) => isIn(second, tones[each] as number)),
        ...also.filter((frequency) => isIn(samples, frequency)).map((frequency) => `${frequency} Hz`),
      ]
    }),
  )
  return Object.fromEntries(Object.entries(heard).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Whether a recording holds a tone anywhere, for a tenth of a second. */
export async function holdsTone(path: string, frequency: number): Promise<boolean> {
  return isIn(await soundOf(path), frequency)
}

/** A recording is as wide as its call; all tones are narrow. */
async function soundOf(path: string): Promise<Int16Array> {
  const { samples, sampleRate } = readWav(await readFile(path))
  return resample(samples, sampleRate, rate)
}

/** Not louder than that all at once are still a sound that can be carried. */
function toneOf(name: string, seconds: number, speakers: number): Int16Array {
  const samples = new Int16Array(rate * seconds)
  const level = Math.min(0.2, 0.8 / speakers)
  new ToneGenerator({ frequencies: [tones[name] as number], onOffMs: [] }, rate, level).pull(samples)
  return samples
}

/** By Goertzel's algorithm, in stretches of a tenth of a second: each frequency here has whole periods in that. */
function isIn(samples: Int16Array, frequency: number): boolean {
  const stretch = rate / 10
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / rate)
  for (let from = 0; from + stretch <= samples.length; from += stretch) {
    let [before, last] = [0, 0]
    for (let i = from; i < from + stretch; i++) {
      const now = (samples[i] as number) + coefficient * last - before
      before = last
      last = now
    }
    const power = last * last + before * before - coefficient * last * before
    if ((2 * Math.sqrt(power)) / stretch > quietest) return true
  }
  return false
}

/** A recording grows a second at a time; a second of a wide one has twice as many bytes. */
async function longEnough(path: string): Promise<void> {
  const until = performance.now() + 10_000
  while (performance.now() < until) {
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    )
    if (size >= rate * 2 * 2 && (await soundOf(path)).length >= rate * 2) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${path} does not grow`)
}

const rate = 8000
const tones: Readonly<Record<string, number>> = {
  alice: 600,
  bob: 850,
  carol: 1150,
  dave: 1390,
  erin: 1640,
  frank: 1890,
  grace: 2130,
  heidi: 2410,
  ivan: 2690,
}
/** A tenth of what is said, after codecs and gaps. */
const quietest = 600
