// What is wrong with a set of rules: those that can never be applied, or that the call manager would not have taken.
import type { DialRule } from '@openparley/contract'

export interface Finding {
  readonly is: 'duplicate' | 'shadowed' | 'impossible'
  /** Which rule, counted from 1. */
  readonly at: number
  readonly rule: DialRule
  readonly why: string
}

export function check(list: readonly DialRule[]): Finding[] {
  const findings: Finding[] = []
  /** The first rule of a length and beginning. */
  const seen = new Map<string, number>()
  for (const [index, rule] of list.entries()) {
    const tell = (is: Finding['is'], why: string): void => void findings.push({ is, at: index + 1, rule, why })
    const wrong = impossible(rule)
    if (wrong !== undefined) tell('impossible', wrong)
    const earlier = covering(rule, seen)
    const other = earlier === undefined ? undefined : list[earlier]
    if (earlier !== undefined && other) {
      if (same(other, rule)) tell('duplicate', `It is rule ${earlier + 1} once more.`)
      else tell('shadowed', `Rule ${earlier + 1} takes every number that it would.`)
    }
    const key = keyOf(rule.numDigits, rule.beginsWith)
    if (!seen.has(key)) seen.set(key, index)
  }
  return findings
}

/** An earlier rule whose length and beginning take all that this one's would. */
function covering({ numDigits, beginsWith }: DialRule, seen: ReadonlyMap<string, number>): number | undefined {
  let first: number | undefined
  for (const length of numDigits === 0 ? [0] : [0, numDigits]) {
    for (let end = 0; end <= beginsWith.length; end++) {
      const at = seen.get(keyOf(length, beginsWith.slice(0, end)))
      if (at !== undefined && (first === undefined || at < first)) first = at
    }
  }
  return first
}

function impossible({ beginsWith, numDigits, digitsToRemove, prefixWith }: DialRule): string | undefined {
  for (const text of [beginsWith, prefixWith]) {
    if (!/^[\d+*#]*$/.test(text)) return `${text} holds more than digits, +, * and #.`
    if (text.length > 100) return 'It is longer than 100 characters.'
  }
  if (numDigits > 0 && numDigits < beginsWith.length)
    return `No number of ${numDigits} digits begins with ${beginsWith}.`
  if (numDigits > 0 && digitsToRemove > numDigits) return `${digitsToRemove} cannot be taken off ${numDigits} digits.`
  return digitsToRemove === 0 && prefixWith === '' ? 'It changes nothing.' : undefined
}

function same(a: DialRule, b: DialRule): boolean {
  return (
    a.beginsWith === b.beginsWith &&
    a.numDigits === b.numDigits &&
    a.digitsToRemove === b.digitsToRemove &&
    a.prefixWith === b.prefixWith
  )
}

function keyOf(numDigits: number, beginsWith: string): string {
  return `${numDigits} ${beginsWith}`
}
