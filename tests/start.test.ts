// The README's first command. CI runs the same in a fresh copy, as somebody who is not root.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

test('npm start prints addresses that let their person in once, and ends on a signal to the whole group', async () => {
  const root = join(import.meta.dirname, '..')
  const { error, said } = await new Promise<{ error: unknown; said: string }>((resolve) => {
    execFile(process.execPath, ['scripts/try-start.mjs'], { cwd: root }, (failed, out, complaint) => {
      resolve({ error: failed, said: out + complaint })
    })
  })
  assert.equal(error, null, said)
  assert.match(said, /Alice, Bob, Status answer, and SIGTERM ends it/)
})
