// What a command prints: lines for people, one JSON value a line for programs.
import { asProblem } from '@openparley/sdk'

/** Prints one JSON value on a line of its own. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

/** Text from others as a terminal may show it: nothing in it moves the cursor, colours or turns what stands beside it. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD')
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** An error as a sentence and what to do next, on the error stream; as JSON on the output where that was asked for. */
export function complain(error: unknown, json: boolean): void {
  const why = whyOf(error)
  if (json) printJson({ event: 'error', error: why })
  else process.stderr.write(`${why.sentence}\n${why.next === undefined ? '' : `${why.next}\n`}`)
}

/** What went wrong, for whoever reads it: an error of the contract, or one of this command alone. */
export function whyOf(error: unknown): { code: string; sentence: string; next?: string } {
  // One of the contract's list, from whichever side of it.
  const known = error instanceof Error ? asProblem(error) : undefined
  if (known && known.code !== 'internal') return { code: known.code, sentence: known.message, next: known.next }
  const { code = 'internal', message, sentence, next } = error as Partial<Record<string, string>>
  return { code, sentence: message ?? sentence ?? String(error), ...(next === undefined ? {} : { next }) }
}
