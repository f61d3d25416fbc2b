// Modules of others: which are taken, and why others are not.
import assert from 'node:assert/strict'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadAdapters } from './compose-adapters.ts'

const folder = await realpath(await mkdtemp(join(tmpdir(), 'parley-adapters-')))
after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))

async function moduleOf(name: string, text: string): Promise<string> {
  const file = join(folder, `${name}.mjs`)
  await writeFile(file, text, { mode: 0o600 })
  return file
}

test('a phone and one that writes down voice messages are each loaded, a second of either name is not, nor what is neither', async () => {
  const phone = "export default { port: 'phone', name: 'kitchen', open: () => ({}) }"
  const writer = "export default { port: 'transcription', transcribe: async ({ type }) => `a sound of ${type}` }"
  const files = await Promise.all([
    moduleOf('phone', phone),
    moduleOf('writer', writer),
    moduleOf('same-phone', phone),
    moduleOf('same-writer', writer),
    moduleOf('neither', "export default { port: 'transcription' }"),
  ])
  const loaded = await loadAdapters(files, ['csta'])
  assert.deepEqual(Object.keys(loaded.deskPhones), ['kitchen'])
  const sound = { type: 'audio/wav', content: new Uint8Array() }
  assert.equal(await loaded.transcription?.transcribe(sound, new AbortController().signal), 'a sound of audio/wav')
  assert.deepEqual(
    loaded.errors.map(({ code, detail = '' }) => [code, /\/([\w-]+)\.mjs: /.exec(detail)?.[1]]),
    [
      ['adapter-unusable', 'same-phone'],
      ['adapter-unusable', 'same-writer'],
      ['adapter-unusable', 'neither'],
    ],
  )
})
