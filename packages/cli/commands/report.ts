// parley report: everything that tells what was wrong, in one file, without secrets.
import { readFile, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { Command } from 'commander'
import { printJson, printLine } from '../print.ts'
import { running } from '../running.ts'

export function report(program: Command): void {
  program
    .command('report')
    .description(
      'Write a problem report: versions, settings with their origins, health, what the sign-in and the SIP engines did, the log. No secrets; names and numbers stay.',
    )
    .requiredOption('--out <file>', 'the file; .gz at its end packs it')
    .option('--session <id>', 'of one session only')
    .option('--json', 'as one JSON object')
    .action(async ({ out, session, json }: { out: string; session?: string; json?: boolean }) => {
      const core = await running()
      if (!core) throw new Error('The core does not run. `parley start` starts it.')
      try {
        const { state: whole } = await core.system.get()
        const { sessions } = (await core.session.get()).state
        const wanted = sessions.filter(({ id }) => session === undefined || id === session)
        const reports = await Promise.all(wanted.map(async ({ id }) => (await core.at(id).health.report()).report))
        const content = {
          format,
          version: 1,
          at: new Date().toISOString(),
          platform: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
          core: whole,
          sessions: reports,
          log: whole.log === undefined ? [] : await lastLines(whole.log),
        }
        const text = Buffer.from(`${JSON.stringify(content, undefined, 1)}\n`)
        await writeFile(out, out.endsWith('.gz') ? gzipSync(text) : text, { mode: 0o600 })
        if (json) printJson({ file: out, sessions: reports.length })
        else
          printLine(
            `${out}: ${reports.length} sessions. Look at it before you give it away: names and numbers are in it.`,
          )
      } finally {
        core.close()
      }
    })
}

export const format = 'parley-report'

/** The log bears no secrets; it is written so. */
async function lastLines(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-mostLines)
}

const mostLines = 1000
