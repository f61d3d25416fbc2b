// Hold reversion: who holds a call is reminded of it, again and again until they take it up.
import type { Call } from '@openparley/contract'
import type { Millis, World } from '../../runtime/world.ts'

export interface Reminders {
  /** The call as it stands now. */
  look(call: Call): void
  close(): void
}

/** `everyMs` of 0 reminds never. */
export function reminders(world: World, everyMs: () => Millis, remind: (call: string) => void): Reminders {
  const waiting = new Map<string, () => void>()
  const stop = (id: string): void => {
    waiting.get(id)?.()
    waiting.delete(id)
  }
  const wait = (id: string): void => {
    const ms = everyMs()
    if (ms === 0) return
    const cancel = world.clock.at(world.clock.now() + ms, () => {
      remind(id)
      wait(id)
    })
    waiting.set(id, cancel)
  }
  return {
    look: ({ id, heldSince, state }) => {
      const isHeld = heldSince !== undefined && state === 'connected'
      if (!isHeld) stop(id)
      else if (!waiting.has(id)) wait(id)
    },
    close: () => {
      for (const id of [...waiting.keys()]) stop(id)
    },
  }
}
