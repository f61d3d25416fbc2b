// An act that may take no longer than so much time, whatever it was given. A rule of recurrence that has no next occurrence keeps the
// library looking for one for ever, and nothing but the engine itself can end a loop that does not give way.
import { createContext, Script } from 'node:vm'

const place = createContext({}, { codeGeneration: { strings: false, wasm: false } })
const script = new Script('act()')

/** Undefined: it was ended, or threw. */
export function bounded<T>(mostMs: number, act: () => T): T | undefined {
  let result: T | undefined
  // Told at once and taken back at once: nothing of what is read stays there.
  place['act'] = () => {
    result = act()
  }
  try {
    script.runInContext(place, { timeout: mostMs })
    return result
  } catch {
    return undefined
  } finally {
    place['act'] = undefined
  }
}
