// Standing by as it was recorded: as text, and gone through again. There is no secret in it.
import type { Millis } from '../common/index.ts'
import { Standby, type StandbyEffect, type StandbyInput } from './standby.ts'

interface WrittenTurn {
  readonly at: Millis
  readonly input?: unknown
  /** What came of it, one line an effect: what a replay is held against. */
  readonly said: readonly string[]
}

export function writeStandbyTurn(turn: {
  readonly at: Millis
  readonly input: unknown
  readonly effects: readonly unknown[]
}): WrittenTurn {
  const { at, input, effects } = turn
  return { at, ...(input === undefined ? {} : { input }), said: (effects as readonly StandbyEffect[]).map(lineOf) }
}

/** The lines of each turn as they come out now. */
export function replayStandby(options: Readonly<Record<string, unknown>>, turns: readonly WrittenTurn[]): string[][] {
  const { servers, keepAliveMs, steadyMs } = options
  const engine = new Standby({
    servers: Number(servers),
    keepAliveMs: Number(keepAliveMs),
    steadyMs: Number(steadyMs),
  })
  return turns.map(({ at, input }) =>
    (input === undefined ? engine.wake(at) : engine.handle(input as StandbyInput, at)).map(lineOf),
  )
}

function lineOf({ type, server }: StandbyEffect): string {
  return `${type} ${server}`
}
