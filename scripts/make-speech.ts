// Makes the spoken sentences and prompts with Debian's espeak-ng. They are kept in the repository; this runs when they change.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { halve, writeWav } from '../packages/media/index.ts'

interface Speech {
  readonly file: string
  readonly voice: string
  readonly pitch: number
  readonly text: string
}

const scenarios = 'packages/scenarios/speech'
const prompts = 'packages/lab/prompts'

const speeches: readonly Speech[] = [
  {
    file: `${scenarios}/alice.wav`,
    voice: 'en-us+f3',
    pitch: 60,
    text: 'Good morning Bob, this is Alice. The quick brown fox jumps over the lazy dog, and I hear you very well indeed.',
  },
  {
    file: `${scenarios}/bob.wav`,
    voice: 'en-gb+m3',
    pitch: 40,
    text: 'Hello Alice, Bob speaking. Seven wise owls watched the river flow under an old stone bridge all evening long.',
  },
  {
    file: `${scenarios}/stranger.wav`,
    voice: 'en-gb-scotland+m7',
    pitch: 30,
    text: 'Nobody here ordered pizza, and I have never in my life called this number before. Please try somewhere else.',
  },
  { file: `${prompts}/the-time-is.wav`, voice: 'en-gb+f2', pitch: 50, text: 'The time is' },
  { file: `${prompts}/oh.wav`, voice: 'en-gb+f2', pitch: 50, text: 'oh' },
  { file: `${prompts}/hundred.wav`, voice: 'en-gb+f2', pitch: 50, text: 'hundred' },
  ...Array.from({ length: 20 }, (_, n) => ({
    file: `${prompts}/${n}.wav`,
    voice: 'en-gb+f2',
    pitch: 50,
    text: String(n),
  })),
  ...[20, 30, 40, 50].map((n) => ({ file: `${prompts}/${n}.wav`, voice: 'en-gb+f2', pitch: 50, text: String(n) })),
]

const folder = mkdtempSync(join(tmpdir(), 'parley-speech-'))
for (const { file, voice, pitch, text } of speeches) {
  const spoken = join(folder, 'spoken.wav')
  execFileSync('espeak-ng', ['-v', voice, '-p', String(pitch), '-s', '165', '-w', spoken, text])
  const wide = atRate(spoken, 16_000)
  const level = normalised(wide)
  const narrow = new Int16Array(Math.ceil(level.length / 2))
  const count = halve().process(level, narrow)
  const at8 = writeWav({ samples: narrow.subarray(0, count), sampleRate: 8000 })
  const at16 = writeWav({ samples: level, sampleRate: 16_000 })
  // Alice is narrow and Bob wide, so that both kinds of file are always tried; the other of each lies beside it. The rest is narrow:
  // all of it in both would be more than a megabyte.
  writeFileSync(file, file.endsWith('bob.wav') ? at16 : at8)
  if (file.endsWith('alice.wav')) writeFileSync(file.replace('.wav', '.wide.wav'), at16)
  if (file.endsWith('bob.wav')) writeFileSync(file.replace('.wav', '.narrow.wav'), at8)
}
rmSync(folder, { recursive: true })

/** espeak-ng speaks at 22,050 Hz: between two samples a straight line, which at this rate nobody hears. */
function atRate(path: string, rate: number): Int16Array {
  const bytes = readFileSync(path)
  const from = bytes.readUInt32LE(24)
  const at = bytes.indexOf('data') + 8
  const count = (bytes.length - at) >> 1
  const samples = new Int16Array(Math.floor((count * rate) / from))
  for (let i = 0; i < samples.length; i++) {
    const place = (i * from) / rate
    const left = Math.floor(place)
    const share = place - left
    const [a, b] = [bytes.readInt16LE(at + left * 2), bytes.readInt16LE(at + Math.min(left + 1, count - 1) * 2)]
    samples[i] = Math.round(a * (1 - share) + b * share)
  }
  return samples
}

/** Without the silence at both ends, and as loud as the others. */
function normalised(samples: Int16Array): Int16Array {
  const loud = (sample: number): boolean => Math.abs(sample) > 300
  const first = samples.findIndex(loud)
  const last = samples.findLastIndex(loud)
  const cut = samples.slice(Math.max(0, first - 400), last + 800)
  const peak = cut.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1)
  return cut.map((sample) => Math.round((sample * 20_000) / peak))
}
