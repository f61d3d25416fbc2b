// What a client of IMAP sends, as commands (RFC 3501 §9): lines, literals between them, lists. Bytes in, commands out, however they are cut.

/** A word, a literal, or a list of them. `raw` is an atom: what is quoted is no command word. */
export type Token = string | Buffer | readonly Token[]

export interface Command {
  /** The line as it was, without its literals: what continues an AUTHENTICATE or an IDLE has no tag. */
  readonly line: string
  readonly tokens: readonly Token[]
}

export type Read = Command | { readonly is: 'literal-wanted' } | { readonly is: 'too-long' }

export class CommandReader {
  #held: Buffer = Buffer.alloc(0)
  #line = ''
  #stack: Token[][] = [[]]
  #literal = 0
  #isOver = false

  push(bytes: Uint8Array): Read[] {
    const read: Read[] = []
    if (this.#isOver) return read
    this.#held = Buffer.concat([this.#held, bytes])
    for (;;) {
      if (this.#literal > 0) {
        if (this.#held.length < this.#literal) return read
        this.#stack.at(-1)?.push(Buffer.from(this.#held.subarray(0, this.#literal)))
        this.#held = this.#held.subarray(this.#literal)
        this.#literal = 0
      }
      const end = this.#held.indexOf('\r\n')
      if (end < 0 && this.#held.length + this.#line.length <= mostLine) return read
      if (end < 0 || end + this.#line.length > mostLine) return this.#tooLong(read)
      const text = this.#held.subarray(0, end).toString('latin1')
      this.#held = this.#held.subarray(end + 2)
      const [marker, size = '', plus] = /\{(\d{1,10})(\+?)\}$/.exec(text) ?? []
      const words = marker === undefined ? text : text.slice(0, -marker.length)
      this.#line += words
      if (!this.#take(words)) return this.#tooLong(read)
      if (marker !== undefined) {
        this.#literal = Number(size)
        if (this.#literal > mostLiteral) return this.#tooLong(read)
        if (plus === '') read.push({ is: 'literal-wanted' })
        if (this.#literal === 0) this.#stack.at(-1)?.push(Buffer.alloc(0))
        continue
      }
      while (this.#stack.length > 1) this.#shut()
      read.push({ line: this.#line, tokens: this.#stack[0] ?? [] })
      this.#line = ''
      this.#stack = [[]]
    }
  }

  #tooLong(read: Read[]): Read[] {
    this.#isOver = true
    this.#held = Buffer.alloc(0)
    return [...read, { is: 'too-long' }]
  }

  #shut(): void {
    const list = this.#stack.pop()
    if (list) this.#stack.at(-1)?.push(list)
  }

  /** False: it is nested too deep. */
  #take(text: string): boolean {
    for (const [word] of text.matchAll(words)) {
      if (word === '(') {
        if (this.#stack.push([]) > mostDeep) return false
      } else if (word === ')') {
        if (this.#stack.length > 1) this.#shut()
      } else this.#stack.at(-1)?.push(word.startsWith('"') ? word.slice(1, -1).replace(/\\(["\\])/g, '$1') : word)
    }
    return true
  }
}

/** The token as text: an atom, a string, a literal. */
export function textOf(token: Token | undefined): string {
  return typeof token === 'string' ? token : Buffer.isBuffer(token) ? token.toString('utf8') : ''
}

export function listOf(token: Token | undefined): readonly Token[] {
  return Array.isArray(token) ? (token as readonly Token[]) : token === undefined ? [] : [token]
}

/** Quoted strings, brackets, and atoms that may hold what stands in square brackets: BODY.PEEK[HEADER.FIELDS (FROM)]<0.9>. */
const words = /"(?:[^"\\]|\\.)*"|[()]|(?:[^\s()"[]|\[[^\]]*\])+/g
const mostLine = 65_536
const mostLiteral = 10_000_000
const mostDeep = 20
