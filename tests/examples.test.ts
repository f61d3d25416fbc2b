import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startLab } from '@openparley/lab'

const root = new URL('..', import.meta.url).pathname

test('the README’s example starts a core, calls the echo number, and prints the figures of the call', async () => {
  const lab = await startLab()
  const home = await mkdtemp(join(tmpdir(), 'parley-example-'))
  try {
    const settings = join(home, 'alice.json')
    await writeFile(settings, JSON.stringify(lab.people[0]?.settings))
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, 'examples/first-call.ts'), settings, '600'],
      {
        env: { ...process.env, PARLEY_HOME: join(home, 'core'), PARLEY_LINGER_MS: '0' },
        timeout: 30_000,
      },
    )
    assert.match(stdout, /^ready as sip:alice@/)
    assert.match(stdout, /connected/)
    assert.match(stdout, /ended {2}\{[^}]*packetsReceived: (?!0,)\d+/s)
  } finally {
    await lab.close()
    await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
})

test('the README shows the example as it is, in at most twenty lines of code', async () => {
  const example = await readFile(join(root, 'examples/first-call.ts'), 'utf8')
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  assert.ok(readme.includes(`\`\`\`ts\n${example}\`\`\``), 'README.md and examples/first-call.ts differ')
  assert.ok(example.split('\n').filter((line) => line.trim() !== '').length <= 20)
})
