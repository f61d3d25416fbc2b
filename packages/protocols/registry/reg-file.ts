// Files of the Windows registry editor, .reg: bytes to keys with values and back, laid out as regedit does.
import { fromWindows1252 } from '../common/index.ts'

export type RegType = 'sz' | 'expand-sz' | 'dword' | 'qword' | 'multi-sz' | 'binary' | 'none'

export type RegData =
  | { readonly type: 'sz' | 'expand-sz'; readonly text: string }
  | { readonly type: 'multi-sz'; readonly texts: readonly string[] }
  | { readonly type: 'dword'; readonly number: number }
  | { readonly type: 'qword'; readonly number: bigint }
  /** `kind`: the number of a type that has no name here; 3 for binary, 0 for none. */
  | { readonly type: 'binary' | 'none'; readonly bytes: Uint8Array; readonly kind: number }

export interface RegValue {
  /** Empty: the key's own value, written @. */
  readonly name: string
  /** Absent: the value is to be deleted. */
  readonly data?: RegData
}

export interface RegKey {
  /** HKEY_CURRENT_USER\Software\… */
  readonly path: string
  /** The key is to be deleted, with all below it. */
  readonly deleted: boolean
  readonly values: readonly RegValue[]
}

export interface RegFault {
  readonly fault: string
  /** Counted from 1. */
  readonly line: number
}

/** UTF-16LE with its mark is version 5; anything else must be REGEDIT4, in the ANSI code page (read as that of the west). */
export function readReg(bytes: Uint8Array): readonly RegKey[] | RegFault {
  if (bytes.length > mostBytes) return { fault: `larger than ${mostBytes} bytes`, line: 1 }
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe
  const text = wide ? new TextDecoder('utf-16le').decode(bytes) : fromWindows1252(bytes)
  const lines = joined(text.split(/\r\n|\n|\r/))
  const first = lines.findIndex(({ text: line }) => line.trim() !== '')
  const header = lines[first]?.text.trim()
  if (header !== version5 && header !== version4)
    return { fault: 'no registry file', line: (lines[first]?.line ?? 0) + 1 }
  const keys: { path: string; deleted: boolean; values: RegValue[] }[] = []
  for (const { text: line, line: at } of lines.slice(first + 1)) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith(';')) continue
    const [, minus, path] = /^\[(-?)([^\]]*(?:\][^\]]+)*)\]$/.exec(trimmed) ?? []
    if (path !== undefined) {
      keys.push({ path, deleted: minus === '-', values: [] })
      continue
    }
    const key = keys.at(-1)
    if (!key) return { fault: 'a value before any key', line: at + 1 }
    const value = readValue(trimmed, header === version4)
    if (typeof value === 'string') return { fault: value, line: at + 1 }
    key.values.push(value)
  }
  return keys
}

export function isRegFile(read: readonly RegKey[] | RegFault): read is readonly RegKey[] {
  return Array.isArray(read)
}

/** Version 5, in UTF-16LE. */
export function writeReg(keys: readonly RegKey[]): Uint8Array {
  const lines = [version5, '']
  for (const { path, deleted, values } of keys) {
    lines.push(`[${deleted ? '-' : ''}${path}]`)
    for (const { name, data } of values) {
      const head = `${name === '' ? '@' : quoted(name)}=`
      lines.push(data ? writeData(head, data) : `${head}-`)
    }
    lines.push('')
  }
  const text = `${lines.join('\r\n')}\r\n`
  return wideBytes(`\ufeff${text}`)
}

/** Data as it stands behind the sign of equality, on one line. */
export function writeRegData(data: RegData): string {
  const text = writeData('', data)
  return data.type === 'sz' ? text : text.replaceAll('\\\r\n  ', '')
}

/** Undefined where it is none. */
export function readRegData(text: string): RegData | undefined {
  const value = readValue(`@=${text}`, false)
  return typeof value === 'string' ? undefined : value.data
}

/** A backslash at the end of a line of bytes goes on in the next. */
function joined(lines: readonly string[]): { readonly text: string; readonly line: number }[] {
  const whole: { text: string; line: number }[] = []
  let going = false
  for (const [line, text] of lines.entries()) {
    const last = whole.at(-1)
    if (going && last) last.text = last.text.replace(/\\\s*$/, '') + text.trim()
    else whole.push({ text, line })
    going = /=hex(\([\da-f]+\))?:/i.test(whole.at(-1)?.text ?? '') && /\\\s*$/.test(text)
  }
  return whole
}

function readValue(line: string, narrow: boolean): RegValue | string {
  const [, at, quotedName, rest] = /^(?:(@)|"((?:[^"\\]|\\.)*)")\s*=\s*(.*)$/s.exec(line) ?? []
  if (rest === undefined) return 'neither a key nor a value'
  const name = at === undefined ? unquoted(quotedName ?? '') : ''
  if (rest === '-') return { name }
  const [, text] = /^"((?:[^"\\]|\\.)*)"$/s.exec(rest) ?? []
  if (text !== undefined) return { name, data: { type: 'sz', text: unquoted(text) } }
  const [, word] = /^dword:([\da-f]{1,8})$/i.exec(rest) ?? []
  if (word !== undefined) return { name, data: { type: 'dword', number: Number.parseInt(word, 16) } }
  const [, kind = '3', list] = /^hex(?:\(([\da-f]+)\))?:(.*)$/i.exec(rest) ?? []
  if (list === undefined) return 'a value of no known form'
  const bytes = bytesOf(list)
  return bytes ? { name, data: dataOf(Number.parseInt(kind, 16), bytes, narrow) } : 'bytes that are not hexadecimal'
}

function bytesOf(list: string): Uint8Array | undefined {
  const parts = list.split(',').map((part) => part.trim())
  if (parts.at(-1) === '') parts.pop()
  return parts.every((part) => /^[\da-f]{1,2}$/i.test(part))
    ? Uint8Array.from(parts, (part) => Number.parseInt(part, 16))
    : undefined
}

/** The numbers of REG_… types. */
const kinds = { sz: 1, 'expand-sz': 2, dword: 4, 'multi-sz': 7, qword: 11 } as const

function dataOf(kind: number, bytes: Uint8Array, narrow: boolean): RegData {
  const text = (): string => (narrow ? fromWindows1252(bytes) : new TextDecoder('utf-16le').decode(bytes))
  switch (kind) {
    case kinds.sz:
    case kinds['expand-sz']:
      return { type: kind === kinds.sz ? 'sz' : 'expand-sz', text: text().replace(/\0[\s\S]*$/, '') }
    case kinds['multi-sz']:
      return {
        type: 'multi-sz',
        texts: text()
          .replace(/\0+$/, '')
          .split('\0')
          .filter((each) => each !== ''),
      }
    case kinds.dword:
      if (bytes.length === 4) return { type: 'dword', number: new DataView(bytes.buffer).getUint32(0, true) }
      break
    case kinds.qword:
      if (bytes.length === 8) return { type: 'qword', number: new DataView(bytes.buffer).getBigUint64(0, true) }
  }
  return { type: kind === 0 ? 'none' : 'binary', bytes, kind }
}

function writeData(head: string, data: RegData): string {
  switch (data.type) {
    case 'sz':
      return `${head}${quoted(data.text)}`
    case 'dword':
      return `${head}dword:${data.number.toString(16).padStart(8, '0')}`
    case 'expand-sz':
      return wrapped(`${head}hex(2):`, textBytes([data.text]))
    case 'multi-sz':
      return wrapped(`${head}hex(7):`, textBytes([...data.texts, '']))
    case 'qword': {
      const bytes = new Uint8Array(8)
      new DataView(bytes.buffer).setBigUint64(0, data.number, true)
      return wrapped(`${head}hex(b):`, bytes)
    }
    default:
      return wrapped(`${head}hex${data.kind === 3 ? '' : `(${data.kind.toString(16)})`}:`, data.bytes)
  }
}

/** Each text with its zero. */
function textBytes(texts: readonly string[]): Uint8Array {
  return wideBytes(texts.map((each) => `${each}\0`).join(''))
}

/** UTF-16LE. */
function wideBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n)
    bytes[n * 2] = code & 0xff
    bytes[n * 2 + 1] = code >> 8
  }
  return bytes
}

/** As regedit breaks lines: after the first byte whose comma is in the 77th column or beyond; the last has no comma. */
function wrapped(head: string, bytes: Uint8Array): string {
  const lines: string[] = []
  let line = head
  for (const [n, byte] of bytes.entries()) {
    line += byte.toString(16).padStart(2, '0')
    if (n === bytes.length - 1) break
    line += ','
    if (line.length < columns) continue
    lines.push(`${line}\\`)
    line = '  '
  }
  return [...lines, line].join('\r\n')
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

function unquoted(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1')
}

const version5 = 'Windows Registry Editor Version 5.00'
const version4 = 'REGEDIT4'
const columns = 77
const mostBytes = 16_000_000
