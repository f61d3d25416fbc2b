// The headers of a voice message as voicemail systems write them: Unity Connection, VPIM (RFC 3801), Asterisk. Whatever they hold, what
// comes out is short and plain.
import { createHash } from 'node:crypto'
import { fromWindows1252 } from '@openparley/protocols/common'
import { addressParser, decodeWords } from 'postal-mime'
import type { Kept } from '../../services/voicemail/port.ts'

/** What is asked of each message. */
export const headersAsked: readonly string[] = [
  'From',
  'Date',
  'Subject',
  'Message-ID',
  'Message-Context',
  'Content-Type',
  'Content-Duration',
  'X-Priority',
  'Importance',
  'Priority',
  'Sensitivity',
  'X-CiscoUnity-MessageType',
  'X-CiscoUnity-Dispatch',
  'X-Asterisk-VM-Caller-ID-Num',
  'X-Asterisk-VM-Caller-ID-Name',
  'X-Asterisk-CallerID',
  'X-Asterisk-CallerIDName',
  'X-Asterisk-VM-Duration',
  'X-Asterisk-VM-Orig-time',
  'X-Asterisk-VM-Priority',
  'X-Asterisk-VM-Flag',
]

export type Headers = ReadonlyMap<string, string>

/** By their names in lower case, unfolded; of those that come twice, the first. */
export function readHeaders(bytes: Uint8Array): Headers {
  const headers = new Map<string, string>()
  const text = textOf(bytes.subarray(0, mostHeaderBytes)).replace(/\r?\n[ \t]+/g, ' ')
  for (const line of text.split(/\r?\n/, mostHeaders)) {
    const at = line.indexOf(':')
    const name = line.slice(0, at).trim().toLowerCase()
    if (at > 0 && !headers.has(name))
      headers.set(
        name,
        line
          .slice(at + 1)
          .trim()
          .slice(0, mostValue),
      )
  }
  return headers
}

/** RFC 6532 allows UTF-8; what is none is read byte by byte. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return fromWindows1252(bytes)
  }
}

export type About = Pick<Kept, 'from' | 'urgent' | 'private' | 'dispatch' | 'lengthMs'> & {
  /** What it says of itself: a voice message, something else, or nothing. */
  readonly says: 'voice' | 'other' | 'nothing'
  readonly key: string
  readonly at: string
}

/** `cameAt`: when the store got it, for those that do not say when they were left. */
export function aboutOf(headers: Headers, bytes: number, cameAt: Date): About {
  const get = (name: string): string => headers.get(name) ?? ''
  const lengthS = Number(get('content-duration') || get('x-asterisk-vm-duration') || Number.NaN)
  return {
    says: saysOf(headers),
    key: keyOf(headers, bytes),
    at: timeOf(headers, cameAt),
    from: fromOf(headers),
    urgent:
      /^[12]\b/.test(get('x-priority')) ||
      /^high/i.test(get('importance')) ||
      /^urgent/i.test(get('priority') || get('x-asterisk-vm-flag') || get('x-asterisk-vm-priority')),
    private: /^(private|personal|company-confidential)/i.test(get('sensitivity')),
    dispatch: /^true/i.test(get('x-ciscounity-dispatch')),
    ...(lengthS >= 0 && lengthS <= mostLengthS ? { lengthMs: lengthS * 1000 } : {}),
  }
}

/** RFC 3458 §3; without it the other marks count. */
function saysOf(headers: Headers): About['says'] {
  const context = headers.get('message-context')?.toLowerCase()
  if (context !== undefined) return context.startsWith('voice-message') ? 'voice' : 'other'
  const isVoice =
    /^multipart\/voice-message/i.test(headers.get('content-type') ?? '') ||
    headers.has('x-asterisk-vm-duration') ||
    /voice/i.test(headers.get('x-ciscounity-messagetype') ?? '')
  return isVoice ? 'voice' : 'nothing'
}

/**
 * The same wherever the message lies and however often it was moved: by what its sender made it known by. A system that gives all its
 * messages one Message-ID still has them apart by when and from whom.
 */
function keyOf(headers: Headers, bytes: number): string {
  const id = headers.get('message-id')
  const rest = [headers.get('date') ?? '', headers.get('from') ?? '', headers.get('x-asterisk-vm-orig-time') ?? '']
  const marks = id === undefined ? [headers.get('subject') ?? '', String(bytes), ...rest] : [id, ...rest]
  return createHash('sha256').update(JSON.stringify(marks)).digest('base64url')
}

function timeOf(headers: Headers, cameAt: Date): string {
  const epochS = Number(headers.get('x-asterisk-vm-orig-time') ?? Number.NaN)
  const said = Number.isInteger(epochS) ? epochS * 1000 : Date.parse(headers.get('date') ?? '')
  // What is not within a century is a clock that was never set.
  const isSane = said > 0 && said < 4_102_444_800_000
  const came = cameAt.getTime()
  return new Date(isSane ? said : Number.isNaN(came) ? 0 : came).toISOString()
}

function fromOf(headers: Headers): Kept['from'] {
  const number = headers.get('x-asterisk-vm-caller-id-num') ?? headers.get('x-asterisk-callerid')
  if (number !== undefined)
    return party(number, headers.get('x-asterisk-vm-caller-id-name') ?? headers.get('x-asterisk-calleridname'))
  const [first] = readAddresses(headers.get('from') ?? '')
  const [local = '', host] = (first?.address ?? '').split('@')
  // Whoever hid their number is told by the system's own name.
  if (host === undefined || systems.test(local)) return party('', first?.name)
  return party(local, first?.name)
}

function readAddresses(text: string): { readonly name?: string | undefined; readonly address?: string | undefined }[] {
  try {
    return addressParser(text.slice(0, mostValue), { flatten: true }).slice(0, 1)
  } catch {
    return []
  }
}

/** A name that only says the number again is none. */
function party(number: string, name: string | undefined): Kept['from'] {
  const plain = (text: string): string =>
    decoded(text)
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ')
      .replace(/^"(.*)"$/, '$1')
      .trim()
      .slice(0, mostName)
  const called = plain(name ?? '')
  const numbered = plain(number)
  const isName = called !== '' && called !== numbered && !/^(unknown|unavailable|anonymous)( caller)?$/i.test(called)
  const isNumber = numbered !== '' && !/^(unknown|unavailable|anonymous|restricted|private)$/i.test(numbered)
  return { ...(isNumber ? { number: numbered } : {}), ...(isName ? { name: called } : {}) }
}

function decoded(text: string): string {
  try {
    return decodeWords(text)
  } catch {
    return text
  }
}

const systems = /^(unityconnection|unity|asterisk|voicemail|vm|postmaster|mailer-daemon|no-?reply)([+-].*)?$/i
const mostHeaderBytes = 65_536
const mostHeaders = 500
const mostValue = 4096
const mostName = 200
/** A day. */
const mostLengthS = 86_400
