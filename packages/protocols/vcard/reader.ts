// Cards out of a stream of bytes, however it is cut: a file of many is never held whole, and no part of it takes long.
import { CardBuilder, type Vcard } from './card.ts'
import { type Property, readProperty } from './property.ts'

type Decoder = InstanceType<typeof TextDecoder>

export type VcardRead = Vcard | 'unreadable'

/**
 * `push` returns the cards that the bytes complete; `end` what the last line still completes. A card that breaks off, is larger than a million
 * characters, or says nothing of anybody is `unreadable`, and what comes after it is read.
 */
export class VcardReader {
  /** Of a line that has not ended yet. */
  #rest = ''
  /** The logical line: physical ones that belong together. */
  #line = ''
  #card: CardBuilder | undefined
  #characters = 0
  #isTooLarge = false
  #isOld = false
  /** The last line was one of base64 of an old card, which ends at an empty one. */
  #isBase64 = false
  #isQuoted = false
  #decoder: Decoder | undefined
  #hasBegun = false
  #head: Uint8Array = nothing
  #found: VcardRead[] = []

  push(bytes: Uint8Array): VcardRead[] {
    const text = this.#textOf(bytes)
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = this.#rest + text.slice(from, end)
      this.#rest = ''
      this.#physical(line.endsWith('\r') ? line.slice(0, -1) : line)
      from = end + 1
    }
    if (this.#rest.length < longest) this.#rest += text.slice(from)
    else this.#isTooLarge = true
    const found = this.#found
    this.#found = []
    return found
  }

  end(): VcardRead[] {
    const found = this.push(nothing)
    this.#physical(this.#rest.replace(/\r$/, ''))
    this.#rest = ''
    this.#logical()
    if (this.#card) this.#found.push('unreadable')
    this.#card = undefined
    return [...found, ...this.#found.splice(0)]
  }

  /** Bytes as Latin-1 characters: each value has its own charset. A file in UTF-16 becomes UTF-8 first. */
  #textOf(bytes: Uint8Array): string {
    const all = this.#head.length > 0 ? Buffer.concat([this.#head, bytes]) : bytes
    this.#head = nothing
    if (!this.#hasBegun) {
      // What it is written in is told by its first two bytes.
      if (all.length < 2) {
        this.#head = all
        return ''
      }
      this.#hasBegun = true
      if (all[0] === 0xff && all[1] === 0xfe) this.#decoder = new TextDecoder('utf-16le')
      if (all[0] === 0xfe && all[1] === 0xff) this.#decoder = new TextDecoder('utf-16be')
    }
    const plain = this.#decoder ? Buffer.from(this.#decoder.decode(all, { stream: true })) : all
    return Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength).toString('latin1')
  }

  #physical(line: string): void {
    const first = line.charCodeAt(0)
    if (first === space || first === tab) {
      // Old cards fold where a blank is, and it stays; newer ones put one in (RFC 6350 §3.2).
      const folded = this.#isOld && !this.#isBase64 ? ` ${line.trimStart()}` : line.slice(1)
      return this.#append(folded)
    }
    if (this.#isQuoted && this.#line.endsWith('=')) {
      this.#line = this.#line.slice(0, -1)
      return this.#append(line)
    }
    if (this.#isBase64 && line !== '' && !line.includes(':')) return this.#append(line)
    this.#logical()
    this.#line = ''
    this.#append(line.startsWith(mark) ? line.slice(mark.length) : line)
    // Neither goes on in another line.
    if ((first | 0x20) <= e && /^(BEGIN|END):/i.test(this.#line)) return this.#logical()
    // Only a head that is whole says how the lines after it are to be read.
    const semicolon = line.indexOf(';')
    const head = semicolon < 0 ? '' : line.slice(semicolon, line.indexOf(':') + 1).toUpperCase()
    this.#isQuoted = head.includes('QUOTED-PRINTABLE')
    this.#isBase64 = head.includes('BASE64') || head.includes('ENCODING=B')
  }

  #append(text: string): void {
    this.#characters += text.length
    if (this.#characters > longest) this.#isTooLarge = true
    if (!this.#isTooLarge || (this.#line === '' && text.length < shortest)) this.#line += text
  }

  #logical(): void {
    const line = this.#line
    this.#line = ''
    if (line === '') return
    const property = readProperty(line)
    if (!property) return
    if (property.name === 'BEGIN') return this.#begin(property)
    if (property.name === 'END') return this.#end()
    if (property.name === 'VERSION') this.#isOld = property.raw.trim() === '2.1'
    if (!this.#isTooLarge) this.#card?.add(property)
  }

  #begin({ raw }: Property): void {
    if (raw.trim().toUpperCase() !== 'VCARD') return
    // A card inside a card, or one that never ended: what comes is a new one.
    if (this.#card) this.#found.push('unreadable')
    this.#card = new CardBuilder()
    this.#characters = 0
    this.#isTooLarge = false
    this.#isOld = false
  }

  #end(): void {
    const ended = this.#card
    this.#card = undefined
    if (ended) this.#found.push((this.#isTooLarge ? undefined : ended.card()) ?? 'unreadable')
    this.#isTooLarge = false
    this.#characters = 0
  }
}

const space = 0x20
const tab = 0x09
const e = 0x65
/** That a file is UTF-8, as some programs begin one. */
const mark = '\u00ef\u00bb\u00bf'
const nothing = new Uint8Array(0)
/** Of one card, its picture included. */
const longest = 1_000_000
/** What may be the end of a card that is too large. */
const shortest = 32
