// Messages as the web service lists them: every value a string, and a list of one is that one. Whatever comes, what comes out is short and plain.
import { ParleyError } from '@openparley/contract'
import type { Kept } from '../../services/voicemail/port.ts'

export interface Page {
  /** In the whole folder. */
  readonly total: number
  /** How many of this page were looked at. */
  readonly rows: number
  /** Those that are voice messages. */
  readonly messages: readonly Kept[]
}

/** Throws `server-garbled` where it is no page. */
export function readPage(page: unknown, deleted: boolean): Page {
  if (!isRecord(page)) throw new ParleyError('server-garbled', 'no list of messages')
  const { Message: given } = page
  const all: readonly unknown[] =
    given === undefined || given === null || given === '' ? [] : Array.isArray(given) ? given : [given]
  const total = numberOf(page['@total'])
  if (total === undefined && given === undefined) throw new ParleyError('server-garbled', 'no list of messages')
  return {
    total: total ?? all.length,
    rows: all.length,
    messages: all.flatMap((each) => keptOf(each, deleted) ?? []),
  }
}

function keptOf(message: unknown, deleted: boolean): Kept | undefined {
  if (!isRecord(message)) return undefined
  const key = message['MsgId']
  if (typeof key !== 'string' || !isKey.test(key)) return undefined
  const kind = text(message['MsgType'])
  if (kind !== '' && kind !== 'Voice') return undefined
  const lengthMs = numberOf(message['Duration'])
  const bytes = numberOf(message['Size'])
  const atMs = numberOf(message['ArrivalTime']) ?? 0
  return {
    key,
    from: fromOf(message),
    // What is beyond a century is a clock that was never set.
    at: new Date(atMs < mostMs ? atMs : 0).toISOString(),
    ...(lengthMs !== undefined && lengthMs <= mostLengthMs ? { lengthMs } : {}),
    ...(bytes === undefined ? {} : { bytes }),
    isNew: !isTrue(message['Read']),
    urgent: text(message['Priority']) === 'Urgent',
    private: /^(private|personal|confidential)$/i.test(text(message['Sensitivity'])),
    secure: isTrue(message['Secure']),
    dispatch: isTrue(message['Dispatch']),
    deleted,
  }
}

/** Of a colleague the service knows the name; of others it has what the call said. */
function fromOf(message: Readonly<Record<string, unknown>>): Kept['from'] {
  const caller = isRecord(message['CallerId']) ? message['CallerId'] : {}
  const sender = isRecord(message['From']) ? message['From'] : {}
  const number = text(caller['CallerNumber']) || text(sender['DtmfAccessId'])
  const names = [text(caller['CallerName']), text(sender['DisplayName'])]
  const name = (isTrue(message['FromSub']) ? names.toReversed() : names).find(
    (each) => each !== '' && each !== number && !/^un(identified|known) caller$/i.test(each),
  )
  return { ...(number === '' ? {} : { number }), ...(name === undefined ? {} : { name }) }
}

function text(value: unknown): string {
  if (typeof value !== 'string') return ''
  return (
    value
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ')
      .trim()
      .slice(0, mostText)
  )
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An index and an id: what goes into a path as it is. */
const isKey = /^\d{1,6}:[\w-]{1,200}$/
const mostText = 200
const mostMs = 4_102_444_800_000
/** A day. */
const mostLengthMs = 86_400_000
