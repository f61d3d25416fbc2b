// Address cards that are held here whole: found by parts of names, by number and by address, among a hundred thousand in a moment.
import type { DirectoryEntry } from '@openparley/contract'

/** An entry as its source has it, with its picture in base64. */
export type HeldCard = Omit<DirectoryEntry, 'source' | 'numbers'> & {
  readonly numbers: readonly { readonly number: string; readonly kind: 'work' | 'home' | 'mobile' | 'other' }[]
  readonly photo?: string
}

export interface HeldCards {
  readonly count: number
  /** False: there is no room for more. The same id takes the other’s place. */
  put(card: HeldCard): boolean
  remove(id: string): void
  /** Those that have all words, best first. */
  search(text: string, limit: number): HeldCard[]
  byNumber(forms: readonly string[]): HeldCard[]
  byAddress(address: string): HeldCard | undefined
  at(id: string): HeldCard | undefined
}

interface Row {
  readonly card: HeldCard
  /** Words that a search may meet, each after a blank; those of the name first. */
  readonly words: string
  /** So many characters of them are the name’s. */
  readonly nameEnds: number
}

export function heldCards(): HeldCards {
  const rows = new Map<string, Row>()
  /** By the last digits: people write the beginning of a number in many ways. */
  const byDigits = index(digitKeys)
  const byAddress = index(addressesOf)

  const forget = (id: string): void => {
    const row = rows.get(id)
    if (!row) return
    rows.delete(id)
    byDigits.remove(row.card)
    byAddress.remove(row.card)
  }
  return {
    get count() {
      return rows.size
    },
    put: (card) => {
      forget(card.id)
      if (rows.size >= most) return false
      rows.set(card.id, rowOf(card))
      byDigits.add(card)
      byAddress.add(card)
      return true
    },
    remove: forget,
    at: (id) => rows.get(id)?.card,
    byAddress: (address) => byAddress.at(address.toLowerCase()).values().next().value,
    byNumber: (forms) => {
      const found = new Set<HeldCard>()
      for (const form of forms) {
        const digits = isNumber(form) ? digitsIn(form) : ''
        for (const card of byDigits.at(digits.slice(-tail)))
          if (card.numbers.some(({ number }) => isSame(digitsIn(number), digits))) found.add(card)
        if (found.size >= mostFound) break
      }
      return [...found].slice(0, mostFound)
    },
    search: (text, limit) => {
      const words = wordsOf(text)
      const [first, ...others] = words
      if (first === undefined) return []
      const [whole, begins] = [` ${first} `, ` ${first}`]
      /** The name has that word; a word of the name begins so; another word does; it stands inside of one. */
      const grades: HeldCard[][] = [[], [], [], []]
      for (const row of rows.values()) {
        const at = row.words.indexOf(begins)
        const grade =
          at < 0
            ? row.words.includes(first)
              ? 3
              : -1
            : at >= row.nameEnds
              ? 2
              : row.words.startsWith(whole, at) || row.words.lastIndexOf(whole, row.nameEnds) >= 0
                ? 0
                : 1
        if (grade < 0 || !others.every((word) => row.words.includes(word))) continue
        const there = grades[grade] as HeldCard[]
        if (there.length < limit) there.push(row.card)
        else if (grade === 0) break
      }
      return grades.flat().slice(0, limit)
    },
  }
}

/** Cards by what `keysOf` says of them. */
function index(keysOf: (card: HeldCard) => readonly string[]) {
  const all = new Map<string, Set<HeldCard>>()
  return {
    at: (key: string): ReadonlySet<HeldCard> => all.get(key) ?? nobody,
    add: (card: HeldCard): void => {
      for (const key of keysOf(card)) {
        const there = all.get(key)
        if (there) there.add(card)
        else all.set(key, new Set([card]))
      }
    },
    remove: (card: HeldCard): void => {
      for (const key of keysOf(card)) {
        const there = all.get(key)
        if (there?.delete(card) && there.size === 0) all.delete(key)
      }
    },
  }
}

const nobody: ReadonlySet<HeldCard> = new Set()

function rowOf(card: HeldCard): Row {
  const name = ` ${wordsOf([card.name, card.given, card.family].join(' ')).join(' ')} `
  const further = [card.organisation, card.department, card.title, card.location, card.user, card.address, ...card.mail]
  const numbers = card.numbers.map(({ number }) => digitsIn(number))
  // Joined and not added: a text of pieces would be put together by the first search, a hundred thousand of them at once.
  const words = [name, ...wordsOf(further.join(' ')), ...numbers, ''].join(' ')
  return { card, words, nameEnds: name.length }
}

/** Without case and marks; a number that is written in groups is one word. */
function wordsOf(text: string): string[] {
  const plain = /[\u0080-\uffff]/.test(text) ? folded(text) : text.toLowerCase()
  if (isNumber(plain)) return [digitsIn(plain)]
  return plain
    .split(/[\s,;()"]+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, mostWords)
}

function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[ßøæœłđð]/g, (char) => letters[char] ?? char)
}

const letters: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ð: 'd' }

function isNumber(text: string): boolean {
  return /^\+?[\d\s()./*#-]{3,64}$/.test(text) && /\d/.test(text)
}

function digitsIn(number: string): string {
  return number.replaceAll(/[^\d*#]/g, '')
}

/** The same digits; or one is the end of the other, and long enough to be a number of the same place. */
function isSame(a: string, b: string): boolean {
  if (a === b) return true
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  // A national prefix stands in one form and not in the other.
  return short.length >= tail && long.endsWith(short.replace(/^0+/, ''))
}

function digitKeys(card: HeldCard): string[] {
  return card.numbers.map(({ number }) => digitsIn(number).slice(-tail)).filter((key) => key !== '')
}

function addressesOf(card: HeldCard): string[] {
  return [card.address, ...card.mail].flatMap((each) => (each === undefined ? [] : each.toLowerCase()))
}

const tail = 7
const most = 200_000
const mostFound = 32
const mostWords = 32
