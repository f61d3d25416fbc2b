// Recordings that are ended and not yet whole.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readWav } from '@openparley/media'
import type { LegEvent } from '../../services/media/port.ts'
import { EndpointSound } from './endpoint-sound.ts'
import { Finishing } from './finishing.ts'
import { frameSamples } from './sound.ts'

test('who waits waits for all that were ended, and each is told as it is whole, or could not be written', async () => {
  const finishing = new Finishing()
  const told: LegEvent[] = []
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  finishing.end({ path: '/first', close: () => first.promise }, (event) => told.push(event))
  finishing.end({ path: '/second', close: () => second.promise }, (event) => told.push(event))
  let isWhole = false
  const whole = finishing.whole().then(() => {
    isWhole = true
  })
  second.reject(new Error('the disk is full'))
  await new Promise(setImmediate)
  assert.deepEqual(
    [isWhole, told],
    [false, [{ type: 'endpoint-failed', code: 'media-file-unwritable', detail: 'the disk is full' }]],
  )
  first.resolve()
  await whole
  assert.deepEqual(told.at(-1), { type: 'recorded', path: '/first' })
})

test('an endpoint that is closed just after its recording was ended has it whole', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-recording-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const told: LegEvent[] = []
  const record = join(folder, 'said.wav')
  const sound = new EndpointSound({ tell: (event) => told.push(event), browser: () => undefined })
  sound.attach({ kind: 'file', record })
  sound.push(new Int16Array(frameSamples).fill(9000))
  sound.attach({ kind: 'none' })
  await sound.close()
  assert.deepEqual(readWav(readFileSync(record)).samples, new Int16Array(frameSamples).fill(9000))
  assert.deepEqual(told, [{ type: 'recorded', path: record }])
})
