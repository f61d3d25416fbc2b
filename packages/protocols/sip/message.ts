// A SIP message as data, RFC 3261 §7. Header fields keep their order, their spelling and whatever we do not know.

export interface SipRequest {
  readonly kind: 'request'
  method: string
  /** The Request-URI as it was or will be written. */
  uri: string
  headers: Headers
  body: Uint8Array
}

export interface SipResponse {
  readonly kind: 'response'
  /** 100–699. */
  status: number
  reason: string
  headers: Headers
  body: Uint8Array
}

export type SipMessage = SipRequest | SipResponse

/** One header field row: the name as written and the value unfolded and trimmed. */
export interface HeaderField {
  readonly name: string
  readonly value: string
}

/** Ordered header fields. Names match without regard to case, and a compact form is its long form (RFC 3261 §7.3.3). */
export class Headers implements Iterable<HeaderField> {
  #names: string[] = []
  #values: string[] = []
  #keys: string[] = []
  /** What rows were read as, by whom: a header is asked for by every layer, and read once. */
  #read: { readonly by: (value: string) => unknown; readonly as: unknown }[] = []

  constructor(fields: Iterable<HeaderField> = []) {
    for (const { name, value } of fields) this.append(name, value)
  }

  get size(): number {
    return this.#names.length
  }

  *[Symbol.iterator](): Iterator<HeaderField> {
    for (let i = 0; i < this.#names.length; i++)
      yield { name: this.#names[i] as string, value: this.#values[i] as string }
  }

  /** The first row's value. */
  get(name: string): string | undefined {
    const at = this.#keys.indexOf(headerKey(name))
    return at < 0 ? undefined : this.#values[at]
  }

  /** The first row as `parse` reads it; kept until the row changes. */
  read<T>(name: string, parse: (value: string) => T): T | undefined {
    const at = this.#keys.indexOf(headerKey(name))
    if (at < 0) return undefined
    const known = this.#read[at]
    if (known?.by === parse) return known.as as T
    const as = parse(this.#values[at] as string)
    while (this.#read.length < at) this.#read.push(unread)
    this.#read[at] = { by: parse, as }
    return as
  }

  /** The key of a name among these that more than one row bears. */
  repeated(among: ReadonlySet<string>): string | undefined {
    const keys = this.#keys
    for (let i = 1; i < keys.length; i++) {
      const key = keys[i] as string
      if (keys.indexOf(key) < i && among.has(key)) return key
    }
    return undefined
  }

  /** The value of each row of that name, in order; rows are not split at commas. */
  all(name: string): string[] {
    const key = headerKey(name)
    const values: string[] = []
    for (let i = 0; i < this.#keys.length; i++) if (this.#keys[i] === key) values.push(this.#values[i] as string)
    return values
  }

  has(name: string): boolean {
    return this.#keys.includes(headerKey(name))
  }

  /** How many rows bear the name. */
  count(name: string): number {
    const key = headerKey(name)
    let count = 0
    for (const each of this.#keys) if (each === key) count++
    return count
  }

  /** Replaces every row of that name by one, at the place of the first, or at the end. */
  set(name: string, value: string): this {
    const key = headerKey(name)
    const at = this.#keys.indexOf(key)
    if (at < 0) return this.append(name, value)
    this.#names[at] = name
    this.#values[at] = value
    if (at < this.#read.length) this.#read[at] = unread
    for (let i = this.#keys.length - 1; i > at; i--) if (this.#keys[i] === key) this.#cut(i)
    return this
  }

  append(name: string, value: string, key: string = headerKey(name)): this {
    this.#names.push(name)
    this.#values.push(value)
    this.#keys.push(key)
    return this
  }

  /** Adds a row before all rows of that name (a Via, a Record-Route), or at the top. */
  prepend(name: string, value: string): this {
    const key = headerKey(name)
    const at = Math.max(this.#keys.indexOf(key), 0)
    this.#names.splice(at, 0, name)
    this.#values.splice(at, 0, value)
    this.#keys.splice(at, 0, key)
    this.#read.length = Math.min(this.#read.length, at)
    return this
  }

  remove(name: string): this {
    const key = headerKey(name)
    for (let i = this.#keys.length - 1; i >= 0; i--) if (this.#keys[i] === key) this.#cut(i)
    return this
  }

  clone(): Headers {
    const copy = new Headers()
    copy.#names = [...this.#names]
    copy.#values = [...this.#values]
    copy.#keys = [...this.#keys]
    copy.#read = [...this.#read]
    return copy
  }

  #cut(at: number): void {
    this.#names.splice(at, 1)
    this.#values.splice(at, 1)
    this.#keys.splice(at, 1)
    this.#read.length = Math.min(this.#read.length, at)
  }
}

const unread = { by: () => undefined, as: undefined }

/** The canonical lower-case long name of a header field. */
export function headerKey(name: string): string {
  return knownKey(name) ?? knownKey(name.toLowerCase()) ?? name.toLowerCase()
}

/** The same, where the name is one of the usual in a usual spelling. */
export function knownKey(name: string): string | undefined {
  return keys.get(name)
}

/** Compact forms: RFC 3261 §7.3.3 and the registry of later RFCs. */
const compact: Record<string, string> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
}

/** The usual spellings, so that reading one costs a look-up and no new string. */
const usual = [
  'Accept',
  'Allow',
  'Allow-Events',
  'Authorization',
  'CSeq',
  'Call-ID',
  'Contact',
  'Content-Disposition',
  'Content-Length',
  'Content-Type',
  'Date',
  'Event',
  'Expires',
  'From',
  'Max-Forwards',
  'Min-Expires',
  'Min-SE',
  'P-Asserted-Identity',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Require',
  'RAck',
  'RSeq',
  'Reason',
  'Record-Route',
  'Refer-To',
  'Replaces',
  'Require',
  'Retry-After',
  'Route',
  'Server',
  'Session-Expires',
  'Subject',
  'Supported',
  'To',
  'Unsupported',
  'User-Agent',
  'Via',
  'WWW-Authenticate',
  'Warning',
]
const keys = new Map<string, string>()
for (const name of usual) {
  keys.set(name, name.toLowerCase())
  keys.set(name.toLowerCase(), name.toLowerCase())
}
for (const [short, long] of Object.entries(compact)) {
  keys.set(short, long)
  keys.set(short.toUpperCase(), long)
}
