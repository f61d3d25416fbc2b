// parley history: past calls, as lines or as CSV for whoever bills them.
import { writeFile } from 'node:fs/promises'
import type { HistoryEntry } from '@openparley/sdk'
import type { Command } from 'commander'
import { ofSession } from '../of-session.ts'
import { printJson, printLine } from '../print.ts'

export function history(program: Command): void {
  const command = program.command('history').description('Past calls of the person who is signed in.')
  command
    .command('list')
    .description('The last calls, newest first.')
    .option('--limit <n>', 'how many', '20')
    .option('--session <id>', 'of which session; the only one unless said')
    .option('--json', 'as one JSON array')
    .action(async ({ limit, session, json }: { limit: string; session?: string; json?: boolean }) => {
      const entries = await read(session, Number(limit))
      if (json) printJson(entries)
      else for (const entry of entries) printLine(lineOf(entry))
    })
  command
    .command('export')
    .description('All calls, oldest first, with the codes that they were made with.')
    .requiredOption('--csv', 'comma-separated values (RFC 4180), with a line of names')
    .option('--out <file>', 'a file, for the user alone; printed unless said')
    .option('--session <id>', 'of which session; the only one unless said')
    .action(async ({ out, session }: { out?: string; session?: string }) => {
      const text = csvOf((await read(session, Infinity)).toReversed())
      if (out === undefined) process.stdout.write(text)
      else await writeFile(out, text, { mode: 0o600 })
    })
}

function read(session: string | undefined, most: number): Promise<HistoryEntry[]> {
  return ofSession(session, async ({ history: past }) => {
    const all: HistoryEntry[] = []
    for (let cursor: string | undefined; all.length < most; ) {
      const limit = Math.min(500, most - all.length)
      const page = await past.list({ limit, ...(cursor === undefined ? {} : { cursor }) })
      all.push(...page.entries)
      cursor = page.next
      if (cursor === undefined) break
    }
    return all
  })
}

function lineOf({ startedAt, direction, remote, known, talkedMs, end, account, matter }: HistoryEntry): string {
  const talked = talkedMs === undefined ? (end.error?.code ?? 'not answered') : `${Math.round(talkedMs / 1000)} s`
  const codes = [account, matter].filter((code) => code !== undefined).join('/')
  return [startedAt, direction, known?.name ?? remote.displayName ?? remote.number, talked, codes].join('  ').trimEnd()
}

/** Lines end by CR LF (RFC 4180 §2). */
function csvOf(entries: readonly HistoryEntry[]): string {
  const rows = entries.map((entry) => columns.map(([, value]) => field(value(entry))))
  return [columns.map(([name]) => name), ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

const columns: readonly (readonly [string, (entry: HistoryEntry) => string | number | undefined])[] = [
  ['call', ({ call }) => call],
  ['direction', ({ direction }) => direction],
  ['number', ({ remote }) => remote.number],
  ['name', ({ remote }) => remote.displayName],
  ['started', ({ startedAt }) => startedAt],
  ['answered', ({ answeredAt }) => answeredAt],
  ['ended', ({ endedAt }) => endedAt],
  ['seconds', ({ talkedMs }) => (talkedMs === undefined ? undefined : Math.ceil(talkedMs / 1000))],
  ['account', ({ account }) => account],
  ['matter', ({ matter }) => matter],
  ['error', ({ end }) => end.error?.code],
  ['transferred_to', ({ end }) => end.transferredTo?.number],
]

/** Names come from others: what a spreadsheet would take for a formula is kept from being one. */
function field(value: string | number | undefined): string {
  if (value === undefined) return ''
  const text = typeof value === 'string' && /^[=@\t\r]|^[+-](?![\d*#]+$)/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
