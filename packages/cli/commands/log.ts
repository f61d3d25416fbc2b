// parley log: the daemon's log, as it lies or as it grows.
import type { Command } from 'commander'
import { follow as followLog, logReader } from '../log-file.ts'
import { complain, printLine } from '../print.ts'
import { untilSignal } from '../signals.ts'

interface LogOptions {
  readonly follow?: boolean
  readonly session?: string
  readonly level?: string
}

const levels: Record<string, number> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 }

export function log(program: Command): void {
  program
    .command('log')
    .description('Print the log of the core, one JSON object a line.')
    .option('--follow', 'go on with what is written from now on')
    .option('--session <id>', 'only what belongs to this session')
    .option('--level <level>', `at least: ${Object.keys(levels).join(', ')}`)
    .action(async ({ follow, session, level }: LogOptions) => {
      const least = level === undefined ? 0 : levels[level]
      if (least === undefined) throw new Error(`--level takes one of ${Object.keys(levels).join(', ')}.`)
      const { logFile } = await import('@openparley/sdk')
      const tell = (line: string): void => {
        if (isWanted(line, least, session)) printLine(line)
      }
      if (follow) {
        const waiting = (): void => complain('There is no log yet; it is waited for.', false)
        return followLog(logFile(), tell, untilSignal(), waiting)
      }
      const reader = logReader(logFile())
      const isThere = await reader.readOn(tell)
      await reader.close()
      if (!isThere) complain('There is no log yet.', false)
    })
}

/** A line that is no JSON, as after a crash in the middle of one, is nobody's. */
function isWanted(line: string, least: number, session: string | undefined): boolean {
  try {
    const entry = JSON.parse(line) as { level?: number; session?: string }
    return (entry.level ?? 0) >= least && (session === undefined || entry.session === session)
  } catch {
    return false
  }
}
