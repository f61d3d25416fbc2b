// What may reach the library: whole messages whose elements fill each other exactly (RFC 4511 §4.1.1, §5.1). The library's own reader loops
// for ever over an element that says it is longer than it is, and keeps what is no message until the end of days.

/** Where an element's content lies. */
interface Span {
  readonly tag: number
  readonly from: number
  readonly to: number
}

/** Undefined where none lies whole between the two. */
function spanAt(bytes: Buffer, at: number, end: number): Span | undefined {
  if (end - at < 2) return undefined
  const tag = bytes[at] as number
  const first = bytes[at + 1] as number
  const count = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || count > 4 || at + 2 + count > end) return undefined
  const length = count === 0 ? first : bytes.readUIntBE(at + 2, count)
  const from = at + 2 + count
  return from + length > end ? undefined : { tag, from, to: from + length }
}

function spansIn(bytes: Buffer, { from, to }: Pick<Span, 'from' | 'to'>): Span[] | undefined {
  const found: Span[] = []
  for (let at = from; at < to; ) {
    const span = spanAt(bytes, at, to)
    if (!span) return undefined
    found.push(span)
    at = span.to
  }
  return found
}

/** Of a message: whose answer it is, and what kind. */
export interface Shape {
  readonly id: number
  /** The tag of its operation. */
  readonly operation: number
}

/** Undefined: it is none that a server may send. */
export function shapeOf(message: Buffer): Shape | undefined {
  const whole = spanAt(message, 0, message.length)
  if (whole?.tag !== tags.sequence || whole.to !== message.length) return undefined
  const [id, operation, controls, ...rest] = spansIn(message, whole) ?? []
  if (id?.tag !== tags.integer || !operation || rest.length > 0 || !isSmall(id)) return undefined
  if (controls && !isControls(message, controls)) return undefined
  if (!isOperation(message, operation)) return undefined
  return { id: message.readUIntBE(id.from, id.to - id.from), operation: operation.tag }
}

function isOperation(bytes: Buffer, operation: Span): boolean {
  const parts = spansIn(bytes, operation)
  if (!parts) return false
  const [first, second, third] = parts
  if (operation.tag === operations.entry) {
    return first?.tag === tags.text && second?.tag === tags.sequence && parts.length === 2 && isList(bytes, second)
  }
  if (operation.tag === operations.reference) return parts.every(({ tag }) => tag === tags.text)
  if (operation.tag === operations.intermediate) return true
  const isResult = ends.includes(operation.tag)
  return (
    isResult &&
    first?.tag === tags.enumerated &&
    isSmall(first) &&
    second?.tag === tags.text &&
    third?.tag === tags.text
  )
}

/** Attributes: a name and a set of values each. */
function isList(bytes: Buffer, list: Span): boolean {
  return (spansIn(bytes, list) ?? [list]).every((each) => {
    const [name, values, ...rest] = (each.tag === tags.sequence && spansIn(bytes, each)) || []
    if (name?.tag !== tags.text || values?.tag !== tags.set || rest.length > 0) return false
    return spansIn(bytes, values)?.every(({ tag }) => tag === tags.text) === true
  })
}

function isControls(bytes: Buffer, controls: Span): boolean {
  if (controls.tag !== tags.controls) return false
  return (
    spansIn(bytes, controls)?.every((each) => {
      const [oid, ...rest] = (each.tag === tags.sequence && spansIn(bytes, each)) || []
      return oid?.tag === tags.text && rest.every(({ tag }) => tag === tags.boolean || tag === tags.text)
    }) === true
  )
}

function isSmall({ from, to }: Span): boolean {
  return to > from && to - from <= 4
}

export const operations = {
  bound: 0x61,
  entry: 0x64,
  done: 0x65,
  reference: 0x73,
  extended: 0x78,
  intermediate: 0x79,
} as const
/** Those after which nothing more comes for the same question. */
export const ends: readonly number[] = [operations.bound, operations.done, operations.extended]
const tags = {
  boolean: 0x01,
  integer: 0x02,
  text: 0x04,
  enumerated: 0x0a,
  sequence: 0x30,
  set: 0x31,
  controls: 0xa0,
} as const

/** Whole messages out of a stream: `push(bytes)`. */
export class Frames {
  #held: Buffer = Buffer.alloc(0)
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  /** garbled: no message can come of it. large: one that is longer than may be. */
  push(bytes: Buffer): Buffer[] | 'garbled' | 'large' {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
    const found: Buffer[] = []
    for (;;) {
      const end = this.#end()
      if (typeof end === 'string') return end
      if (end === undefined || end > this.#held.length) return found
      found.push(this.#held.subarray(0, end))
      this.#held = this.#held.subarray(end)
    }
  }

  /** Where the first message ends; undefined: that has not come yet. */
  #end(): number | undefined | 'garbled' | 'large' {
    const [tag, first] = this.#held
    if (tag !== undefined && tag !== tags.sequence) return 'garbled'
    if (first === undefined) return undefined
    const count = first < 0x80 ? 0 : first & 0x7f
    if (first === 0x80 || count > 4) return 'garbled'
    if (this.#held.length < 2 + count) return undefined
    const end = 2 + count + (count === 0 ? first : this.#held.readUIntBE(2, count))
    return end > this.#most ? 'large' : end
  }
}
