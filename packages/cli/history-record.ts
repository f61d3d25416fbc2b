// What of the record is looked for, by options that several commands share, and one of it as a line.
import type { HistoryRecord, Session } from '@openparley/sdk'
import type { Command } from 'commander'
import { plain } from './print.ts'

type Sought = Omit<Parameters<Session['history']['search']>[0], 'cursor' | 'limit'>

export interface Narrowed {
  readonly with?: string
  readonly kind?: string
  readonly from?: string
  readonly to?: string
  readonly text?: string
  readonly missed?: boolean
}

export function narrowing(command: Command): Command {
  return command
    .option('--with <who>', 'a contact’s address or a number: everything with that person')
    .option('--kind <kinds>', `which, with commas between: ${kinds.join(', ')}; all unless said`)
    .option('--from <time>', 'not before: a day, or a time of ISO 8601')
    .option('--to <time>', 'before')
    .option('--text <words>', 'that hold all these words')
    .option('--missed', 'calls that were missed')
}

export function soughtOf({ with: who, kind, from, to, text, missed }: Narrowed): Sought {
  const chosen = kind?.split(',').map((each) => {
    const known = kinds.find((name) => name === each.trim())
    if (!known) throw new Error(`${each} is none of: ${kinds.join(', ')}.`)
    return known
  })
  return {
    ...(who === undefined ? {} : { with: who }),
    ...(chosen ? { kinds: chosen } : {}),
    ...(from === undefined ? {} : { from: timeOf(from) }),
    ...(to === undefined ? {} : { to: timeOf(to) }),
    ...(text === undefined ? {} : { text }),
    ...(missed ? { missed } : {}),
  }
}

/** A day begins at its midnight here. */
export function timeOf(text: string): string {
  const at = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text)
  if (Number.isNaN(at.getTime())) throw new Error(`${text} is neither a day (2026-01-31) nor a time of ISO 8601.`)
  return at.toISOString()
}

export function lineOfRecord(record: HistoryRecord): string {
  return [record.at, record.kind.padEnd(10), ...partsOf(record)].map(plain).join('  ').trimEnd()
}

function partsOf(record: HistoryRecord): string[] {
  switch (record.kind) {
    case 'call': {
      const { direction, remote, talkedMs, missed } = record.call
      const how = talkedMs === undefined ? (missed ? 'missed' : 'not answered') : `${Math.round(talkedMs / 1000)} s`
      return [direction, remote.displayName ?? remote.number, how]
    }
    case 'message': {
      const { from, text } = record.message
      return [record.message.direction, from, text.replaceAll(/\s+/g, ' ').slice(0, 60)]
    }
    case 'voicemail': {
      const { from, lengthMs, isNew } = record.voicemail
      const length = lengthMs === undefined ? '' : `${Math.round(lengthMs / 1000)} s`
      return ['incoming', from.name ?? from.number ?? 'unknown', length, isNew ? 'new' : '']
    }
    case 'conference':
      return ['', record.conference.subject, record.conference.members.join(', ')]
  }
}

const kinds = ['call', 'message', 'voicemail', 'conference'] as const
