// A set of dial rules, applied as the original applied them: in order, the first that fits and no other, on the whole number.
import type { DialRule } from '@openparley/contract'

export interface Rules {
  readonly list: readonly DialRule[]
  /** The place of the first rule that fits; -1 where none does. */
  find(number: string): number
  /** What the rules make of a number; itself where none fits. */
  apply(number: string): string
}

export interface Explained {
  readonly rule: DialRule
  readonly matched: boolean
  readonly why: string
}

/**
 * Rules by their length and beginning, so that a look-up asks a few maps however many rules there are. Of several with the
 * same length and beginning only the first can ever fit.
 */
export function rules(list: readonly DialRule[]): Rules {
  /** For each length (0: any), for each length of a beginning: the first rule with it. */
  const byLength = new Map<number, Map<number, Map<string, number>>>()
  for (const [at, { numDigits, beginsWith }] of list.entries()) {
    const beginnings = getOr(byLength, numDigits, () => new Map<number, Map<string, number>>())
    const first = getOr(beginnings, beginsWith.length, () => new Map<string, number>())
    if (!first.has(beginsWith)) first.set(beginsWith, at)
  }
  const find = (number: string): number => {
    if (number === '') return -1
    let best = list.length
    for (const length of [0, number.length]) {
      const beginnings = byLength.get(length)
      if (!beginnings) continue
      for (const [long, first] of beginnings) {
        if (long > number.length) continue
        const at = first.get(number.slice(0, long))
        if (at !== undefined && at < best) best = at
      }
    }
    return best === list.length ? -1 : best
  }
  return {
    list,
    find,
    apply: (number) => {
      const rule = list[find(number)]
      return rule ? rule.prefixWith + number.slice(rule.digitsToRemove) : number
    },
  }
}

/** What a person typed as rules see it: without ( ) - . and spaces, a + at the front kept. */
export function asRulesSee(number: string): string {
  return number.replace(/[\s().-]/g, '')
}

/** The rules that came near, at most 99, and the one that fits; all of a set that is so small. */
export function explain({ list, find }: Rules, number: string): Explained[] {
  const fits = find(number)
  const tried = fits < 0 ? list : list.slice(0, fits)
  const missed = tried.map((rule) => ({ rule, matched: false, why: whyNot(rule, number) }))
  // Of many rules those that fit in one thing and fail in the other are what a person looks for.
  const near = missed.length < most ? missed : missed.filter(({ rule }) => isNear(rule, number)).slice(1 - most)
  const rule = list[fits]
  return rule ? [...near, { rule, matched: true, why: whyFits(rule, number) }] : near
}

function isNear({ numDigits, beginsWith }: DialRule, number: string): boolean {
  return (numDigits !== 0 && numDigits === number.length) || (beginsWith !== '' && number.startsWith(beginsWith))
}

function whyNot({ numDigits, beginsWith }: DialRule, number: string): string {
  if (!number.startsWith(beginsWith)) return `${number} does not begin with ${beginsWith}`
  return `${number} has ${number.length} digits, not ${numDigits}`
}

function whyFits({ numDigits, beginsWith, digitsToRemove, prefixWith }: DialRule, number: string): string {
  const begins = beginsWith === '' ? 'whatever it begins with' : `it begins with ${beginsWith}`
  const has = numDigits === 0 ? 'however long it is' : `it has ${numDigits} digits`
  const taken = number.slice(0, digitsToRemove)
  return `${begins}, ${has}: ${taken === '' ? 'nothing is' : `${taken} is`} taken off the front, ${prefixWith === '' ? 'nothing' : prefixWith} is put there`
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

const most = 100
