// parley history: what was with others, looked through, as a file for whoever bills or keeps it, and deleted.
import { type Command, Option } from 'commander'
import type { HistoryEntry } from '@openparley/sdk'
import { type Exported, exportHistory } from '../history-file.ts'
import { lineOfRecord, type Narrowed, narrowing, soughtOf, timeOf } from '../history-record.ts'
import { ofSession } from '../of-session.ts'
import { plain, printJson, printLine } from '../print.ts'

interface Options {
  readonly session?: string
  readonly json?: boolean
}

export function history(program: Command): void {
  const command = program.command('history').description('What the person who is signed in had with others.')
  const act = (words: string, doc: string): Command =>
    command.command(words).description(doc).option('--session <id>', 'of which session; the only one unless said')
  act('list', 'The last calls, newest first.')
    .option('--limit <n>', 'how many', '20')
    .option('--json', 'as one JSON array')
    .action(async ({ limit, session, json }: Options & { limit: string }) => {
      const { entries } = await ofSession(session, ({ history: past }) => past.list({ limit: Number(limit) }))
      if (json) printJson(entries)
      else for (const entry of entries) printLine(lineOf(entry))
    })
  narrowing(act('search', 'Calls, messages, voicemail and conferences as one list, newest first.'))
    .option('--limit <n>', 'how many', '20')
    .option('--json', 'as one JSON array')
    .action(async ({ limit, session, json, ...narrowed }: Options & Narrowed & { limit: string }) => {
      const { records } = await ofSession(session, ({ history: past }) =>
        past.search({ ...soughtOf(narrowed), limit: Number(limit) }),
      )
      if (json) printJson(records)
      else for (const record of records) printLine(lineOfRecord(record))
    })
  narrowing(act('export', 'The same as a file, all of it, newest first.'))
    .addOption(
      new Option('--as <form>', 'csv: RFC 4180, with a line of names; json: one record a line')
        .choices(['csv', 'json'])
        .makeOptionMandatory(),
    )
    .option('--out <file>', 'a file, for the user alone; printed unless said')
    .option('--force', 'replace a file that is there')
    .action(async ({ session, as, out, force, ...narrowed }: Options & Narrowed & Exported) =>
      ofSession(session, ({ history: past }) => exportHistory(past, soughtOf(narrowed), { as, out, force })),
    )
  act('forget [ids...]', 'Delete records for good: those that `search --json` names, or all that the options find.')
    .option('--with <who>', 'a contact’s address or a number: everything with that person')
    .option('--before <time>', 'what is older: a day, or a time of ISO 8601')
    .option('--json', 'as JSON')
    .action(
      async (ids: string[], { session, json, before, with: who }: Options & { with?: string; before?: string }) => {
        if (ids.length === 0 && who === undefined && before === undefined)
          throw new Error('Name records, or say --with or --before.')
        const { forgotten } = await ofSession(session, ({ history: past }) =>
          past.forget({
            ...(ids.length === 0 ? {} : { ids }),
            ...(who === undefined ? {} : { with: who }),
            ...(before === undefined ? {} : { before: timeOf(before) }),
          }),
        )
        if (json) printJson({ forgotten })
        else printLine(`${forgotten} deleted`)
      },
    )
}

function lineOf({ startedAt, direction, remote, known, talkedMs, end, account, matter }: HistoryEntry): string {
  const talked = talkedMs === undefined ? (end.error?.code ?? 'not answered') : `${Math.round(talkedMs / 1000)} s`
  const codes = [account, matter].filter((code) => code !== undefined).join('/')
  const who = plain(known?.name ?? remote.displayName ?? remote.number)
  return [startedAt, direction, who, talked, codes].join('  ').trimEnd()
}
