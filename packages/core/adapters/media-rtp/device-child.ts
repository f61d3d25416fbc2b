// A program of the sound server's as a child: without a shell, with bounded pipes, and never longer there than this thread.
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface Child {
  readonly process: ChildProcess
  /** What it said to its error output, the last of it. */
  said(): string
  end(): void
}

export interface ChildAsk {
  readonly program: string
  readonly args: readonly string[]
  readonly input: 'pipe' | 'ignore'
  /** Each line of its error output; lines that it writes over one another are lines too. */
  readonly line?: (text: string) => void
  /** Once, with its status; undefined where it could not be started. */
  readonly ended: (status: number | undefined) => void
}

export function startChild({ program, args, input, line, ended }: ChildAsk): Child {
  // When this thread is gone, whatever ended it, the kernel ends the child; elsewhere its closed pipes do.
  const [command, before] = pathOf('setpriv') ? ['setpriv', ['--pdeathsig', 'KILL', '--', program]] : [program, []]
  const child = spawn(command, [...before, ...args], {
    stdio: [input, 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
    windowsHide: true,
  })
  let said = ''
  let rest = ''
  let isOver = false
  const over = (status: number | undefined): void => {
    if (isOver) return
    isOver = true
    ended(status)
  }
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split(/[\r\n]+/)
    rest = (lines.pop() ?? '').slice(-mostRest)
    for (const each of lines) {
      if (each.trim() === '') continue
      if (!each.startsWith('Time:')) said = `${said}${each}\n`.slice(-mostSaid)
      line?.(each)
    }
  })
  // Whoever ends while it is written to says so by its end.
  child.stdin?.on('error', () => {})
  child.stdout?.on('error', () => {})
  child.once('error', (error) => {
    said += error.message
    over(undefined)
  })
  child.once('close', (status) => over(status ?? undefined))
  return {
    process: child,
    said: () => said + rest,
    end: () => {
      isOver = true
      child.stdin?.destroy()
      child.stdout?.destroy()
      child.kill('SIGKILL')
    },
  }
}

/** Where a program lies; undefined: it is not installed. */
export function pathOf(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

const mostSaid = 2000
const mostRest = 4000
