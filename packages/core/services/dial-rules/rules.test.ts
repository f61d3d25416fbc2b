import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DialRule } from '@openparley/contract'
import fc from 'fast-check'
import { check } from './check.ts'
import { asRulesSee, explain, rules } from './rules.ts'

const rule = (beginsWith: string, numDigits: number, digitsToRemove: number, prefixWith: string): DialRule => ({
  beginsWith,
  numDigits,
  digitsToRemove,
  prefixWith,
})

/** The sample of the call manager express administrator's guide, with its double. */
const sample = [rule('+1', 12, 1, '9'), rule('', 7, 0, '9'), rule('+', 13, 1, '9011'), rule('+', 13, 1, '9011')]

describe('dial rules', () => {
  for (const [number, becomes, why] of [
    ['+13035551234', '913035551234', 'the + counts as one of the twelve'],
    ['5551234', '95551234', 'an empty beginning fits whatever the number begins with'],
    ['+441234567890', '9011441234567890', 'the first rule does not fit, the third does'],
    ['+1303555123', '+1303555123', 'no rule fits: the number stays as it is'],
    ['', '', 'an empty number fits nothing'],
  ] as const) {
    test(`${number || 'nothing'} becomes ${becomes || 'nothing'}: ${why}`, () => {
      assert.equal(rules(sample).apply(number), becomes)
    })
  }

  test('of two that fit the first is applied, and none after it', () => {
    const set = rules([rule('9', 0, 1, ''), rule('', 0, 0, '9'), rule('9', 4, 2, '')])
    assert.deepEqual([set.apply('9123'), set.apply('8123')], ['123', '98123'])
  })

  test('a rule for any length fits any but nothing', () => {
    const set = rules([rule('', 0, 0, '1')])
    assert.deepEqual([set.apply('2'), set.apply('')], ['12', ''])
  })

  test('more taken off than there is leaves what is put in front', () => {
    assert.equal(rules([rule('', 2, 5, '77')]).apply('12'), '77')
  })

  test('the index finds what going through the list finds', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '1', '2', '+', '*', '#'), maxLength: 6 })
    const any = fc.record({
      beginsWith: digits,
      numDigits: fc.integer({ min: 0, max: 7 }),
      digitsToRemove: fc.integer({ min: 0, max: 8 }),
      prefixWith: digits,
    })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), fc.array(digits, { maxLength: 20 }), (list, numbers) => {
        const set = rules(list)
        for (const number of numbers) {
          const plain = list.findIndex(
            ({ beginsWith, numDigits }) =>
              number.length > 0 && (numDigits === 0 || number.length === numDigits) && number.startsWith(beginsWith),
          )
          assert.equal(set.find(number), plain)
          const explained = explain(set, number)
          assert.equal(explained.filter(({ matched }) => matched).length, plain < 0 ? 0 : 1)
          assert.deepEqual(explained.at(-1)?.matched ?? false, plain >= 0)
        }
      }),
    )
  })

  test('what a person types is seen without its punctuation; a + at the front stays', () => {
    assert.equal(asRulesSee('+1 (303) 555-12.34'), '+13035551234')
  })

  test('an explanation says of each rule before the one that fits why it did not', () => {
    const [first, second, third] = explain(rules(sample), '+441234567890')
    assert.deepEqual([first?.matched, second?.matched, third?.matched], [false, false, true])
    assert.match(first?.why ?? '', /does not begin with \+1/)
    assert.match(second?.why ?? '', /13 digits, not 7/)
    assert.match(third?.why ?? '', /begins with \+.*13 digits.*\+ is taken off.*9011 is put/)
  })

  test('of fifty thousand rules an explanation tells a hundred at most, and those that came near', () => {
    const many = Array.from({ length: 50_000 }, (_, n) => rule(`7${n}`, 20, 0, '9'))
    const explained = explain(rules([...many, rule('7', 4, 1, '')]), '7123')
    assert.ok(explained.length <= 100)
    assert.equal(explained.at(-1)?.matched, true)
    assert.ok(explained.slice(0, -1).every((each) => '7123'.startsWith(each.rule.beginsWith)))
  })
})

/** Nanoseconds of one act: the median of many. */
function medianNs(times: number, act: (n: number) => void): number {
  const took = Array.from({ length: times }, (_, n) => {
    const begun = process.hrtime.bigint()
    act(n)
    return Number(process.hrtime.bigint() - begun)
  })
  return took.sort((a, b) => a - b)[times >> 1] as number
}

test('among fifty thousand rules a look-up takes less than 10 µs, and less than a twentieth of going through the list', () => {
  const list = Array.from({ length: 50_000 }, (_, n) => rule(String(1_000_000 + n * 17), 7 + (n % 9), n % 3, '9'))
  const numbers = Array.from({ length: 1000 }, (_, n) =>
    `${String(1_000_000 + ((n * 7919) % 50_000) * 17)}0000`.slice(0, 7 + (n % 9)),
  )
  const set = rules(list)
  const scan = (number: string): number =>
    list.findIndex(
      ({ beginsWith, numDigits }) => (numDigits === 0 || numDigits === number.length) && number.startsWith(beginsWith),
    )
  for (const number of numbers.slice(0, 50)) assert.equal(set.find(number), scan(number))
  const [indexed, scanned] = [
    medianNs(5000, (n) => set.apply(numbers[n % numbers.length] as string)),
    medianNs(99, (n) => scan(numbers[n] as string)),
  ]
  assert.ok(indexed < 10_000, `${indexed} ns`)
  assert.ok(indexed < scanned / 20, `${indexed} ns, ${scanned} ns through the list`)
})

describe('a check of dial rules', () => {
  const found = (list: readonly DialRule[]): string[] => check(list).map(({ is, at }) => `${at} ${is}`)

  test('finds the double in the published sample, and nothing else', () => {
    assert.deepEqual(found(sample), ['4 duplicate'])
  })

  test('finds rules of which an earlier one takes all', () => {
    assert.deepEqual(found([rule('', 0, 0, '1'), rule('9', 4, 1, '')]), ['2 shadowed'])
    assert.deepEqual(found([rule('9', 4, 1, ''), rule('91', 4, 2, '')]), ['2 shadowed'])
    assert.deepEqual(found([rule('91', 4, 2, ''), rule('9', 4, 1, ''), rule('9', 0, 1, ''), rule('9', 5, 1, '')]), [
      '4 shadowed',
    ])
  })

  test('finds what the call manager would not have taken', () => {
    assert.deepEqual(
      found([rule('12345', 3, 0, '9'), rule('', 2, 3, '9'), rule('1a', 4, 0, '9'), rule('1', 5, 0, '')]),
      ['1 impossible', '2 impossible', '3 impossible', '4 impossible'],
    )
  })

  test('what is shadowed is never found by a look-up', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '1'), maxLength: 3 })
    const any = fc.record({
      beginsWith: digits,
      numDigits: fc.integer({ min: 0, max: 4 }),
      digitsToRemove: fc.integer({ min: 0, max: 2 }),
      prefixWith: digits,
    })
    const numbers = fc.array(fc.string({ unit: fc.constantFrom('0', '1'), minLength: 1, maxLength: 5 }))
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), numbers, (list, dialled) => {
        const never = new Set(
          check(list)
            .filter(({ is }) => is !== 'impossible')
            .map(({ at }) => at - 1),
        )
        for (const number of dialled) assert.ok(!never.has(rules(list).find(number)))
      }),
    )
  })
})
