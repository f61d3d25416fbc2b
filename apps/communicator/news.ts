// What changed in a call, as a sentence for a screen reader.
import type { Call } from '@openparley/sdk/browser'
import { nameOf, stateOf } from './messages.ts'
import type { News } from './model.ts'

/** Undefined where nothing changed that a person would want to hear of. */
export function newsBetween(before: Call | undefined, after: Call): News | undefined {
  if (before?.state === after.state) return undefined
  return { text: `${nameOf(after.remote)}: ${stateOf(after)}`, isUrgent: false }
}
