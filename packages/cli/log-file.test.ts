import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { follow, logReader } from './log-file.ts'

/** A folder that is not there yet. */
function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-log-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'state', 'core.log')
}

test('a log that does not exist is waited for, and followed through its turns without losing or repeating a line', async (t) => {
  const path = place(t)
  const leave = new AbortController()
  const seen: string[] = []
  const { promise: isWaited, resolve: waiting } = Promise.withResolvers<void>()
  let wanted = Promise.withResolvers<void>()
  let until = ''
  const following = follow(
    path,
    (line) => {
      seen.push(line)
      if (line === until) wanted.resolve()
    },
    leave.signal,
    waiting,
  )
  await isWaited
  let n = 0
  const write = async ({ turns }: { turns: boolean }): Promise<void> => {
    wanted = Promise.withResolvers()
    until = String(n + 999)
    for (const last = n + 1000; n < last; n++) {
      // In one breath with what is before and after it: whoever watches has had no turn to read.
      if (turns && n === last - 500) renameSync(path, `${path}.1`)
      appendFileSync(path, `${n}\n`)
    }
    await wanted.promise
  }
  await write({ turns: false })
  await write({ turns: true })
  await write({ turns: true })
  await write({ turns: false })
  leave.abort()
  await following
  assert.deepEqual(
    seen,
    Array.from({ length: n }, (_, index) => String(index)),
  )
})

test('a line that is half written is told when it is whole', async (t) => {
  const path = place(t)
  const reader = logReader(path)
  const seen: string[] = []
  const tell = (line: string): void => void seen.push(line)
  assert.equal(await reader.readOn(tell), false)
  mkdirSync(join(path, '..'))
  const bytes = Buffer.from('{"what":"größe"}\n')
  // In the middle of a letter of two bytes.
  const middle = bytes.indexOf(0xc3) + 1
  appendFileSync(path, bytes.subarray(0, middle))
  assert.equal(await reader.readOn(tell), true)
  assert.deepEqual(seen, [])
  appendFileSync(path, bytes.subarray(middle))
  await reader.readOn(tell)
  assert.deepEqual(seen, ['{"what":"größe"}'])
  await reader.close()
})
