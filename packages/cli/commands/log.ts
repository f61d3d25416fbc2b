// parley log: the daemon's log, as it lies or as it grows.
import { once } from 'node:events'
import { createReadStream, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { printLine } from '../print.ts'

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
      const wanted = (line: string): boolean => {
        try {
          const entry = JSON.parse(line) as { level?: number; session?: string }
          return (entry.level ?? 0) >= least && (session === undefined || entry.session === session)
        } catch {
          return false
        }
      }
      let from = await print(logFile(), 0, wanted)
      if (!follow) return
      const watcher = watch(logFile())
      process.once('SIGINT', () => watcher.close())
      let busy = false
      watcher.on('change', async () => {
        if (busy) return
        busy = true
        from = await print(logFile(), from, wanted)
        busy = false
      })
      await once(watcher, 'close')
    })
}

/** Prints the wanted lines from an offset on; returns where it ended. A file that became shorter was rotated: from its beginning. */
async function print(path: string, from: number, wanted: (line: string) => boolean): Promise<number> {
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  )
  if (size === undefined) {
    printLine('There is no log yet.')
    return 0
  }
  const start = size < from ? 0 : from
  if (start === size) return size
  for await (const line of createInterface({ input: createReadStream(path, { start, end: size - 1 }) })) {
    if (wanted(line)) printLine(line)
  }
  return size
}
