// Who stands first among those who were found.
import type { DirectoryEntry } from '@openparley/contract'
import { digitsIn } from './numbers.ts'

/** What they are to the person: favourites before other contacts before strangers. */
export type Standing = 'favourite' | 'contact' | undefined

/**
 * Best first: whose number is just what was typed; whose name has each word; whose name’s words begin so; who has words that begin so; the rest.
 * Among equals favourites stand first, then contacts, then by name.
 */
export function ranked(
  entries: readonly DirectoryEntry[],
  text: string,
  standing: (entry: DirectoryEntry) => Standing,
): DirectoryEntry[] {
  const asked = askedIn(text)
  return entries
    .map((entry) => ({ entry, grade: gradeOf(entry, asked), near: nearness[standing(entry) ?? 'stranger'] }))
    .toSorted((a, b) => a.grade - b.grade || a.near - b.near || compare(a.entry.name, b.entry.name))
    .map(({ entry }) => entry)
}

interface Asked {
  readonly words: readonly string[]
  /** Where a number was typed. */
  readonly digits: string | undefined
}

function askedIn(text: string): Asked {
  const digits = /^\+?[\d\s()./-]{3,}$/.test(text.trim()) ? digitsIn(text) : undefined
  return { words: wordsOf(text), digits }
}

function gradeOf(entry: DirectoryEntry, { words, digits }: Asked): number {
  if (digits !== undefined) {
    const all = entry.numbers.flatMap(({ number, e164 }) => [digitsIn(number), digitsIn(e164 ?? '')])
    return all.includes(digits) ? 0 : all.some((each) => each.startsWith(digits)) ? 3 : 4
  }
  const names = wordsOf([entry.name, entry.given, entry.family].join(' '))
  if (words.every((word) => names.includes(word))) return 1
  if (words.every((word) => names.some((name) => name.startsWith(word)))) return 2
  const further = wordsOf([entry.address, entry.user, entry.organisation, entry.department, ...entry.mail].join(' '))
  return words.every((word) => [...names, ...further].some((each) => each.startsWith(word))) ? 3 : 4
}

function wordsOf(text: string): string[] {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[\s,;()"]+/)
    .filter((word) => word !== '')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const nearness = { favourite: 0, contact: 1, stranger: 2 } as const
