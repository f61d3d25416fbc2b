// Asking sources side by side: each has its time, who is late is missing, and why each is.
import { errorValue, type ErrorValue, ParleyError } from '@openparley/contract'
import type { Millis, World } from '../../runtime/world.ts'
import type { DirectoryPort } from './port.ts'

export interface Missing {
  readonly source: DirectoryPort['kind']
  readonly error?: ErrorValue
}

export interface Answers<T> {
  /** In the sources’ order; undefined: that one is missing. */
  readonly found: readonly (T | undefined)[]
  readonly missing: readonly Missing[]
}

/**
 * `told` is called with what there is after each answer but the last. Rejects with `cancelled` once the signal is aborted, and not for what a
 * source does.
 */
export async function askAll<T>(
  world: World,
  sources: readonly DirectoryPort[],
  ask: (source: DirectoryPort, signal: AbortSignal) => Promise<T>,
  { timeoutMs, signal, told }: { timeoutMs: Millis; signal: AbortSignal; told?: (so: Answers<T>) => void },
): Promise<Answers<T>> {
  const found: (T | undefined)[] = sources.map(() => undefined)
  const missing = new Map<DirectoryPort['kind'], Missing>(sources.map(({ kind }) => [kind, { source: kind }]))
  const answers = (): Answers<T> => ({ found: [...found], missing: [...missing.values()] })
  const over = new AbortController()
  const end = (): void => over.abort()
  signal.addEventListener('abort', end)
  const cancel = world.clock.at(world.clock.now() + timeoutMs, end)
  const ended = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()))
  let isOver = false
  let waiting = sources.length
  const one = async (source: DirectoryPort, place: number): Promise<void> => {
    try {
      const answer = await ask(source, over.signal)
      if (isOver) return
      found[place] = answer
      missing.delete(source.kind)
    } catch (thrown) {
      if (isOver) return
      missing.set(source.kind, { source: source.kind, error: valueOf(thrown) })
    }
    if (--waiting > 0) told?.(answers())
  }
  try {
    if (signal.aborted) throw new ParleyError('cancelled')
    // A source that does not end when it is told to keeps nobody waiting.
    await Promise.race([Promise.all(sources.map(one)), ended])
    if (signal.aborted) throw new ParleyError('cancelled')
    isOver = true
    const { found: all, missing: late } = answers()
    return {
      found: all,
      missing: late.map((each) => (each.error ? each : { ...each, error: errorValue('server-silent') })),
    }
  } finally {
    isOver = true
    cancel()
    signal.removeEventListener('abort', end)
    end()
  }
}

function valueOf(thrown: unknown): ErrorValue {
  return thrown instanceof ParleyError
    ? errorValue(thrown.code, thrown.detail, thrown.peer)
    : errorValue('directory-unavailable', thrown instanceof Error ? thrown.message : undefined)
}
