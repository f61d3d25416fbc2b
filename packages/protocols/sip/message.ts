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
  #fields: HeaderField[]
  #keys: string[]

  constructor(fields: Iterable<HeaderField> = []) {
    this.#fields = [...fields]
    this.#keys = this.#fields.map((field) => headerKey(field.name))
  }

  [Symbol.iterator](): Iterator<HeaderField> {
    return this.#fields[Symbol.iterator]()
  }

  /** The first row's value. */
  get(name: string): string | undefined {
    const at = this.#keys.indexOf(headerKey(name))
    return at < 0 ? undefined : this.#fields[at]?.value
  }

  /** The value of each row of that name, in order; rows are not split at commas. */
  all(name: string): string[] {
    const key = headerKey(name)
    const values: string[] = []
    for (let i = 0; i < this.#keys.length; i++) {
      if (this.#keys[i] === key) values.push((this.#fields[i] as HeaderField).value)
    }
    return values
  }

  has(name: string): boolean {
    return this.#keys.includes(headerKey(name))
  }

  /** Replaces every row of that name by one, at the place of the first, or at the end. */
  set(name: string, value: string): this {
    const key = headerKey(name)
    const at = this.#keys.indexOf(key)
    if (at < 0) return this.append(name, value)
    this.#fields[at] = { name, value }
    for (let i = this.#keys.length - 1; i > at; i--) if (this.#keys[i] === key) this.#cut(i)
    return this
  }

  append(name: string, value: string): this {
    this.#fields.push({ name, value })
    this.#keys.push(headerKey(name))
    return this
  }

  /** Adds a row before all rows of that name (a Via, a Record-Route), or at the top. */
  prepend(name: string, value: string): this {
    const key = headerKey(name)
    const at = Math.max(this.#keys.indexOf(key), 0)
    this.#fields.splice(at, 0, { name, value })
    this.#keys.splice(at, 0, key)
    return this
  }

  remove(name: string): this {
    const key = headerKey(name)
    for (let i = this.#keys.length - 1; i >= 0; i--) if (this.#keys[i] === key) this.#cut(i)
    return this
  }

  clone(): Headers {
    return new Headers(this.#fields)
  }

  #cut(at: number): void {
    this.#fields.splice(at, 1)
    this.#keys.splice(at, 1)
  }
}

/** The canonical lower-case long name of a header field. */
export function headerKey(name: string): string {
  const lower = name.toLowerCase()
  return lower.length === 1 ? (compact[lower] ?? lower) : lower
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
