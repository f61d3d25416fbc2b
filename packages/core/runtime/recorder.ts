// What went into a session's engines and what came out, so that it can be gone through again. Values are kept as they are and
// made to text only for a report: recording costs a call little more than the memory.
import type { Millis } from './world.ts'

export interface RecordedTurn {
  readonly at: Millis
  /** Undefined: time passed. */
  readonly input: unknown
  readonly effects: readonly unknown[]
  /** What the engine was told when it asked: chance, names, addresses; in order. */
  readonly answers: readonly unknown[]
}

export interface RecordedEngine {
  readonly id: string
  /** What kind of engine it is, and what it was made with beside what it asks for. */
  readonly kind: string
  readonly options: Readonly<Record<string, unknown>>
  readonly turns: readonly RecordedTurn[]
  /** More happened than is kept: the beginning is missing, and what is here cannot be gone through. */
  readonly cut: boolean
}

export interface EngineRecord {
  /** Notes what the engine is told, and tells it. */
  answer<T>(value: T): T
  turn(turn: {
    readonly at: Millis
    readonly input: unknown
    readonly effects: readonly unknown[]
    readonly idle: boolean
  }): void
}

export interface Recorder {
  engine(id: string, kind: string, options: Readonly<Record<string, unknown>>): EngineRecord
  /** A code, or what is dialled with one: replaced by as many x wherever it stands; a short one where it is what an address is of. */
  hide(secret: string): void
  /** The text of a report without what is hidden. */
  without(text: string): string
  read(): RecordedEngine[]
}

/** Kept are the last minutes: whole stretches between moments in which nothing was under way. */
export function recorder(): Recorder {
  const engines = new Map<string, { read(): RecordedEngine }>()
  const secrets = new Set<string>()
  return {
    hide: (secret) => {
      secrets.add(secret)
      // In an address # is written otherwise (RFC 3261 §25.1).
      if (secret.includes('#')) secrets.add(secret.replaceAll('#', '%23'))
      while (secrets.size > mostSecrets) secrets.delete(secrets.values().next().value as string)
    },
    without: (text) => {
      let shown = text
      // The longest first: what is dialled holds the codes themselves.
      for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
        const hidden = 'x'.repeat(secret.length)
        if (secret.length >= tellable) shown = shown.replaceAll(secret, hidden)
        else shown = shown.replace(asAddress(secret), (_, before: string) => before + hidden)
      }
      return shown
    },
    engine: (id, kind, options) => {
      // Most sessions of a process idle: what is kept of each is no longer than what is in it, and nothing is kept ready.
      let whole: (readonly RecordedTurn[])[] = []
      let underWay: RecordedTurn[] | undefined
      let count = 0
      let answers: unknown[] | undefined
      let cut = false
      const drop = (now: Millis): void => {
        while (whole.length > 0 && (((whole[1] ?? underWay)?.[0]?.at ?? now) < now - keptMs || count > mostTurns))
          count -= whole.shift()?.length ?? 0
        // One stretch alone that is too long is of no use without its beginning.
        if (count <= mostTurns) return
        cut = true
        underWay = undefined
        count = 0
      }
      engines.set(id, {
        read: () => ({ id, kind, options, turns: [...whole.flat(), ...(underWay ?? none)], cut }),
      })
      return {
        answer: (value) => {
          if (answers) answers.push(value)
          else answers = [value]
          return value
        },
        turn: ({ at, input, effects, idle }) => {
          const turn = { at, input, effects: fitting(effects), answers: fitting(answers ?? none) }
          answers = undefined
          if (underWay) underWay.push(turn)
          else underWay = [turn]
          count++
          if (idle) {
            whole.push(fitting(underWay))
            underWay = undefined
            cut = false
          }
          drop(at)
        },
      }
    },
    read: () => [...engines.values()].map((engine) => engine.read()),
  }
}

/** A list that has grown has room for more than is in it. */
function fitting<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? none : list.slice()
}

const none: readonly never[] = []

/** A text shorter than this stands in anything by chance: ports, times, lengths. */
const tellable = 4

function asAddress(secret: string): RegExp {
  return new RegExp(`((?:sips?|tel):)${secret.replace(/[*#%]/g, '\\$&')}(?=[@;>"\\\\]|$)`, 'gi')
}

const keptMs = 300_000
const mostTurns = 2000
const mostSecrets = 1000
