// Numbers as a directory may have them written, and as they are shown.
import type { CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js'

let library: typeof parsePhoneNumberFromString | undefined

/** Reads what knows the numbers of all countries, once: a tenth of what a core would read as it starts, and most have no directory. */
export async function countries(): Promise<void> {
  library ??= (await import('libphonenumber-js')).parsePhoneNumberFromString
}

/** Throws before `countries` has resolved once. */
function parsePhoneNumber(number: string, country?: CountryCode): ReturnType<typeof parsePhoneNumberFromString> {
  if (!library) throw new Error('numbers are read before it is known how')
  return library(number, country)
}

export interface Mask {
  /** What the number begins with, + and digits. */
  readonly prefix: string
  /** # stands for a digit. */
  readonly mask: string
}

export interface NumberRules {
  readonly country: string | undefined
  readonly masks: readonly Mask[]
}

/** As in directory.phoneNumberMasks: prefix|mask|prefix|mask. The longest prefix that fits counts, so they stand so. */
export function readMasks(text: string | undefined): Mask[] {
  const parts = (text ?? '').split('|')
  return Array.from({ length: Math.floor(parts.length / 2) }, (_, n) => ({
    prefix: (parts[2 * n] ?? '').replaceAll(/[^+\d]/g, ''),
    mask: parts[2 * n + 1] ?? '',
  })).toSorted((a, b) => b.prefix.length - a.prefix.length)
}

/** As it is dialled everywhere; undefined where that cannot be told. */
export function e164Of(number: string, country: string | undefined): string | undefined {
  const plain = number.trim()
  const isWhole = plain.startsWith('+')
  // What is longer is no number, and reading it takes its time.
  if ((!isWhole && country === undefined) || plain.length > longest) return undefined
  const read = parsePhoneNumber(plain, isWhole ? undefined : (country as CountryCode))
  // A number inside a house is a possible one of the country’s, and means something else.
  return read && (isWhole ? read.isPossible() : read.isValid()) ? read.number : undefined
}

/** As its mask writes it; itself where none fits. */
export function masked(number: string, e164: string | undefined, masks: readonly Mask[]): string {
  if (masks.length === 0) return number
  return maskedForm(e164 ?? compact(number), masks) ?? number
}

/** Forms in which a directory may have the number, the likeliest first: as the look-up rules have it, as it came, whole, as masks write it. */
export function formsOf(number: string, byRules: string, { country, masks }: NumberRules): string[] {
  const whole = e164Of(number, country) ?? e164Of(byRules, country)
  const national = whole && parsePhoneNumber(whole)
  const forms = [
    byRules,
    compact(number),
    number.trim(),
    whole,
    ...[whole, compact(byRules), compact(number)].map((each) => each && maskedForm(each, masks)),
    national && national.formatInternational(),
    national && national.formatNational(),
    whole?.slice(1),
    national && national.nationalNumber,
  ]
  return [...new Set(forms.filter((each) => each !== undefined && each !== ''))] as string[]
}

/** How surely somebody’s number is that one: 0: it is another; 1: its end is the same; 2: all digits are; 3: it is, wherever one dials it. */
export function sameness(theirs: string, forms: readonly string[], country: string | undefined): 0 | 1 | 2 | 3 {
  const [e164, digits] = [e164Of(theirs, country), digitsIn(theirs)]
  const wholes = new Set(forms.flatMap((form) => e164Of(form, country) ?? []))
  if (e164 !== undefined && wholes.size > 0) return wholes.has(e164) ? 3 : 0
  if (forms.some((form) => digitsIn(form) === digits)) return 2
  return forms.some((form) => isEnd(digitsIn(form), digits)) ? 1 : 0
}

function isEnd(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return short.length >= leastEnd && long.endsWith(short.replace(/^0+/, ''))
}

function maskedForm(number: string, masks: readonly Mask[]): string | undefined {
  const fits = masks.find(
    ({ prefix, mask }) => number.startsWith(prefix) && mask.split('#').length - 1 === digitsIn(number).length,
  )
  const digits = digitsIn(number)
  let at = 0
  return fits?.mask.replaceAll('#', () => digits[at++] ?? '')
}

export function digitsIn(number: string): string {
  return number.replaceAll(/\D/g, '')
}

/** As dial rules see it, too. */
function compact(number: string): string {
  return number.replaceAll(/[\s().-]/g, '')
}

const longest = 64
const leastEnd = 7
