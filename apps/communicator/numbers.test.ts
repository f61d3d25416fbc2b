import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readDigits, readNumber } from './numbers.ts'

test('what is printed between the digits of a number is left out', () => {
  for (const [text, number] of [
    ['+44 (0)20 7946-0018', '+442079460018'],
    ['020.7946.0018', '02079460018'],
    ['0209\u20117946', '02097946'],
    ['\u202A+49 30 123\u202C', '+4930123'],
    ['tel:+1-201-555-0123;phone-context=x', '+12015550123'],
    ['TEL:%2B49-30', '+4930'],
    ['*21*204#', '*21*204#'],
    ['  204\n', '204'],
  ] as const)
    assert.equal(readNumber(text), number)
})

test('a name and a sip: address stay as they are', () => {
  for (const text of ['bob', 'o-brien', 'sip:bob@example.com', 'sip:+1-201@example.com;user=phone'])
    assert.equal(readNumber(` ${text} `), text)
})

test('reading what was read changes nothing, whatever was pasted', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const once = readNumber(text)
      assert.ok(once.length <= 256)
      // A tel: inside a tel: is read once more by whoever presses Call.
      if (!/^\s*tel:/i.test(text)) assert.equal(readNumber(once), once.trim())
    }),
  )
})

test('only what can be sent as digits is sent', () => {
  assert.equal(readDigits('12 34-a#'), '1234A#')
  assert.equal(readDigits('hello'), '')
  assert.equal(readDigits('1'.repeat(100)).length, 64)
})
