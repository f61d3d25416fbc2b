// The record as lines of a file: for a spreadsheet, or for a program.
import type { HistoryRecord } from '@openparley/contract'

/** One record a line (RFC 4180: lines end by CR LF), after a line of names where the file begins. */
export function csvOf(records: readonly HistoryRecord[], isFirst: boolean): string {
  const rows = records.map((record) => {
    const cells = cellsOf(record)
    return columns.map((column) => field(cells[column]))
  })
  return [...(isFirst ? [columns] : []), ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

export function jsonOf(records: readonly HistoryRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}

const columns = [
  ...['kind', 'id', 'at', 'person', 'direction', 'number', 'name', 'text'],
  ...['answered', 'ended', 'seconds', 'missed', 'account', 'matter', 'error', 'transferred_to'],
] as const

type Cells = Readonly<Record<string, string | number | boolean | undefined>>

function cellsOf(record: HistoryRecord): Cells {
  const { kind, id, at, person } = record
  const common = { kind, id, at, person }
  switch (record.kind) {
    case 'call': {
      const { direction, remote, answeredAt, endedAt, talkedMs, missed, account, matter, end } = record.call
      return {
        ...{ ...common, direction, missed, account, matter },
        ...{ number: remote.number, name: remote.displayName, answered: answeredAt, ended: endedAt },
        ...{ seconds: seconds(talkedMs), error: end.error?.code, transferred_to: end.transferredTo?.number },
      }
    }
    case 'message': {
      const { direction, from, text, error } = record.message
      return { ...common, direction, name: from, text, error: error?.code }
    }
    case 'voicemail': {
      const { from, lengthMs, transcription } = record.voicemail
      return {
        ...{ ...common, direction: 'incoming', number: from.number, name: from.name },
        ...{ text: transcription, seconds: seconds(lengthMs) },
      }
    }
    case 'conference': {
      const { subject, members, endedAt, from } = record.conference
      return { ...common, name: members.join('; '), text: subject, ended: endedAt, person: person ?? from }
    }
  }
}

/** As whoever bills counts them: one that has begun is one. */
function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.ceil(ms / 1000)
}

/** Text comes from others: what a spreadsheet would take for a formula is kept from being one. A number with its + is none. */
function field(value: Cells[string]): string {
  if (value === undefined) return ''
  const text = typeof value === 'string' && /^[=@\t\r\n]|^[+-](?![\d*#]+$)/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
