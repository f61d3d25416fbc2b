// One person of several sources stands once.
import type { DirectoryEntry } from '@openparley/contract'
import { digitsIn } from './numbers.ts'

/**
 * What several sources have, the best source first. Two are one person where they share the address for chat or a mail address, or have one name
 * and one number: a number alone may be a whole house’s. What the first lacks the others give; entries of one source stay apart.
 */
export function merged(bySource: readonly (readonly DirectoryEntry[])[]): DirectoryEntry[] {
  const all: DirectoryEntry[] = []
  const at = new Map<string, number>()
  for (const entries of bySource) {
    const before = all.length
    for (const entry of entries) {
      const keys = keysOf(entry)
      const known = keys.map((key) => at.get(key)).find((place) => place !== undefined && place < before)
      const place = known ?? all.length
      all[place] = known === undefined ? entry : joined(all[known] as DirectoryEntry, entry)
      for (const key of keys) if (!at.has(key)) at.set(key, place)
    }
  }
  return all
}

function joined(first: DirectoryEntry, second: DirectoryEntry): DirectoryEntry {
  const numbers = [...first.numbers]
  for (const each of second.numbers) if (!numbers.some((one) => numberKey(one) === numberKey(each))) numbers.push(each)
  const mail = [...first.mail, ...second.mail.filter((each) => !first.mail.some((one) => isAlike(one, each)))]
  return {
    ...second,
    ...first,
    mail: mail.slice(0, mostMail),
    numbers: numbers.slice(0, mostNumbers),
    // The picture is asked of the source that the id names.
    hasPhoto: first.hasPhoto,
  }
}

function keysOf({ address, mail, name, numbers }: DirectoryEntry): string[] {
  const named = name.toLowerCase()
  return [
    ...[...(address === undefined ? [] : [address]), ...mail].map((each) => `@${each.toLowerCase()}`),
    ...numbers.map((each) => `#${numberKey(each)} ${named}`),
  ]
}

function numberKey({ number, e164 }: DirectoryEntry['numbers'][number]): string {
  return e164 ?? digitsIn(number)
}

function isAlike(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

const mostMail = 16
const mostNumbers = 32
