// The `parley` command as a process: run to its end, or begun and read line by line.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'

export interface Ran {
  /** The exit status; -1 for a signal. */
  readonly status: number
  readonly out: string
  readonly complaint: string
}

export interface Begun {
  readonly child: ChildProcess
  /** Every line so far. */
  readonly lines: readonly string[]
  /** The first line, printed or yet to be, that is wanted. Rejects after 30 s. */
  line(isWanted: (line: string) => boolean): Promise<string>
  /** Its end, and all that it has printed by then. */
  readonly ended: Promise<Ran>
}

/** A folder for what a core keeps, with no core in it. */
export async function homeFor(t: TestContext): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'parley-command-'))
  t.after(() => rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))
  return home
}

export function run(home: string, ...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, PARLEY_HOME: home }, timeout: 60_000 }
    execFile(process.execPath, [main, ...args], options, (error, out, complaint) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, complaint })
    })
  })
}

/** `program`: `here`, or the launcher in another Node. It leads a process group of its own, as a command of a shell does. */
export function begin(home: string, program: readonly string[], ...args: string[]): Begun {
  const [file, ...before] = program
  const env = { ...process.env, PARLEY_HOME: home }
  const child = spawn(file as string, [...before, ...args], { env, detached: true })
  const lines: string[] = []
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]).then(([[code]]) => ({
    status: (code as number | null) ?? -1,
    out: lines.join('\n'),
    complaint,
  }))
  return {
    child,
    lines,
    ended,
    line: async (isWanted) => {
      const found = lines.find(isWanted)
      if (found !== undefined) return found
      for await (const [line] of on(reader, 'line', { signal: AbortSignal.timeout(30_000), close: ['close'] }))
        if (isWanted(line as string)) return line as string
      throw new Error(`it ended without the line; it said: ${lines.join('\n')} ${complaint}`)
    },
  }
}

/** The program itself. */
export const main: string = join(import.meta.dirname, '../packages/cli/main.ts')
/** In this Node. */
export const here: readonly string[] = [process.execPath, main]
