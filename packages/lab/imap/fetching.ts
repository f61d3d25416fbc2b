// FETCH: what is asked of messages and what is answered (RFC 3501 §6.4.5, RFC 7162 §3.1.4).
import { envelopeOf, partsOf, sectionOf, structureOf } from './body.ts'
import { listOf, textOf, type Token } from './command.ts'
import type { Mail } from './mail-store.ts'

export interface Fetch {
  readonly items: readonly string[]
  readonly changedSince: number | undefined
  /** Whether it asks for a body so that it counts as seen. */
  readonly marks: boolean
}

export function readFetch(tokens: readonly Token[], isByUid: boolean): Fetch {
  const [what, modifiers] = tokens
  const given = listOf(what).map(textOf)
  const named = given.flatMap((each) => macros[each.toUpperCase()] ?? [each])
  const changes = listOf(modifiers).map(textOf)
  const at = changes.findIndex((each) => each.toUpperCase() === 'CHANGEDSINCE')
  const changedSince = at < 0 ? undefined : Number(changes[at + 1])
  const extra = [...(isByUid ? ['UID'] : []), ...(changedSince === undefined ? [] : ['MODSEQ'])]
  const items = [...new Set([...extra, ...named])]
  return { items, changedSince, marks: items.some((each) => /^(BODY\[|RFC822(\.TEXT)?$)/i.test(each)) }
}

const macros: Readonly<Record<string, readonly string[]>> = {
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODYSTRUCTURE'],
}

/** One message’s answer, without its line’s beginning; undefined: something is asked that is not known. */
export function fetched(mail: Mail, items: readonly string[]): Buffer | undefined {
  const parts: Buffer[] = []
  const root = partsOf(mail.bytes)
  for (const item of items) {
    const upper = item.toUpperCase()
    const simple = simpleOf(mail, upper)
    if (simple !== undefined) parts.push(Buffer.from(simple))
    else if (upper === 'ENVELOPE') parts.push(Buffer.from(`ENVELOPE ${envelopeOf(root)}`))
    else if (upper === 'BODYSTRUCTURE' || upper === 'BODY') parts.push(Buffer.from(`${upper} ${structureOf(root)}`))
    else {
      const [, section, from, most] = /^BODY(?:\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?$/i.exec(item) ?? []
      if (section === undefined) return undefined
      const whole = sectionOf(root, mail.bytes, section)
      const start = Number(from ?? 0)
      const bytes = from === undefined ? whole : whole?.subarray(start, start + Number(most))
      const name = `BODY[${section}]${from === undefined ? '' : `<${start}>`}`
      if (bytes === undefined) parts.push(Buffer.from(`${name} NIL`))
      else parts.push(Buffer.concat([Buffer.from(`${name} {${bytes.length}}\r\n`), bytes]))
    }
  }
  return Buffer.concat(parts.flatMap((each, at) => (at === 0 ? [each] : [Buffer.from(' '), each])))
}

function simpleOf(mail: Mail, item: string): string | undefined {
  switch (item) {
    case 'UID':
      return `UID ${mail.uid}`
    case 'FLAGS':
      return flagsOf(mail)
    case 'MODSEQ':
      return `MODSEQ (${mail.modseq})`
    case 'RFC822.SIZE':
      return `RFC822.SIZE ${mail.bytes.length}`
    case 'INTERNALDATE':
      return `INTERNALDATE "${internalDate(mail.atMs)}"`
    default:
      return undefined
  }
}

export function flagsOf(mail: Mail): string {
  return `FLAGS (${[...mail.flags].join(' ')})`
}

/** 17-Jul-1996 02:44:25 +0000 */
function internalDate(atMs: number): string {
  const [, day = '', month = '', year = '', time = ''] = /, (\d\d) (\w{3}) (\d{4}) (\S+)/.exec(
    new Date(atMs).toUTCString(),
  ) ?? ['']
  return `${day}-${month}-${year} ${time} +0000`
}
