// The log: pino's JSON lines in one file that is turned over before it grows too large. Secrets are never in it.
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Setting, settings } from '@openparley/contract'
import { type Logger, type LoggerOptions, pino } from 'pino'

export type Log = Logger

export interface LogFile {
  write(line: string): void
  close(): void
}

export interface LogOptions {
  readonly file: string
  readonly level?: string | undefined
  /** Bytes of the file before it is renamed to FILE.1, which takes the place of the one before. */
  readonly maxBytes?: number
}

export interface OpenLog {
  readonly log: Log
  close(): void
}

export function openLog({ file, level, maxBytes = 5_000_000 }: LogOptions): OpenLog {
  const out = turningFile(file, maxBytes)
  return { log: pino({ ...options, level: levelOf(level) }, out), close: () => out.close() }
}

/** One of pino's levels; anything else is `info`. */
export function levelOf(text: string | undefined): string {
  return text !== undefined && Object.hasOwn(pino.levels.values, text) ? text : 'info'
}

/** Written at once: the last line before a crash is the one that is wanted. */
function turningFile(file: string, maxBytes: number): LogFile {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const open = (): number => openSync(file, 'a', 0o600)
  let out: number | undefined = open()
  let length = fstatSync(out).size
  return {
    write: (line) => {
      if (out === undefined) return
      const bytes = Buffer.from(line)
      if (length > 0 && length + bytes.length > maxBytes) {
        closeSync(out)
        renameSync(file, `${file}.1`)
        out = open()
        length = 0
      }
      writeSync(out, bytes)
      length += bytes.length
    },
    close: () => {
      if (out !== undefined) closeSync(out)
      out = undefined
    },
  }
}

const secretNames = Object.entries(settings as Record<string, Setting>).flatMap(([name, { secret }]) =>
  secret ? [name] : [],
)

const secretPaths = [...secretNames, 'token', 'password', 'authorization', 'code'].flatMap((name) =>
  ['', '*', '*.*', '*.*.*'].map((before) => `${before}["${name}"]`),
)

const options: LoggerOptions = {
  // One process, one file: its pid and machine are in the first line.
  base: null,
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  redact: { paths: secretPaths, censor: '[secret]' },
}
