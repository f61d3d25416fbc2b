import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { secretFile } from './secrets.ts'

describe('a file of secrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-secrets-'))
  const file = join(folder, 'secrets')
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))

  test('holds nothing that can be read, is for its user alone, and is opened again', async () => {
    assert.deepEqual(await secretFile(folder).load(), {})
    await secretFile(folder).save({ password: 'a-secret-word' })
    assert.ok(!readFileSync(file).includes('a-secret-word'))
    for (const path of [file, join(folder, 'secrets.key')]) assert.equal(statSync(path).mode & 0o077, 0)
    assert.deepEqual(await secretFile(folder).load(), { password: 'a-secret-word' })
  })

  test('that somebody has changed is refused', async () => {
    await secretFile(folder).save({ password: 'a-secret-word' })
    const bytes = readFileSync(file)
    bytes[50] = (bytes[50] as number) ^ 1
    writeFileSync(file, bytes)
    await assert.rejects(secretFile(folder).load(), { code: 'secret-store-unusable' })
  })
})
