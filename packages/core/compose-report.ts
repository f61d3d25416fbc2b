// What a problem report holds of a session, and going through it again.
import { type HealthRow, ParleyError } from '@openparley/contract'
import { replayKpml, writeKpmlTurn } from '@openparley/protocols/kpml'
import { replayStandby, writeStandbyTurn } from '@openparley/protocols/cucm'
import {
  ladderOf,
  type Rung,
  replayTurns,
  type WrittenEngine,
  type WrittenTurn,
  writeTurn,
} from '@openparley/protocols/sip'
import type { RecordedTurn, Recorder } from './runtime/recorder.ts'
import type { ConfigService } from './services/config/index.ts'
import type { HealthService } from './services/health/index.ts'
import { asksIn, replaySignIn, writeSignInTurn } from './services/provisioning/index.ts'

/** How what an engine did is made to text and gone through again, by its kind. */
const kinds: Readonly<
  Record<
    string,
    {
      readonly write: (turn: RecordedTurn) => WrittenTurn
      readonly replay: (engine: WrittenEngine) => string[][]
      readonly ladder: (engine: WrittenEngine) => Rung[]
    }
  >
> = {
  'sign-in': {
    write: writeSignInTurn,
    replay: ({ options, turns }) => replaySignIn(options, turns),
    ladder: ({ turns }) => asksIn(turns),
  },
  registration: { write: writeTurn, replay: replayTurns, ladder: ladderOf },
  agent: { write: writeTurn, replay: replayTurns, ladder: ladderOf },
  standby: {
    write: writeStandbyTurn,
    replay: ({ options, turns }) => replayStandby(options, turns),
    ladder: () => [],
  },
  kpml: {
    write: writeKpmlTurn,
    replay: ({ options, turns }) => replayKpml(options, turns),
    ladder: () => [],
  },
}

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
  const read = parts.recording
    .read()
    .map((engine) => ({ ...engine, turns: engine.turns.map(kindOf(engine.kind).write) }))
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
  /** How many turns were gone through again; 0: there was nothing to compare. */
  readonly compared: number
  /** The first turn that came to something else than the session's own; absent: none. */
  readonly differs?: { readonly turn: number; readonly was: readonly string[]; readonly is: readonly string[] }
  readonly ladder: readonly Rung[]
  readonly cut: boolean
}

export interface ReplayedSession {
  readonly user: string
  readonly engines: readonly ReplayedEngine[]
}

export interface Replayed {
  /** Everything that could be gone through came to the same, and in each session something could. */
  readonly same: boolean
  /** Why it is not the same. */
  readonly reason?: string
  readonly sessions: readonly ReplayedSession[]
}

/** Goes through the sessions of a report again. Throws `report-invalid` where these are none. */
export function replay(sessions: readonly SessionReport[]): Replayed {
  const replayed = sessions.map(replaySession)
  const differing = replayed.flatMap(({ engines }) => engines.filter(({ differs }) => differs))
  const empty = replayed.filter(({ engines }) => engines.every(({ compared }) => compared === 0))
  const reason =
    differing.length > 0
      ? `other states: ${differing.map(({ id }) => id).join(', ')}`
      : replayed.length === 0 || empty.length > 0
        ? ['nothing to compare', ...empty.map(({ user }) => user)].join(': ')
        : undefined
  return { same: reason === undefined, ...(reason === undefined ? {} : { reason }), sessions: replayed }
}

function replaySession({ user, engines }: SessionReport): ReplayedSession {
  if (typeof user !== 'string' || !Array.isArray(engines)) throw new ParleyError('report-invalid', 'a session is none')
  return {
    user,
    engines: engines.map((engine: SessionReport['engines'][number]) => {
      try {
        return replayEngine(engine)
      } catch (error) {
        if (error instanceof ParleyError) throw error
        throw new ParleyError('report-invalid', `the recording ${engine?.id}: ${(error as Error).message}`)
      }
    }),
  }
}

function replayEngine(engine: SessionReport['engines'][number]): ReplayedEngine {
  const { id, turns, cut } = engine
  const { replay: again, ladder } = kindOf(engine.kind)
  const now = cut ? [] : again(engine)
  const turn = cut ? -1 : turns.findIndex(({ said }, at) => JSON.stringify(said) !== JSON.stringify(now[at]))
  return {
    id,
    cut,
    compared: now.length,
    states: now.flat(),
    ...(turn < 0 ? {} : { differs: { turn, was: turns[turn]?.said ?? [], is: now[turn] ?? [] } }),
    ladder: ladder(engine),
  }
}

function kindOf(kind: string): (typeof kinds)[string] {
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (!known) throw new ParleyError('report-invalid', `nobody knows how to go through ${kind}`)
  return known
}
