// Messages of the Asterisk Manager Interface: a line for each field, an empty line at the end. The server's first line, its greeting, stands alone.

export interface AmiField {
  /** Empty: a line that is no field, as old servers write the output of commands. */
  readonly name: string
  readonly value: string
}

/** Names may repeat, and are told apart without case. */
export type AmiMessage = readonly AmiField[]

/** What can not be read on from. */
export interface AmiFault {
  readonly fault: string
}

const mostMessageBytes = 262_144
const mostFields = 4096
const greeted = /^[\w ]*Call Manager\/([\d.]+)/

/** The first of that name; undefined where there is none. */
export function fieldOf(message: AmiMessage, name: string): string | undefined {
  const wanted = name.toLowerCase()
  return message.find((field) => field.name.toLowerCase() === wanted)?.value
}

/** Throws a RangeError where a line would become two. */
export function writeAmi(message: AmiMessage): Uint8Array {
  const lines = message.map(({ name, value }) => {
    const line = name === '' ? value : `${name}: ${value}`
    if (/[\r\n]/.test(line) || line === '' || /[:\s]/.test(name)) throw new RangeError(`no field: ${name}`)
    return `${line}\r\n`
  })
  return new TextEncoder().encode(`${lines.join('')}\r\n`)
}

export function messageOf(fields: Readonly<Record<string, string | undefined>>): AmiMessage {
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
}

/** Messages out of a stream of bytes. After a fault nothing more is read. */
export class AmiReader {
  #held = new Uint8Array(0)
  #fields: AmiField[] = []
  #bytes = 0
  #over = false
  #greeting: string | undefined
  readonly #isGreeted: boolean

  /** `greeted`: whether the other side begins with its greeting, as servers do. */
  constructor({ greeted }: { readonly greeted: boolean }) {
    this.#isGreeted = greeted
  }

  /** The version that the greeting told. */
  get greeting(): string | undefined {
    return this.#greeting
  }

  push(bytes: Uint8Array): (AmiMessage | AmiFault)[] {
    const read: (AmiMessage | AmiFault)[] = []
    let rest = this.#over ? new Uint8Array(0) : joined(this.#held, bytes)
    while (!this.#over) {
      const end = rest.indexOf(0x0a)
      if (end < 0) break
      const line = text.decode(rest.subarray(0, rest[end - 1] === 0x0d ? end - 1 : end))
      rest = rest.subarray(end + 1)
      this.#bytes += end + 1
      const made = this.#take(line)
      if (made) read.push(made)
    }
    if (!this.#over && this.#bytes + rest.length > mostMessageBytes) read.push(this.#fail('a message without an end'))
    // A copy: what was given may be written over by who gave it.
    this.#held = this.#over ? new Uint8Array(0) : rest.slice()
    return read
  }

  #take(line: string): AmiMessage | AmiFault | undefined {
    if (this.#isGreeted && this.#greeting === undefined) {
      const version = greeted.exec(line)?.[1]
      if (version === undefined) return this.#fail('no greeting of a call manager')
      this.#greeting = version
      this.#bytes = 0
      return undefined
    }
    if (line !== '') {
      if (this.#bytes > mostMessageBytes || this.#fields.length >= mostFields)
        return this.#fail('a message without an end')
      this.#fields.push(fieldIn(line))
      return undefined
    }
    const message = this.#fields
    this.#fields = []
    this.#bytes = 0
    return message.length === 0 ? undefined : message
  }

  #fail(fault: string): AmiFault {
    this.#over = true
    this.#fields = []
    return { fault }
  }
}

function fieldIn(line: string): AmiField {
  const [, name, value] = /^([^\s:]+):[ \t]?(.*)$/s.exec(line) ?? []
  return name === undefined || value === undefined ? { name: '', value: line } : { name, value }
}

function joined(held: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (held.length === 0) return bytes
  const all = new Uint8Array(held.length + bytes.length)
  all.set(held)
  all.set(bytes, held.length)
  return all
}

const text = new TextDecoder('utf-8')
