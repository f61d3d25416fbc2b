// A look-up among fifty thousand dial rules: by the index, and by going through the list as the original did.
import type { DialRule } from '../packages/contract/index.ts'
import { type Rules, rules } from '../packages/core/services/dial-rules/index.ts'

export interface LookUps {
  /** Microseconds a look-up. */
  readonly indexUs: number
  readonly listUs: number
  readonly buildMs: number
}

export function lookUps(count: number): LookUps {
  const list = Array.from({ length: count }, (_, n): DialRule => {
    const digits = String((n * 7919) % 10_000_019)
    return { beginsWith: digits, numDigits: digits.length + (n % 5), digitsToRemove: 1, prefixWith: '9' }
  })
  const begun = performance.now()
  const set = rules(list)
  const buildMs = Math.round(performance.now() - begun)
  const numbers = Array.from({ length: 10_000 }, (_, n) => `${list[(n * 31) % count]?.beginsWith}${'5'.repeat(n % 6)}`)
  const indexUs = timed(numbers, (number) => set.find(number))
  const listUs = timed(numbers.slice(0, 300), (number) => inList(set, number))
  return { indexUs, listUs, buildMs }
}

function inList({ list }: Rules, number: string): number {
  return list.findIndex(
    ({ beginsWith, numDigits }) => (numDigits === 0 || number.length === numDigits) && number.startsWith(beginsWith),
  )
}

function timed(numbers: readonly string[], find: (number: string) => number): number {
  for (const number of numbers) find(number)
  const begun = performance.now()
  let sum = 0
  for (const number of numbers) sum += find(number)
  const took = performance.now() - begun
  if (Number.isNaN(sum)) throw new Error('nothing was found')
  return Math.round((took / numbers.length) * 1e6) / 1000
}
