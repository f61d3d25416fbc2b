// The host of an engine: feeds it, lets time pass for it, and performs what it wants done.
import type { Clock, Engine, Millis } from '@openparley/protocols/common'

export interface Driven<Input> {
  feed(input: Input): void
  /** No input is taken and no timer runs any more. */
  stop(): void
}

/** One turn of an engine: what came in (nothing: time passed) and what came of it. The values are kept as they are. */
export interface Turn<Input, Effect> {
  readonly at: Millis
  readonly input: Input | undefined
  readonly effects: readonly Effect[]
  /** Nothing is under way any more: an engine made anew would be the same. */
  readonly idle: boolean
}

/** An effect that feeds the engine again does so after the effects that came with it. `record` is told of each turn. */
export function drive<Input, Effect>(
  engine: Engine<Input, Effect>,
  clock: Clock,
  perform: (effect: Effect) => void,
  record?: (turn: Turn<Input, Effect>) => void,
): Driven<Input> {
  const inbox: Input[] = []
  let state: 'idle' | 'busy' | 'stopped' = 'idle'
  let timer: { readonly at: number; readonly cancel: () => void } | undefined

  const schedule = (): void => {
    const at = state === 'stopped' ? undefined : engine.deadline
    if (at === timer?.at) return
    timer?.cancel()
    timer = undefined
    if (at === undefined) return
    const cancel = clock.at(at, () => {
      timer = undefined
      run(() => turn(undefined))
    })
    timer = { at, cancel }
  }
  const turn = (input: Input | undefined): Effect[] => {
    const at = clock.now()
    const effects = input === undefined ? engine.wake(at) : engine.handle(input, at)
    record?.({ at, input, effects, idle: engine.deadline === undefined })
    return effects
  }
  const run = (first: () => Effect[]): void => {
    state = 'busy'
    try {
      for (const effect of first()) perform(effect)
      for (let input = inbox.shift(); input !== undefined && isBusy(); input = inbox.shift()) {
        for (const effect of turn(input)) perform(effect)
      }
    } finally {
      if (isBusy()) state = 'idle'
      schedule()
    }
  }
  // A perform may have stopped it: TypeScript does not see that through the closure.
  const isBusy = (): boolean => state === 'busy'

  return {
    feed: (input) => {
      if (state === 'stopped') return
      if (state === 'busy') inbox.push(input)
      else run(() => turn(input))
    },
    stop: () => {
      state = 'stopped'
      inbox.length = 0
      timer?.cancel()
      timer = undefined
    },
  }
}
