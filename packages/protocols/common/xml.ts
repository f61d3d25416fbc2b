// XML as these protocols need it (XML 1.0 with Namespaces): strict, a small tree, no document types, no entities of its own.
import { SaxesParser } from 'saxes'

export interface XmlElement {
  /** As written, with its prefix. */
  readonly name: string
  /** Without the prefix. */
  readonly local: string
  /** The namespace; empty where there is none. */
  readonly uri: string
  /** By their names as written. */
  readonly attributes: Readonly<Record<string, string>>
  /** Text and elements in order. */
  readonly content: readonly (XmlElement | string)[]
}

export interface XmlLimits {
  /** Characters of the document; 1,000,000 unless said. */
  readonly mostCharacters?: number
  /** Elements within one another; 64 unless said. */
  readonly mostDepth?: number
}

/** Not well-formed, too large, or with a document type: `at` is the line. */
export interface XmlFault {
  readonly fault: string
  readonly at: number
}

interface Growing extends XmlElement {
  readonly content: (XmlElement | string)[]
}

/** The document's root. Comments and processing instructions are dropped. */
export function readXml(
  text: string,
  { mostCharacters = 1_000_000, mostDepth = 64 }: XmlLimits = {},
): XmlElement | XmlFault {
  if (text.length > mostCharacters) return { fault: `larger than ${mostCharacters} characters`, at: 1 }
  const parser = new SaxesParser({ xmlns: true, position: true })
  const open: Growing[] = []
  let root: XmlElement | undefined
  const refuse = (why: string): never => {
    throw new Refused(why)
  }
  parser.on('error', (error) => refuse(error.message.replace(/^\d+:\d+: /, '')))
  // What a document type can declare (entities, outer files) is only ever used to attack.
  parser.on('doctype', () => refuse('a document type'))
  parser.on('opentag', ({ name, local, uri, attributes }) => {
    if (open.length >= mostDepth) refuse(`more than ${mostDepth} elements within one another`)
    const values: Record<string, string> = Object.create(null)
    for (const [key, { value }] of Object.entries(attributes)) values[key] = value
    const element: Growing = { name, local, uri, attributes: values, content: [] }
    open.at(-1)?.content.push(element)
    root ??= element
    open.push(element)
  })
  parser.on('closetag', () => {
    open.pop()
  })
  const say = (piece: string): void => {
    open.at(-1)?.content.push(piece)
  }
  parser.on('text', say)
  parser.on('cdata', say)
  try {
    parser.write(text.replace(/^\uFEFF/, '')).close()
  } catch (thrown) {
    if (thrown instanceof Refused) return { fault: thrown.message, at: parser.line }
    throw thrown
  }
  return root ?? { fault: 'an empty document', at: 1 }
}

/** Ends the reading at once: what follows the first fault is not worth the time. */
class Refused extends Error {}

export function isXml(read: XmlElement | XmlFault): read is XmlElement {
  return 'content' in read
}

/** The elements within, of that local name where one is said. */
export function elementsIn({ content }: XmlElement, local?: string): XmlElement[] {
  const found: XmlElement[] = []
  for (const each of content)
    if (typeof each !== 'string' && (local === undefined || each.local === local)) found.push(each)
  return found
}

/** The first element by a way of local names: `elementAt(device, 'sipProfile', 'sipLines')`. */
export function elementAt(from: XmlElement, ...way: readonly string[]): XmlElement | undefined {
  let at: XmlElement | undefined = from
  for (const local of way) at = at && elementsIn(at, local)[0]
  return at
}

/** The text directly within, trimmed; undefined where there is no such element. */
export function textAt(from: XmlElement, ...way: readonly string[]): string | undefined {
  const at = elementAt(from, ...way)
  return at && textOf(at)
}

/** The text directly within, trimmed. */
export function textOf({ content }: XmlElement): string {
  let text = ''
  for (const each of content) if (typeof each === 'string') text += each
  return text.trim()
}

/** An element to write: prefixes stand in the name, namespaces in attributes. */
export function xml(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  content: readonly (XmlElement | string)[] = [],
): XmlElement {
  return { name, local: name.slice(name.indexOf(':') + 1), uri: '', attributes, content }
}

/** The document with its declaration; elements that hold no text are indented. */
export function writeXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root, '')}\n`
}

function write({ name, attributes, content }: XmlElement, indent: string): string {
  let head = `${indent}<${name}`
  for (const [key, value] of Object.entries(attributes)) head += ` ${key}="${escapeXml(value)}"`
  if (content.length === 0) return `${head}/>`
  if (content.some((each) => typeof each === 'string' && each.trim() !== '')) {
    const inner = content.map((each) => (typeof each === 'string' ? escapeXml(each) : write(each, ''))).join('')
    return `${head}>${inner}</${name}>`
  }
  const inner = content.filter((each) => typeof each !== 'string').map((each) => write(each, `${indent}  `))
  return `${head}>\n${inner.join('\n')}\n${indent}</${name}>`
}

/** For text and for attributes in double quotes. Characters that XML cannot hold are left out. */
export function escapeXml(text: string): string {
  const writable = text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
  return writable.replace(/[<>&"\t\n\r]/g, (c) => escapes[c] as string)
}

const escapes: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}
