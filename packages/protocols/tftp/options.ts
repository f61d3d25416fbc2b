// What a transfer is agreed on: RFC 2347 with blksize (2348), timeout and tsize (2349) and windowsize (7440).
import type { Millis } from '../common/index.ts'
import type { Options } from './packet.ts'

export interface Terms {
  /** Bytes in every block but the last, 8–65464. */
  readonly blockSize: number
  /** Blocks that are sent before an ACK is waited for, 1–65535. */
  readonly windowSize: number
  /** How long the sender waits for an ACK before it sends again. */
  readonly timeoutMs?: Millis
  /** The whole file, in bytes. */
  readonly size?: number
}

export interface Wishes {
  /** 8–65464. 512 needs no option, and is not asked for. */
  readonly blockSize?: number
  /** 1–1024. 1 needs no option, and is not asked for. */
  readonly windowSize?: number
  /** Whole seconds, 1–255. */
  readonly timeoutS?: number
}

/** What a server grants at most, where more is asked for. */
export interface Limits {
  /** 512–65464. */
  readonly mostBlockSize: number
  /** 1–1024. */
  readonly mostWindowSize: number
}

/** RFC 1350: what holds where no options are agreed. */
export const plainTerms: Terms = { blockSize: 512, windowSize: 1 }

/** RFC 2348, 2349, 7440: what each option can be. */
const ranges = { blksize: [8, 65_464], windowsize: [1, 65_535], timeout: [1, 255], tsize: [0, 10 ** 15] } as const

type OptionName = keyof typeof ranges

/** Half of the block numbers would still tell a late block from an early one; no network gains by so much. */
const mostWindowAsked = 1024

/** The options of a request. The size is asked for where any other is: who wants no options gets a plain RFC 1350 request. */
export function optionsFor({ blockSize = 512, windowSize = 1, timeoutS }: Wishes): Options {
  const options = new Map<string, string>()
  if (blockSize !== plainTerms.blockSize) options.set('blksize', String(blockSize))
  if (windowSize !== plainTerms.windowSize) options.set('windowsize', String(windowSize))
  if (timeoutS !== undefined) options.set('timeout', String(timeoutS))
  for (const [name, value] of options) {
    if (numberOf(name, value) === undefined) throw new RangeError(`${name} cannot be ${value}`)
  }
  if (windowSize > mostWindowAsked) throw new RangeError(`windowsize cannot be ${windowSize}`)
  if (options.size > 0) options.set('tsize', '0')
  return options
}

/** What the server's answer comes to; why it must be refused where it says what it may not. */
export function termsOf(asked: Options, answered: Options): Terms | { readonly refused: string } {
  const numbers: Partial<Record<OptionName, number>> = {}
  for (const [name, text] of answered) {
    const question = asked.get(name)
    if (question === undefined) return { refused: `${shown(name)} was not asked for` }
    const value = numberOf(name, text)
    if (value === undefined || !mayAnswer(name as OptionName, Number(question), value))
      return { refused: `${name} cannot be ${shown(text)}` }
    numbers[name as OptionName] = value
  }
  return termsWith(numbers)
}

/** What a server grants, and the answer that says it. What it does not know, or what cannot be, is left out (RFC 2347). */
export function grant(
  asked: Options,
  size: number,
  limits: Limits,
): { readonly terms: Terms; readonly answer: Options } {
  const numbers: Partial<Record<OptionName, number>> = {}
  for (const [name, text] of asked) {
    const value = numberOf(name, text)
    if (value === undefined) continue
    if (name === 'blksize') numbers.blksize = Math.min(value, limits.mostBlockSize)
    else if (name === 'windowsize') numbers.windowsize = Math.min(value, limits.mostWindowSize)
    else if (name === 'timeout') numbers.timeout = value
    else numbers.tsize = size
  }
  const answer = new Map(Object.entries(numbers).map(([name, value]) => [name, String(value)]))
  return { terms: termsWith(numbers), answer }
}

function termsWith({ blksize, windowsize, timeout, tsize }: Partial<Record<OptionName, number>>): Terms {
  return {
    blockSize: blksize ?? plainTerms.blockSize,
    windowSize: windowsize ?? plainTerms.windowSize,
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    ...(tsize === undefined ? {} : { size: tsize }),
  }
}

/** A server may say less for blksize and windowsize; timeout it repeats or leaves out; tsize is its own. */
function mayAnswer(name: OptionName, asked: number, answered: number): boolean {
  if (name === 'tsize') return true
  return name === 'timeout' ? answered === asked : answered <= asked
}

/** Undefined for what is no option of ours, no decimal number, or out of its range. */
function numberOf(name: string, text: string): number | undefined {
  if (!Object.hasOwn(ranges, name) || !/^\d{1,16}$/.test(text)) return undefined
  const [least, most] = ranges[name as OptionName]
  const value = Number(text)
  return value >= least && value <= most ? value : undefined
}

/** A peer's own words, short enough to be sent back and shown. */
function shown(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 40)
}
