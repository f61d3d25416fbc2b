// What a command prints: lines for people, one JSON value a line for programs.
import { asProblem } from '@openparley/sdk'

/** Prints one JSON value on a line of its own. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** An error as a sentence and what to do next, on the error stream; as JSON on the output where that was asked for. */
export function complain(error: unknown, json: boolean): void {
  const { code, message, next } = asError(error)
  if (json) printJson({ event: 'error', error: { code, sentence: message, ...(next === undefined ? {} : { next }) } })
  else process.stderr.write(`${message}\n${next === undefined ? '' : `${next}\n`}`)
}

function asError(error: unknown): { code: string; message: string; next?: string } {
  if (!(error instanceof Error)) return { code: 'internal', message: String(error) }
  // One of the contract's list, from whichever side of it.
  const known = asProblem(error)
  if (known.code !== 'internal') return { code: known.code, message: known.message, next: known.next }
  const { code = 'internal', message } = error as Error & { code?: string }
  return { code, message }
}
