// Filters of searches (RFC 4511 §4.5.1.7): read from their bytes, told as text (RFC 4515), and held against an entry.
import { type Element, readElements } from './ber.ts'
import { type Entry, plain, valuesOf } from './tree.ts'

export type Filter =
  | { readonly is: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly is: 'not'; readonly of: Filter }
  | { readonly is: 'equal' | 'least' | 'most' | 'like'; readonly attribute: string; readonly value: string }
  | { readonly is: 'present'; readonly attribute: string }
  | {
      readonly is: 'parts'
      readonly attribute: string
      readonly initial: string | undefined
      readonly any: readonly string[]
      readonly final: string | undefined
    }

/** Undefined where it is none that is known here. */
export function readFilter({ tag, bytes }: Element, depth = 0): Filter | undefined {
  if (depth > deepest) return undefined
  if (tag === 0x87) return { is: 'present', attribute: bytes.toString() }
  const parts = readElements(bytes)
  if (!parts) return undefined
  const [first, second] = parts
  if (tag === 0xa0 || tag === 0xa1) {
    const of = parts.map((part) => readFilter(part, depth + 1))
    if (!of.every((each) => each !== undefined)) return undefined
    return { is: tag === 0xa0 ? 'and' : 'or', of }
  }
  if (tag === 0xa2) {
    const of = first && readFilter(first, depth + 1)
    return of && { is: 'not', of }
  }
  if (!first || !second) return undefined
  const attribute = first.bytes.toString()
  if (tag === 0xa4) return readParts(attribute, second)
  const is = comparisons[tag]
  return is && { is, attribute, value: second.bytes.toString() }
}

function readParts(attribute: string, { bytes }: Element): Filter | undefined {
  const parts = readElements(bytes)
  if (!parts || parts.length === 0) return undefined
  const of = (tag: number): string[] => parts.filter((part) => part.tag === tag).map((part) => part.bytes.toString())
  return { is: 'parts', attribute, initial: of(0x80)[0], any: of(0x81), final: of(0x82)[0] }
}

/** As it is written (RFC 4515): what a value holds is not to be taken for syntax. */
export function textOf(filter: Filter): string {
  switch (filter.is) {
    case 'and':
    case 'or':
      return `(${filter.is === 'and' ? '&' : '|'}${filter.of.map(textOf).join('')})`
    case 'not':
      return `(!${textOf(filter.of)})`
    case 'present':
      return `(${filter.attribute}=*)`
    case 'parts':
      return `(${filter.attribute}=${[filter.initial ?? '', ...filter.any, filter.final ?? ''].map(escaped).join('*')})`
    default:
      return `(${filter.attribute}${signs[filter.is]}${escaped(filter.value)})`
  }
}

export function holds(filter: Filter, entry: Entry): boolean {
  switch (filter.is) {
    case 'and':
      return filter.of.every((each) => holds(each, entry))
    case 'or':
      return filter.of.some((each) => holds(each, entry))
    case 'not':
      return !holds(filter.of, entry)
    case 'present':
      return valuesOf(entry, filter.attribute).length > 0
    case 'parts': {
      const { attribute, initial = '', any, final = '' } = filter
      const like = new RegExp(
        `^${[initial, ...any, final].map((part) => literal(plain(attribute, part))).join('.*')}$`,
        's',
      )
      return values(entry, attribute).some((value) => like.test(value))
    }
    default: {
      const { attribute, value } = filter
      const wanted = plain(attribute, value)
      if (attribute.toLowerCase() === 'anr') return isAnr(entry, wanted)
      return values(entry, attribute).some((each) =>
        filter.is === 'least' ? each >= wanted : filter.is === 'most' ? each <= wanted : each === wanted,
      )
    }
  }
}

/** Ambiguous name resolution: the beginning of any name, or of the given and the family name, either first. */
function isAnr(entry: Entry, wanted: string): boolean {
  const begins = (attribute: string, by: string): boolean =>
    values(entry, attribute).some((value) => value.startsWith(by))
  if (wanted === '') return false
  if (ofAnr.some((attribute) => begins(attribute, wanted))) return true
  const space = wanted.indexOf(' ')
  if (space < 0) return false
  const [one, other] = [wanted.slice(0, space), wanted.slice(space + 1)]
  return (begins('givenName', one) && begins('sn', other)) || (begins('givenName', other) && begins('sn', one))
}

function values(entry: Entry, attribute: string): string[] {
  return valuesOf(entry, attribute).map((value) => plain(attribute, value.toString()))
}

function escaped(value: string): string {
  return value.replace(/[\0()*\\]/g, (one) => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

function literal(value: string): string {
  return value.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
}

const comparisons: Readonly<Record<number, 'equal' | 'least' | 'most' | 'like'>> = {
  0xa3: 'equal',
  0xa5: 'least',
  0xa6: 'most',
  0xa8: 'like',
}
const signs = { equal: '=', least: '>=', most: '<=', like: '~=' } as const
const ofAnr = [
  'displayName',
  'givenName',
  'sn',
  'cn',
  'name',
  'mail',
  'sAMAccountName',
  'physicalDeliveryOfficeName',
  'msRTCSIP-PrimaryUserAddress',
]
const deepest = 20
