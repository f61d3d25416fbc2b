// The host of an engine: feeds it, lets time pass for it, and performs what it wants done.
import type { Clock, Engine } from '@openparley/protocols/common'

export interface Driven<Input> {
  feed(input: Input): void
  /** No input is taken and no timer runs any more. */
  stop(): void
}

/** An effect that feeds the engine again does so after the effects that came with it. */
export function drive<Input, Effect>(
  engine: Engine<Input, Effect>,
  clock: Clock,
  perform: (effect: Effect) => void,
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
      run(() => engine.wake(clock.now()))
    })
    timer = { at, cancel }
  }
  const run = (first: () => Effect[]): void => {
    state = 'busy'
    try {
      for (const effect of first()) perform(effect)
      for (let input = inbox.shift(); input !== undefined && isBusy(); input = inbox.shift()) {
        for (const effect of engine.handle(input, clock.now())) perform(effect)
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
      else run(() => engine.handle(input, clock.now()))
    },
    stop: () => {
      state = 'stopped'
      inbox.length = 0
      timer?.cancel()
      timer = undefined
    },
  }
}
