import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type RulesFile, readRules, writeRules } from './rules-xml.ts'

const count = (read: RulesFile): number | string => ('rules' in read ? read.rules.length : read.why)

test('the attributes of each element are a rule', () => {
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<DialRules>
  <DialRule BeginsWith="+1"  NumDigits="12" DigitsToRemove="1" PrefixWith="9"/>
  <DialRule BeginsWith=""    NumDigits="7"  DigitsToRemove="0" PrefixWith="9"/>
</DialRules>`
  assert.deepEqual(readRules(text), {
    rules: [
      { beginsWith: '+1', numDigits: 12, digitsToRemove: 1, prefixWith: '9' },
      { beginsWith: '', numDigits: 7, digitsToRemove: 0, prefixWith: '9' },
    ],
    ignored: [],
  })
})

test('BeginsWith may be left out; any other attribute that is left out makes the rule be passed over, and told', () => {
  const read = readRules(`<DialRules>
    <DialRule NumDigits="" DigitsToRemove="" PrefixWith=""/>
    <DialRule BeginsWith="1" DigitsToRemove="0" PrefixWith="9"/>
    <DialRule BeginsWith="1" NumDigits="7" PrefixWith="9"/>
    <DialRule BeginsWith="1" NumDigits="7" DigitsToRemove="0"/>
    <Other/>
  </DialRules>`)
  assert.ok('rules' in read)
  assert.deepEqual(read.rules, [{ beginsWith: '', numDigits: 0, digitsToRemove: 0, prefixWith: '' }])
  assert.deepEqual(
    read.ignored.map((each) => each.slice(0, 6)),
    ['rule 2', 'rule 3', 'rule 4'],
  )
})

test('no elements are no rules; an empty file, other XML and no XML are errors', () => {
  assert.equal(count(readRules('<DialRules/>')), 0)
  for (const text of ['', ' \n', '<dialrules/>', '<Devices/>', '<DialRules>', 'rules'])
    assert.equal(typeof count(readRules(text)), 'string', text)
})

test('what is written is read back', () => {
  const rule = fc.record(
    {
      beginsWith: fc.string({ unit: fc.constantFrom('1', '+', '*', '#'), maxLength: 5 }),
      numDigits: fc.nat(100),
      digitsToRemove: fc.nat(100),
      prefixWith: fc.string({ unit: fc.constantFrom('9', '+'), maxLength: 5 }),
    },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(fc.array(rule), (rules) => assert.deepEqual(readRules(writeRules(rules)), { rules, ignored: [] })),
  )
})

test('whatever the file holds, it is read or refused, never thrown', () => {
  fc.assert(fc.property(fc.string(), (text) => void readRules(text)))
})
