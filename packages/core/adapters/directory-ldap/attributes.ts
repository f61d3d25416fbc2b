// What an entry's attributes are called, and what of them becomes an entry of ours. What the original's successors say unless a setting does.
import type { Settings } from '@openparley/contract'
import type { Listed } from '../../services/directory/port.ts'

/** By our names; undefined: the directory has none. */
export type Attributes = Readonly<Record<AttributeKey, string | undefined>>

const keys = [
  'commonName',
  'displayName',
  'firstName',
  'lastName',
  'email',
  'uri',
  'photo',
  'businessPhone',
  'mobilePhone',
  'homePhone',
  'otherPhone',
  'title',
  'company',
  'department',
  'account',
  'city',
  'country',
] as const
type AttributeKey = (typeof keys)[number]

const ofActiveDirectory: Attributes = {
  commonName: 'cn',
  displayName: 'displayName',
  firstName: 'givenName',
  lastName: 'sn',
  email: 'mail',
  uri: 'msRTCSIP-PrimaryUserAddress',
  photo: 'thumbnailPhoto',
  businessPhone: 'telephoneNumber',
  mobilePhone: 'mobile',
  homePhone: 'homePhone',
  otherPhone: 'otherTelephone',
  title: 'title',
  company: 'company',
  department: 'department',
  account: 'sAMAccountName',
  city: 'l',
  country: 'co',
}

/** inetOrgPerson (RFC 2798). */
const ofOthers: Attributes = {
  ...ofActiveDirectory,
  uri: undefined,
  photo: 'jpegPhoto',
  otherPhone: undefined,
  company: 'o',
  department: 'departmentNumber',
  account: 'uid',
  country: undefined,
}

export function attributesIn(settings: Settings, isActiveDirectory: boolean): Attributes {
  const own = settings['directory.attributes'] ?? {}
  const usual = isActiveDirectory ? ofActiveDirectory : ofOthers
  // What is no attribute's name (RFC 4512 §2.5) would be syntax in a filter.
  const named = (key: AttributeKey): string | undefined => {
    const name = own[key] ?? usual[key]
    return name !== undefined && /^[a-z][\w-]*$/i.test(name) ? name : undefined
  }
  return Object.fromEntries(keys.map((key) => [key, named(key)])) as Attributes
}

/** An entry as the library gives it. */
export interface Raw {
  readonly dn: string
  readonly [attribute: string]: Buffer | Buffer[] | string[] | string
}

export interface ReadOptions {
  readonly attributes: Attributes
  /** What is taken off an address. */
  readonly scheme: string
  /** Whose address is name and domain where no attribute has it. */
  readonly domain: string | undefined
  readonly hasPhoto: boolean
}

/** Undefined: it has no name, or one of its own that is too long to be told. */
export function listed(raw: Raw, { attributes, scheme, domain, hasPhoto }: ReadOptions): Listed | undefined {
  if (Buffer.byteLength(raw.dn) > longestDn || raw.dn === '') return undefined
  const of = (key: AttributeKey): string | undefined => textsOf(raw, attributes[key])[0]
  const [given, family, user] = [of('firstName'), of('lastName'), of('account')]
  const whole = [given, family].filter((part) => part !== undefined).join(' ')
  const mail = textsOf(raw, attributes.email).slice(0, mostMails)
  const name = of('displayName') ?? of('commonName') ?? (whole === '' ? (user ?? mail[0]) : whole)
  if (name === undefined) return undefined
  const uri = of('uri')
  const own = uri?.toLowerCase().startsWith(scheme.toLowerCase()) ? uri.slice(scheme.length) : uri
  const address = own ?? (user !== undefined && domain !== undefined ? `${user}@${domain}` : undefined)
  const numbers = numberKeys.flatMap(([key, kind]) =>
    textsOf(raw, attributes[key]).map((number) => ({ number: number.slice(0, 256), kind })),
  )
  const location = [of('city'), of('country')].filter((part) => part !== undefined).join(', ')
  return {
    id: idOf(raw.dn),
    name,
    ...present({ given, family, title: of('title'), organisation: of('company'), department: of('department'), user }),
    ...(location === '' ? {} : { location }),
    mail,
    numbers: numbers.slice(0, mostNumbers),
    ...(address === undefined || address === '' ? {} : { address: address.toLowerCase() }),
    hasPhoto,
  }
}

function present<T extends Readonly<Record<string, string | undefined>>>(values: T): Partial<Record<keyof T, string>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Record<keyof T, string>
  >
}

/** Texts alone: what is no UTF-8 is no text. */
export function textsOf(raw: Raw, name: string | undefined): string[] {
  const value = name === undefined ? undefined : valueOf(raw, name)
  const all = value === undefined ? [] : Array.isArray(value) ? value : [value]
  return all.flatMap((each) => (typeof each === 'string' && each !== '' ? [each.slice(0, longest)] : []))
}

/** Whatever the case in which the server writes the attribute's name. */
export function valueOf(raw: Raw, name: string): Raw[string] | undefined {
  const key = Object.hasOwn(raw, name)
    ? name
    : Object.keys(raw).find((each) => each.toLowerCase() === name.toLowerCase())
  return key === undefined || key === 'dn' ? undefined : raw[key]
}

export function idOf(dn: string): string {
  return Buffer.from(dn).toString('base64url')
}

/** Undefined: no id of ours. */
export function dnOf(id: string): string | undefined {
  const dn = Buffer.from(id, 'base64url').toString()
  return dn !== '' && !dn.includes('\0') && idOf(dn) === id && dn.length <= longestDn ? dn : undefined
}

export const numberKeys: readonly (readonly [AttributeKey, Listed['numbers'][number]['kind']])[] = [
  ['businessPhone', 'work'],
  ['mobilePhone', 'mobile'],
  ['homePhone', 'home'],
  ['otherPhone', 'other'],
]

const longest = 1024
/** An id is a third longer, and its source stands before it. */
const longestDn = 2048
const mostMails = 16
const mostNumbers = 32
