// Filters (RFC 4515). What a person typed becomes a value in them, whatever it holds.
import { ParleyError, type Settings } from '@openparley/contract'
import { type Filter, FilterParser } from 'ldapts'
import { type Attributes, numberKeys } from './attributes.ts'

/** As a value in a filter's text: what is syntax there is written as its bytes (RFC 4515 §3). */
export function literal(text: string): string {
  // Half a character of two is none in UTF-8.
  return text.toWellFormed().replace(/[\0()*\\]/g, (one) => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

export interface FilterOptions {
  readonly settings: Settings
  readonly attributes: Attributes
  readonly isActiveDirectory: boolean
}

/** Whether it can be typed at all: servers take a NUL for the end of a text, and what follows for nothing. */
function isTypable(text: string): boolean {
  return !/(?![\t\r\n])\p{Cc}/u.test(text)
}

/** Who is meant by what was typed; undefined: nobody can be. */
export function searchFilter(text: string, options: FilterOptions): Filter | undefined {
  if (!isTypable(text)) return undefined
  const { settings } = options
  const own = settings['directory.searchFilter']
  const words = text.split(/[ \t\r\n]+/).filter((word) => word !== '')
  const whole = words.join(' ')
  if (own?.includes('%s'))
    return narrowed(whole === '' ? undefined : parenthesised(own).replaceAll('%s', () => literal(whole)), options)
  return narrowed(
    and(
      own === undefined ? undefined : parenthesised(own),
      whole === '' ? undefined : typed(whole, words, options) || nobody,
    ),
    options,
  )
}

function typed(
  whole: string,
  words: readonly string[],
  { settings, attributes, isActiveDirectory }: FilterOptions,
): string {
  const begins = settings['directory.wildcards'] === true ? '*' : ''
  const numbers = isNumber(whole) ? numberKeys.map(([key]) => part(attributes[key], `${begins}${literal(whole)}*`)) : []
  // To that kind of question an = before the text is syntax.
  const anr = whole.replace(/^=+/, '')
  if (settings['directory.useAnr'] ?? isActiveDirectory)
    return or(...numbers, anr === '' ? undefined : part('anr', literal(anr)))
  const names = [attributes.commonName, attributes.displayName]
  const others = [attributes.firstName, attributes.lastName, attributes.email, attributes.account]
  const each = words.map((word) => {
    const value = literal(word)
    const first = [...new Set([...names, ...others])].map((name) => part(name, `${begins}${value}*`))
    // The beginning of any other word of a name.
    const later = begins === '' ? names.map((name) => part(name, `* ${value}*`)) : []
    return or(...first, ...later)
  })
  return or(...numbers, and(...each))
}

export function numberFilter(forms: readonly string[], options: FilterOptions): Filter | undefined {
  const { settings, attributes } = options
  const isAny = settings['directory.secondaryNumbers'] ?? true
  const names = numberKeys.map(([key]) => attributes[key]).slice(0, isAny ? undefined : 1)
  const parts = forms
    .slice(0, mostForms)
    .flatMap((form) => (form === '' || !isTypable(form) ? [] : names.map((name) => part(name, literal(form)))))
  return parts.some((each) => each !== undefined) ? narrowed(or(...parts), options) : undefined
}

export function addressFilter(address: string, options: FilterOptions): Filter | undefined {
  if (!isTypable(address)) return undefined
  const { settings, attributes } = options
  const value = literal(address)
  const [, name, domain] = /^([^@]+)@(.+)$/s.exec(address) ?? []
  const isOurs = domain !== undefined && domain.toLowerCase() === settings['presence.domain']?.toLowerCase()
  const parts = [
    part(attributes.uri, value),
    part(attributes.uri, `${literal(schemeIn(settings))}${value}`),
    part(attributes.email, value),
    isOurs && name !== undefined ? part(attributes.account, literal(name)) : undefined,
  ]
  return address === '' || parts.every((each) => each === undefined) ? undefined : narrowed(or(...parts), options)
}

export function accountFilter(account: string, options: FilterOptions): Filter {
  return narrowed(part(options.attributes.account, literal(account)), options)
}

/** Whoever is a person there. */
export function anybodyFilter(options: FilterOptions): Filter {
  return narrowed(undefined, options)
}

export function schemeIn(settings: Settings): string {
  return settings['directory.uriScheme'] ?? 'sip:'
}

function narrowed(filter: string | undefined, { settings, isActiveDirectory }: FilterOptions): Filter {
  const own = settings['directory.baseFilter']
  const usual = isActiveDirectory ? '(objectCategory=person)' : '(objectClass=person)'
  const base = own === undefined || own.trim() === '' ? usual : parenthesised(own)
  return parsed(and(base, filter))
}

function parsed(text: string): Filter {
  try {
    return FilterParser.parseString(ofCharacters(text))
  } catch (thrown) {
    throw new ParleyError(
      'setting-invalid',
      `directory.baseFilter, directory.searchFilter: ${(thrown as Error).message.slice(0, 200)}`,
    )
  }
}

/** The library takes each escaped byte for a character of its own: what is not ASCII is given to it as it is read. */
function ofCharacters(text: string): string {
  return text.replace(/(?:\\[89a-f][\da-f])+/gi, (bytes) => Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString())
}

/** Of settings. The library takes one that has not ended for whole, and what follows it for its own. */
function parenthesised(filter: string): string {
  const whole = filter.trim().startsWith('(') ? filter.trim() : `(${filter.trim()})`
  let depth = 0
  const isWhole = whole.split('').every((each, at) => {
    depth += each === '(' ? 1 : each === ')' ? -1 : 0
    return at === whole.length - 1 ? depth === 0 : depth > 0
  })
  if (!isWhole)
    throw new ParleyError('setting-invalid', `directory.baseFilter, directory.searchFilter: ${filter.slice(0, 200)}`)
  return whole
}

/** `value` is a filter's text already: literal, but for its stars. */
function part(attribute: string | undefined, value: string): string | undefined {
  return attribute === undefined ? undefined : `(${attribute}=${value})`
}

function and(...of: readonly (string | undefined)[]): string {
  return joined('&', of)
}

function or(...of: readonly (string | undefined)[]): string {
  return joined('|', of)
}

function joined(sign: '&' | '|', of: readonly (string | undefined)[]): string {
  const parts = of.filter((each) => each !== undefined && each !== '')
  return parts.length > 1 ? `(${sign}${parts.join('')})` : (parts[0] ?? '')
}

function isNumber(text: string): boolean {
  return /^[+(]?\d[\d ()./-]*$/.test(text) && text.replace(/\D/g, '').length >= leastDigits
}

/** What holds of no entry (RFC 4526 has no shorter one that every server knows). */
const nobody = '(!(objectClass=*))'
const leastDigits = 3
const mostForms = 24
