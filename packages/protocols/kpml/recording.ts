// Keys as they were recorded, without the keys: how many there were, when, and what the patterns said of them, which is what the
// engine goes by. The patterns are left out as well, as what they are and which matched may say what was pressed.
import type { Millis } from '../common/index.ts'
import type { KpmlRequest } from './documents.ts'
import { Kpml, type KpmlEffect, type KpmlInput, type Look } from './kpml.ts'

interface WrittenTurn {
  readonly at: Millis
  readonly input?: unknown
  readonly answers?: readonly unknown[]
  /** What came of it, one line an effect: what a replay is held against. */
  readonly said: readonly string[]
}

/** Of what a server asks for, all but the patterns. */
export type KpmlTerms = Pick<KpmlRequest, 'persist' | 'interdigitMs' | 'criticalMs' | 'flush'>

export function kpmlTerms({ persist, interdigitMs, criticalMs, flush }: KpmlRequest): KpmlTerms {
  return { persist, interdigitMs, criticalMs, flush }
}

export function writeKpmlTurn(turn: {
  readonly at: Millis
  readonly input: unknown
  readonly effects: readonly unknown[]
  readonly answers: readonly unknown[]
}): WrittenTurn {
  const { at, input, effects, answers } = turn
  return {
    at,
    ...(input === undefined ? {} : { input: withoutKey(input as KpmlInput) }),
    ...(answers.length === 0 ? {} : { answers: (answers as readonly Look[]).map(withoutTag) }),
    said: (effects as readonly KpmlEffect[]).map(lineOf),
  }
}

/** The lines of each turn as they come out now. Throws where these are no turns of this engine. */
export function replayKpml(options: Readonly<Record<string, unknown>>, turns: readonly WrittenTurn[]): string[][] {
  const looks = turns.flatMap(({ answers }) => answers ?? []) as Look[]
  const looked = (): Look => {
    const look = looks.shift()
    if (!look) throw new Error('more keys are looked at than were')
    return look
  }
  const engine = new Kpml(asked(options), looked)
  return turns.map(({ at, input }) =>
    (input === undefined ? engine.wake(at) : engine.handle(readInput(input as WrittenInput), at)).map(lineOf),
  )
}

type WrittenInput =
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'hung-up' | 'expired' }
  | { readonly type: 'asked'; readonly request: KpmlTerms }

function withoutKey(input: KpmlInput): WrittenInput {
  if (input.type === 'key') return { type: 'key', key: hidden(input.key) }
  return input.type === 'asked' ? { type: 'asked', request: kpmlTerms(input.request) } : input
}

function readInput(input: WrittenInput): KpmlInput {
  return input.type === 'asked' ? { type: 'asked', request: asked(input.request) } : input
}

function asked(terms: Readonly<Record<string, unknown>>): KpmlRequest {
  return { ...(terms as unknown as KpmlTerms), patterns: [] }
}

function withoutTag({ match, tag }: Look): Look {
  return { match, tag: hidden(tag) }
}

function lineOf({ response: { code, digits = '', tag }, last }: KpmlEffect): string {
  return `report ${code}, keys ${hidden(digits) || 'none'}${tag === undefined ? '' : ', tagged'}${last ? ', last' : ''}`
}

function hidden(text: string): string {
  return 'x'.repeat(text.length)
}
