// The password of a manager's user is proved, and said only where nobody else hears it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proofOf } from './proof.ts'

test('a challenge is answered with a digest of it and the password', () => {
  assert.deepEqual(proofOf('secret', '123456', true), { AuthType: 'MD5', Key: '992f3c4e7ec9a0e96173284c816612bd' })
})

test('without a challenge the password is said under encryption alone', () => {
  assert.deepEqual(proofOf('secret', undefined, true), { Secret: 'secret' })
  assert.equal(proofOf('secret', undefined, false), undefined)
})
