// What a problem report holds of a session, and going through it again.
import type { HealthRow } from '@openparley/contract'
import { ladderOf, type Rung, replayTurns, type WrittenEngine, writeTurn } from '@openparley/protocols/sip'
import type { Recorder } from './runtime/recorder.ts'
import type { ConfigService } from './services/config/index.ts'
import type { HealthService } from './services/health/index.ts'

export interface SessionReport {
  readonly user: string
  readonly at: string
  readonly settings: unknown
  readonly health: readonly HealthRow[]
  readonly healthPast: readonly HealthRow[]
  readonly engines: readonly (WrittenEngine & { readonly cut: boolean })[]
}

export function reportOf(parts: {
  readonly user: string
  readonly at: string
  readonly settings: ConfigService
  readonly rows: HealthService
  readonly recording: Recorder
}): SessionReport & Readonly<Record<string, unknown>> {
  const read = parts.recording.read().map((engine) => ({ ...engine, turns: engine.turns.map(writeTurn) }))
  const engines = JSON.parse(parts.recording.without(JSON.stringify(read))) as SessionReport['engines']
  return {
    user: parts.user,
    at: parts.at,
    settings: parts.settings.state.read().state,
    health: parts.rows.state.read().state.services,
    healthPast: parts.rows.past(),
    engines,
  }
}

export interface ReplayedEngine {
  readonly id: string
  /** What each turn came to, one line an effect. */
  readonly states: readonly string[]
  /** The first turn that came to something else than the session's own; absent: none. */
  readonly differs?: { readonly turn: number; readonly was: readonly string[]; readonly is: readonly string[] }
  readonly ladder: readonly Rung[]
  readonly cut: boolean
}

export function replayEngine(engine: SessionReport['engines'][number]): ReplayedEngine {
  const { id, turns, cut } = engine
  const now = cut ? [] : replayTurns(engine)
  const turn = cut ? -1 : turns.findIndex(({ said }, at) => JSON.stringify(said) !== JSON.stringify(now[at]))
  return {
    id,
    cut,
    states: now.flat(),
    ...(turn < 0 ? {} : { differs: { turn, was: turns[turn]?.said ?? [], is: now[turn] ?? [] } }),
    ladder: ladderOf(engine),
  }
}
