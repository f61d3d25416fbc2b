// The two documents of RFC 4730 §9: what a server wants to be told of, and what it is told.
import { elementAt, elementsIn, isXml, readXml, textAt, textOf, writeXml, xml } from '../common/index.ts'
import { type KeyRun, readPattern } from './pattern.ts'

export interface KpmlRequest {
  readonly patterns: readonly { readonly tag: string; readonly runs: readonly KeyRun[] }[]
  /** one-shot: over with the first report. persist: every match is told. single-notify: the subscription stays, and is quiet. */
  readonly persist: 'one-shot' | 'persist' | 'single-notify'
  /** How long the next key may take while nothing matches yet. */
  readonly interdigitMs: number
  /** The same where it matches already, and more may follow. */
  readonly criticalMs: number
  /** What was pressed before is not looked at. */
  readonly flush: boolean
}

export interface KpmlResponse {
  /** 200 success, 402 hung up without a match, 423 in time nothing matched, 481 no such dialog, 487 expired, 501 bad document. */
  readonly code: 200 | 402 | 423 | 481 | 487 | 501
  readonly digits?: string
  readonly tag?: string
}

/** Undefined for what is no such document. */
export function readKpmlRequest(body: string): KpmlRequest | undefined {
  const root = readXml(body, { mostCharacters: 16_384 })
  if (!isXml(root) || root.local !== 'kpml-request') return undefined
  const pattern = elementAt(root, 'pattern')
  if (!pattern) return undefined
  const { persist = 'one-shot' } = pattern.attributes
  if (persist !== 'one-shot' && persist !== 'persist' && persist !== 'single-notify') return undefined
  const patterns: { tag: string; runs: readonly KeyRun[] }[] = []
  for (const regex of elementsIn(pattern, 'regex')) {
    const runs = readPattern(textOf(regex))
    if (!runs) return undefined
    patterns.push({ tag: (regex.attributes['tag'] ?? '').slice(0, 64), runs })
  }
  if (patterns.length === 0 || patterns.length > mostPatterns) return undefined
  const after = (name: string, usual: number): number => {
    const given = Number(pattern.attributes[name] ?? usual)
    return Number.isFinite(given) && given >= 0 ? Math.min(given, mostWaitMs) : usual
  }
  return {
    patterns,
    persist,
    interdigitMs: after('interdigittimer', 4000),
    criticalMs: after('criticaldigittimer', 1000),
    flush: textAt(pattern, 'flush') === 'yes' || textAt(pattern, 'flush') === 'true',
  }
}

export function writeKpmlResponse({ code, digits, tag }: KpmlResponse): string {
  const attributes = {
    xmlns: 'urn:ietf:params:xml:ns:kpml-response',
    version: '1.0',
    code: String(code),
    text: texts[code],
    ...(digits === undefined ? {} : { digits }),
    ...(tag === undefined || tag === '' ? {} : { tag }),
  }
  return writeXml(xml('kpml-response', attributes))
}

/** Every key by itself, until told otherwise: what servers ask for that collect a number or a code. */
export function writeKpmlRequest(regex: string, persist: KpmlRequest['persist'], tag = 'dtmf'): string {
  const attributes = { xmlns: 'urn:ietf:params:xml:ns:kpml-request', version: '1.0' }
  return writeXml(xml('kpml-request', attributes, [xml('pattern', { persist }, [xml('regex', { tag }, [regex])])]))
}

export function readKpmlResponse(body: string): { readonly code: number; readonly digits: string } | undefined {
  const root = readXml(body, { mostCharacters: 16_384 })
  if (!isXml(root) || root.local !== 'kpml-response') return undefined
  return { code: Number(root.attributes['code']), digits: root.attributes['digits'] ?? '' }
}

const texts: Readonly<Record<KpmlResponse['code'], string>> = {
  200: 'Success',
  402: 'User Terminated without Match',
  423: 'Timer Expired',
  481: 'Dialog Not Found',
  487: 'Subscription Expired',
  501: 'Bad Document',
}
const mostPatterns = 16
const mostWaitMs = 120_000
