// One long document read as it comes (RFC 6120 §4): its root's start, each element below it whole, its end. Strict and bounded.
import { SaxesParser } from 'saxes'
import { escapeXml, type XmlElement } from './xml.ts'

export interface XmlStreamLimits {
  /** Characters of one element; 262,144 unless said. */
  readonly mostCharacters?: number
  /** Elements within one another below the root; 64 unless said. */
  readonly mostDepth?: number
}

export type XmlStreamEvent =
  | { readonly is: 'open'; readonly root: XmlElement }
  | { readonly is: 'element'; readonly element: XmlElement }
  | { readonly is: 'close' }
  | { readonly is: 'fault'; readonly cause: XmlStreamCause; readonly detail: string }

export type XmlStreamCause = 'not-well-formed' | 'restricted' | 'too-large' | 'too-deep'

interface Growing extends XmlElement {
  readonly content: (XmlElement | string)[]
}

/** After a fault or the end nothing more is read. */
export class XmlStreamReader {
  readonly #parser = new SaxesParser({ xmlns: true, position: true })
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  readonly #most: number
  readonly #open: Growing[] = []
  /** Where the element that is being read began. */
  #base = 0
  #events: XmlStreamEvent[] = []
  #over = false

  constructor({ mostCharacters = 262_144, mostDepth = 64 }: XmlStreamLimits = {}) {
    this.#most = mostCharacters
    const parser = this.#parser
    const open = this.#open
    parser.on('error', ({ message }) => {
      const detail = message.replace(/^\d+:\d+: /, '')
      refuse(/entity/.test(detail) ? 'restricted' : 'not-well-formed', detail)
    })
    // RFC 6120 §11.1: what none of it may have.
    parser.on('doctype', () => refuse('restricted', 'a document type'))
    parser.on('comment', () => refuse('restricted', 'a comment'))
    parser.on('processinginstruction', () => refuse('restricted', 'a processing instruction'))
    parser.on('opentag', ({ name, local, uri, attributes }) => {
      if (open.length > mostDepth) refuse('too-deep', `more than ${mostDepth} elements within one another`)
      const values: Record<string, string> = Object.create(null)
      for (const [key, { value }] of Object.entries(attributes)) values[key] = value
      const element: Growing = { name, local, uri, attributes: values, content: [] }
      // The root keeps nothing: it grows as long as the stream lives.
      if (open.length > 1) open.at(-1)?.content.push(element)
      if (open.length === 0) {
        this.#base = parser.position
        this.#events.push({ is: 'open', root: element })
      }
      open.push(element)
    })
    parser.on('closetag', () => {
      const element = open.pop() as XmlElement
      if (open.length > 1) return
      this.#bound()
      this.#base = parser.position
      this.#events.push(open.length === 1 ? { is: 'element', element } : { is: 'close' })
    })
    const say = (piece: string): void => {
      if (open.length > 1) open.at(-1)?.content.push(piece)
      else if (piece.trim() !== '') refuse('not-well-formed', 'text between elements')
    }
    parser.on('text', say)
    parser.on('cdata', say)
  }

  push(bytes: Uint8Array): XmlStreamEvent[] {
    if (this.#over) return []
    this.#events = []
    try {
      this.#parser.write(this.#decoded(bytes))
      this.#bound()
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown
      this.#over = true
      // An element that is closed by another's name was told as if it were whole.
      if (/close tag/.test(thrown.message) && this.#events.at(-1)?.is === 'element') this.#events.pop()
      this.#events.push({ is: 'fault', cause: thrown.is, detail: thrown.message })
    }
    if (this.#events.at(-1)?.is === 'close') this.#over = true
    return this.#events
  }

  #decoded(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes, { stream: true })
    } catch {
      return refuse('not-well-formed', 'no UTF-8')
    }
  }

  #bound(): void {
    if (this.#parser.position - this.#base > this.#most) refuse('too-large', `more than ${this.#most} characters`)
  }
}

/**
 * For a stream: names are written without prefixes, each with its namespace where that is another than the outer one's. So an element that was read
 * may stand anywhere.
 */
export function writeXmlWithin(outer: string, { local, uri, attributes, content }: XmlElement): string {
  let head = `<${local}`
  if (uri !== outer) head += ` xmlns="${escapeXml(uri)}"`
  for (const [key, value] of Object.entries(attributes)) if (key !== 'xmlns') head += ` ${key}="${escapeXml(value)}"`
  if (content.length === 0) return `${head}/>`
  let inner = ''
  for (const each of content) inner += typeof each === 'string' ? escapeXml(each) : writeXmlWithin(uri, each)
  return `${head}>${inner}</${local}>`
}

/** Ends the reading at once. */
class Refused extends Error {
  readonly is: XmlStreamCause

  constructor(is: XmlStreamCause, detail: string) {
    super(detail)
    this.is = is
  }
}

function refuse(cause: XmlStreamCause, detail: string): never {
  throw new Refused(cause, detail)
}
