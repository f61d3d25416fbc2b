// Acts that wait for a person's word where the agent's program cannot ask them: held here whole, so that what is confirmed is what is done.
import type { Given, Tool } from './tools.ts'

export interface Held {
  readonly tool: Tool
  readonly given: Given
  /** The sentence that the person is shown. */
  readonly would: string
}

export interface Confirmations {
  /** Holds the act for `heldMs`; its id, good for once. Of more than `mostHeld` the oldest is given up. */
  hold(act: Held): string
  /** The act, which is held no longer. Undefined where there is none of that id and that sentence, or its time is up. */
  take(id: string, would: string): Held | undefined
}

export interface ConfirmationsNeeds {
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
  /** Chance, as a word that nobody guesses. */
  readonly token: () => string
}

export function openConfirmations({ now, token }: ConfirmationsNeeds): Confirmations {
  const held = new Map<string, { readonly act: Held; readonly until: number }>()
  return {
    hold: (act) => {
      for (const [id, { until }] of held) if (until <= now() || held.size >= mostHeld) held.delete(id)
      const id = `confirm_${token()}`
      held.set(id, { act, until: now() + heldMs })
      return id
    },
    take: (id, would) => {
      const found = held.get(id)
      // One wrong sentence is enough: whoever shows a person something else shall not try again.
      held.delete(id)
      return found && found.until > now() && found.act.would === would ? found.act : undefined
    },
  }
}

export const heldMs = 120_000
export const mostHeld = 16
