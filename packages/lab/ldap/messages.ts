// Messages of LDAP (RFC 4511): what a client asks, and what it is answered.
import { type Element, element, integer, numberIn, readElements, text } from './ber.ts'
import { type Filter, readFilter } from './filter.ts'
import type { Entry } from './tree.ts'
import { valuesOf } from './tree.ts'

export type Request =
  | { readonly is: 'bind'; readonly dn: string; readonly password: string | undefined; readonly mechanism?: string }
  | ({ readonly is: 'search' } & SearchRequest)
  | { readonly is: 'extended'; readonly oid: string }
  | { readonly is: 'abandon'; readonly id: number }
  | { readonly is: 'unbind' }
  | { readonly is: 'other'; readonly tag: number }

export interface SearchRequest {
  readonly base: string
  readonly scope: number
  /** 0: no limit. */
  readonly sizeLimit: number
  readonly typesOnly: boolean
  /** Undefined: one that is not known here. */
  readonly filter: Filter | undefined
  readonly attributes: readonly string[]
  readonly page: { readonly size: number; readonly cookie: string } | undefined
}

export const result = {
  success: 0,
  protocolError: 2,
  sizeLimitExceeded: 4,
  authMethodNotSupported: 7,
  confidentialityRequired: 13,
  noSuchObject: 32,
  invalidCredentials: 49,
  insufficientAccess: 50,
  busy: 51,
  unwillingToPerform: 53,
} as const

export const oids = { startTls: '1.3.6.1.4.1.1466.20037', paged: '1.2.840.113556.1.4.319' } as const

/** Undefined where it is no message. `bytes` is what the outer sequence holds. */
export function readMessage(bytes: Buffer): { readonly id: number; readonly request: Request } | undefined {
  const [first, operation, controls] = readElements(bytes) ?? []
  if (!first || !operation || first.tag !== 0x02) return undefined
  const id = numberIn(first)
  const request = readRequest(operation, controls)
  return Number.isNaN(id) || !request ? undefined : { id, request }
}

function readRequest(operation: Element, controls: Element | undefined): Request | undefined {
  const { tag, bytes } = operation
  switch (tag) {
    case 0x60:
      return readBind(bytes)
    case 0x42:
      return { is: 'unbind' }
    case 0x50:
      return { is: 'abandon', id: numberIn(operation) }
    case 0x63:
      return readSearch(bytes, controls)
    case 0x77: {
      const [name] = readElements(bytes) ?? []
      return name && { is: 'extended', oid: name.bytes.toString() }
    }
    default:
      return { is: 'other', tag }
  }
}

function readBind(bytes: Buffer): Request | undefined {
  const [, name, proof] = readElements(bytes) ?? []
  if (!name || !proof) return undefined
  const dn = name.bytes.toString()
  if (proof.tag === 0x80) return { is: 'bind', dn, password: proof.bytes.toString() }
  const [mechanism] = readElements(proof.bytes) ?? []
  return { is: 'bind', dn, password: undefined, mechanism: mechanism?.bytes.toString() ?? '' }
}

function readSearch(bytes: Buffer, controls: Element | undefined): Request | undefined {
  const [base, scope, , sizeLimit, , typesOnly, filter, attributes] = readElements(bytes) ?? []
  if (!base || !scope || !sizeLimit || !typesOnly || !filter || !attributes) return undefined
  return {
    is: 'search',
    base: base.bytes.toString(),
    scope: numberIn(scope),
    sizeLimit: numberIn(sizeLimit),
    typesOnly: typesOnly.bytes[0] !== 0,
    filter: readFilter(filter),
    attributes: (readElements(attributes.bytes) ?? []).map((each) => each.bytes.toString()),
    page: controls && readPage(controls),
  }
}

function readPage({ bytes }: Element): SearchRequest['page'] {
  for (const control of readElements(bytes) ?? []) {
    const [oid, ...rest] = readElements(control.bytes) ?? []
    if (oid?.bytes.toString() !== oids.paged) continue
    const [value] = readElements(rest.at(-1)?.bytes ?? Buffer.alloc(0)) ?? []
    const [size, cookie] = (value && readElements(value.bytes)) ?? []
    if (size && cookie) return { size: numberIn(size), cookie: cookie.bytes.toString() }
  }
  return undefined
}

function message(id: number, ...parts: readonly Buffer[]): Buffer {
  return element(0x30, integer(id), ...parts)
}

export type Outcome = 'bind' | 'search' | 'extended'

/** `cookie`: where the next page begins; empty after the last. */
export function writeResult(id: number, to: Outcome, code: number, said = '', cookie?: string): Buffer {
  const tag = { bind: 0x61, search: 0x65, extended: 0x78 }[to]
  const done = element(tag, integer(code, 0x0a), text(''), text(said))
  if (cookie === undefined) return message(id, done)
  const value = text(element(0x30, integer(0), text(cookie)))
  return message(id, done, element(0xa0, element(0x30, text(oids.paged), value)))
}

export function writeEntry(id: number, entry: Entry, { attributes, typesOnly }: SearchRequest): Buffer {
  const all = [...entry.attributes.keys()]
  const asked = attributes.length === 0 || attributes.includes('*') ? all : attributes.filter((each) => each !== '1.1')
  const lists = asked.flatMap((name) => {
    const values = valuesOf(entry, name)
    if (values.length === 0) return []
    return [element(0x30, text(name), element(0x31, ...(typesOnly ? [] : values.map((value) => text(value)))))]
  })
  return message(id, element(0x64, text(entry.dn), element(0x30, ...lists)))
}

/** Somewhere else where more may be found (RFC 4511 §4.5.3). */
export function writeReference(id: number, uri: string): Buffer {
  return message(id, element(0x73, text(uri)))
}
