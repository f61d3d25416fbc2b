import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everything, soughtOf } from './past-model.ts'

test('what narrows nothing is not said', () => {
  assert.deepEqual(soughtOf(everything), {})
  assert.deepEqual(soughtOf({ ...everything, who: ' ', words: ' ' }), {})
})

test('missed is a kind for who looks, and a mark of calls for the core', () => {
  assert.deepEqual(soughtOf({ ...everything, kind: 'missed' }), { missed: true })
  assert.deepEqual(soughtOf({ ...everything, kind: 'voicemail' }), { kinds: ['voicemail'] })
})

test('days are whole days here: the last one ends where the next begins', () => {
  const { from = '', to = '' } = soughtOf({ ...everything, from: '2026-01-31', to: '2026-01-31' })
  assert.equal(new Date(from).getTime(), new Date(2026, 0, 31).getTime())
  assert.equal(new Date(to).getTime(), new Date(2026, 1, 1).getTime())
})
