// parley replay: what is in a problem report, gone through again by the same engines.
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import type { ReplayedSession, SessionReport } from '@openparley/daemon/replay'
import { problem } from '@openparley/sdk'
import type { Command } from 'commander'
import { printJson, printLine } from '../print.ts'
import { format } from './report.ts'

export function replay(program: Command): void {
  program
    .command('replay')
    .argument('<file>', 'a problem report')
    .description(
      'Go through a problem report again; exits 1 if the engines come to other states than they did then, or if there is nothing to compare.',
    )
    .option('--json', 'as one JSON object')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { replay: again } = await import('@openparley/daemon/replay')
      const replayed = again(await sessionsIn(file))
      const { same, reason, sessions } = replayed
      if (json) printJson(replayed)
      else {
        for (const session of sessions) for (const line of drawn(session)) printLine(line)
        printLine(same ? 'The same states as then.' : `Not the same: ${reason}.`)
      }
      process.exitCode = same ? 0 : 1
    })
}

async function sessionsIn(file: string): Promise<readonly SessionReport[]> {
  const bytes = await readFile(file)
  let read: unknown
  try {
    read = JSON.parse((bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString())
  } catch {
    read = undefined
  }
  const { format: is, sessions } = (read ?? {}) as { format?: unknown; sessions?: readonly SessionReport[] }
  if (is !== format || !Array.isArray(sessions)) throw problem('report-invalid', file)
  return sessions
}

/** The messages as a ladder, and the states beside them. */
function drawn({ user, engines }: ReplayedSession): string[] {
  return [
    user,
    ...engines.flatMap(({ id, ladder, states, differs, cut }) => {
      const begun = ladder[0]?.atMs ?? 0
      return [
        `  ${id}${cut ? ': the beginning is missing, so it cannot be gone through' : ''}`,
        ...ladder.map(({ atMs, from, to, label }) => {
          const seconds = ((atMs - begun) / 1000).toFixed(3).padStart(9)
          return to === 'us'
            ? `  ${seconds}  │◀─── ${label.padEnd(24)} ${from}`
            : `  ${seconds}  │───▶ ${label.padEnd(24)} ${to}`
        }),
        ...states.filter((state) => !state.startsWith('send ')).map((state) => `  ${' '.repeat(9)}  ${state}`),
        ...(differs
          ? [
              `  turn ${differs.turn} was ${differs.was.join(', ') || 'nothing'} and is now ${differs.is.join(', ') || 'nothing'}`,
            ]
          : []),
      ]
    }),
  ]
}
