// People as the call manager's UDS tells of them: those of the directory, searched as its documents say.
import { xml, type XmlElement } from '@openparley/protocols/common'
import { type Entry, valuesOf } from '../ldap/tree.ts'

export function usersElement(entries: readonly Entry[], asked: URLSearchParams): XmlElement {
  const found = entries.filter((entry) => isMeant(entry, asked))
  const start = Number(asked.get('start') ?? 0) || 0
  const max = Math.min(Number(asked.get('max') ?? searchLimit) || searchLimit, searchLimit)
  const page = found.slice(start, start + max)
  return xml(
    'users',
    {
      uri: 'https://cucm.lab.example:8443/cucm-uds/users',
      version: '10.0.0',
      start: String(start),
      requestedCount: String(max),
      returnedCount: String(page.length),
      totalCount: String(found.length),
    },
    page.map((entry) =>
      xml(
        'user',
        {},
        Object.entries(elements).map(([name, attribute]) => xml(name, {}, [textOf(entry, attribute)])),
      ),
    ),
  )
}

/** All that is asked must hold. */
function isMeant(entry: Entry, asked: URLSearchParams): boolean {
  for (const [name, value] of asked) {
    const test = tests[name]
    if (test && !test(entry, value)) return false
  }
  return true
}

const tests: Readonly<Record<string, (entry: Entry, value: string) => boolean>> = {
  name: isNamed,
  first: (entry, value) => begins(entry, 'givenName', value),
  last: (entry, value) => begins(entry, 'sn', value),
  number: (entry, value) =>
    ['telephoneNumber', 'homePhone', 'mobile'].some((each) => {
      const number = digits(textOf(entry, each))
      return number !== '' && number.startsWith(digits(value))
    }),
  username: (entry, value) => textOf(entry, 'uid') === value,
  email: (entry, value) => textOf(entry, 'mail') === value,
  uri: (entry, value) => uriOf(entry) === value,
}

/** One word begins a name or the mail address; of several some begin the one name and the rest the other. */
function isNamed(entry: Entry, value: string): boolean {
  const words = value.split(' ').slice(0, 3)
  if (words.length === 1) return ['givenName', 'sn', 'mail'].some((each) => begins(entry, each, value))
  const ways = words.map((_, n) => [words.slice(0, n).join(' '), words.slice(n).join(' ')] as const)
  return ways.some(
    ([one, other]) =>
      (begins(entry, 'givenName', one) && begins(entry, 'sn', other)) ||
      (begins(entry, 'sn', one) && begins(entry, 'givenName', other)),
  )
}

function begins(entry: Entry, attribute: string, value: string): boolean {
  return textOf(entry, attribute).toLowerCase().startsWith(value.toLowerCase())
}

function digits(number: string): string {
  return number.replace(/[\s()+-]/g, '')
}

function textOf(entry: Entry, attribute: string): string {
  return attribute === '' ? uriOf(entry) : (valuesOf(entry, attribute)[0]?.toString() ?? '')
}

function uriOf(entry: Entry): string {
  return textOf(entry, 'msRTCSIP-PrimaryUserAddress').replace(/^sip:/, '')
}

const elements: Readonly<Record<string, string>> = {
  id: 'entryUUID',
  userName: 'uid',
  firstName: 'givenName',
  lastName: 'sn',
  displayName: 'displayName',
  phoneNumber: 'telephoneNumber',
  homeNumber: 'homePhone',
  mobileNumber: 'mobile',
  email: 'mail',
  directoryUri: '',
  department: 'department',
  title: 'title',
}
const searchLimit = 64
