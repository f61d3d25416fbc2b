import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CallCompletion, completionMode, readCallCompletion, writeCallCompletion } from './call-completion.ts'

test('what a monitor tells is read, whatever the case and order of its fields (RFC 6910 §8.3)', () => {
  assert.deepEqual(readCallCompletion('cc-state: queued\r\ncc-service-retention\r\n'), {
    state: 'queued',
    retained: true,
  })
  assert.deepEqual(readCallCompletion('cc-URI: sip:bob@example.com\r\nCC-State:READY\r\n'), {
    state: 'ready',
    retained: false,
    uri: 'sip:bob@example.com',
  })
  // Some give the retention a value.
  assert.equal(readCallCompletion('cc-state: ready\ncc-service-retention: true\nunknown: x')?.retained, true)
})

test('what says no state is no such body', () => {
  for (const body of ['', 'cc-state', 'cc-state: soon', 'state: ready', '<xml/>'])
    assert.equal(readCallCompletion(body), undefined, body)
})

test('what is written is read back, and whatever comes is read or not, never thrown', () => {
  const any: fc.Arbitrary<CallCompletion> = fc
    .record({
      state: fc.constantFrom('queued', 'ready'),
      retained: fc.boolean(),
      user: fc.stringMatching(/^[a-z]{1,20}$/),
    })
    .map(({ user, ...rest }) => ({ ...rest, uri: `sip:${user}@example.com` }))
  fc.assert(fc.property(any, (one) => assert.deepEqual(readCallCompletion(writeCallCompletion(one)), one)))
  fc.assert(fc.property(fc.string(), (body) => void readCallCompletion(body)))
})

test('modes are those of RFC 6910 §4.1, in any case', () => {
  assert.deepEqual(['bs', 'NR', 'nl', 'xx', undefined].map(completionMode), ['BS', 'NR', 'NL', undefined, undefined])
})
