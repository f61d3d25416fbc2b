// Values of vCard properties as text: transfer encodings, charsets, escapes.
import { fromWindows1252 } from '../common/index.ts'
import type { Property } from './property.ts'

/** Parts that `separator` divides (N, ORG, ADR), each as text. */
export function partsOf(property: Property, separator: ';' | ',' = ';'): string[] {
  const text = decoded(property)
  if (!text.includes('\\')) return text.split(separator).map((each) => each.trim())
  const parts = ['']
  for (let n = 0; n < text.length; n++) {
    const char = text[n] as string
    if (char === '\\' && n + 1 < text.length) parts[parts.length - 1] += char + text[++n]
    else if (char === separator) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts.map((each) => unescaped(each).trim())
}

export function textIn(property: Property): string {
  return unescaped(decoded(property)).trim()
}

/** RFC 6350 §3.4; older versions escape no colon, many programs do. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replaceAll(/\\([\s\S])/g, (_, char: string) => (char === 'n' || char === 'N' ? '\n' : char))
}

function decoded({ parameters, raw }: Property): string {
  const isQuoted = parameters['ENCODING']?.toUpperCase() === 'QUOTED-PRINTABLE'
  return inCharset(isQuoted ? fromQuotedPrintable(raw) : raw, parameters['CHARSET'])
}

/** RFC 2045 §6.7; what is no such code stays as it is. */
function fromQuotedPrintable(text: string): string {
  return text.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** Latin-1 characters that are bytes, in their charset: UTF-8 unless said, or what is no UTF-8 as Windows writes. */
function inCharset(bytes: string, charset: string | undefined): string {
  // Nearly all lines are plain.
  if (!/[\u0080-\u00ff]/.test(bytes)) return bytes
  const buffer = Buffer.from(bytes, 'latin1')
  const named = charset === undefined ? undefined : decoderOf(charset)
  if (named?.encoding === 'windows-1252') return fromWindows1252(buffer)
  if (named) return named.decode(buffer)
  try {
    return utf8.decode(buffer)
  } catch {
    return fromWindows1252(buffer)
  }
}

function decoderOf(charset: string): Decoder | undefined {
  const known = decoders.get(charset)
  if (known) return known
  try {
    const made = new TextDecoder(charset)
    if (decoders.size < mostDecoders) decoders.set(charset, made)
    return made
  } catch {
    // Nobody knows that charset.
    return undefined
  }
}

type Decoder = InstanceType<typeof TextDecoder>

const utf8 = new TextDecoder('utf-8', { fatal: true })
const decoders = new Map<string, Decoder>()
const mostDecoders = 32
