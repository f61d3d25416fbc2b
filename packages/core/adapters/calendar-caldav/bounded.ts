// An act that may take no longer than so much time, whatever it was given. A rule of recurrence that has no next occurrence keeps the
// library looking for one for ever, and nothing but the engine itself can end a loop that does not give way.
import { createContext, Script } from 'node:vm'

const place = createContext({}, { codeGeneration: { strings: false, wasm: false } })
const script = new Script('act()')

/**
 * late: it was ended, wherever it was. waited: that too, and this process had not worked for half of the time, so that others on the
 * machine are to blame.
 */
export function bounded(mostMs: number, act: () => void): 'done' | 'late' | 'waited' {
  const before = process.cpuUsage()
  // Told at once and taken back at once: nothing of what is read stays there.
  place['act'] = act
  try {
    script.runInContext(place, { timeout: mostMs })
    return 'done'
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw thrown
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000 < mostMs / 2 ? 'waited' : 'late'
  } finally {
    place['act'] = undefined
  }
}
