import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compareSpeech, readWav } from '@openparley/media'

const speech = join(import.meta.dirname, 'speech')
const prompts = join(import.meta.dirname, '../lab/prompts')

for (const [who, narrow, wide] of [
  ['Alice', 'alice.wav', 'alice.wide.wav'],
  ['Bob', 'bob.narrow.wav', 'bob.wav'],
] as const) {
  test(`${who}’s sentence is kept at 8 and at 16 kHz, and is the same`, () => {
    const [at8, at16] = [narrow, wide].map((file) => readWav(readFileSync(join(speech, file))))
    assert.ok(at8 && at16)
    assert.deepEqual([at8.sampleRate, at16.sampleRate], [8000, 16_000])
    const { heard } = compareSpeech({ reference: at16, recording: at8 })
    assert.ok(heard > 0.99, String(heard))
  })
}

test('all that is kept of speech is less than a megabyte', () => {
  const bytes = [speech, prompts].flatMap((folder) =>
    readdirSync(folder).map((file) => statSync(join(folder, file)).size),
  )
  assert.ok(bytes.reduce((sum, each) => sum + each, 0) < 1_000_000, String(bytes.reduce((sum, each) => sum + each, 0)))
})
