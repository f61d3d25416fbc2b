// The demonstration as a person runs it: its object, and the exit status that a script looks at.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { homeFor, run } from './command.ts'

test('a demonstration in which no sound arrives says so and exits with 1', async (t) => {
  const { status, out, complaint } = await run(
    await homeFor(t),
    ...['demo', '--once', '--fault', 'media-drop=100', '--json'],
  )
  assert.equal(status, 1, complaint)
  const { ok, heard, rtp } = JSON.parse(out)
  assert.equal(ok, false)
  assert.ok(heard.alice < 0.3 && heard.bob < 0.3, out)
  assert.deepEqual([rtp.alice.received, rtp.bob.received], [0, 0])
  assert.ok(rtp.alice.sent > 0 && rtp.bob.sent > 0)
})

test('a journey that there is not is refused before anything is started', async (t) => {
  const { status, complaint } = await run(await homeFor(t), 'demo', '--once', '--scenario', 'call-nobody')
  assert.equal(status, 1)
  assert.match(complaint, /There is no journey named call-nobody/)
})
