// The thread that lives run on: beside the test's own, because the test runner looks at each promise, of which they make many.
import { parentPort } from 'node:worker_threads'
import { during, type Fault, faults, isOfCalls } from './calls-faults.ts'
import { lifeOf } from './calls-lives.ts'

export interface Asked {
  readonly from: number
  readonly to: number
  /** Which of the planted faults; undefined: none. */
  readonly fault?: number
}

/** The first seed with which something is wrong, if there is one. */
export type Found = { readonly seed: number; readonly wrong: string } | undefined

parentPort?.on('message', async ({ from, to, fault }: Asked) => {
  const live = livingWith(fault === undefined ? undefined : faults[fault])
  let found: Found
  for (let seed = from; seed <= to && !found; seed++) {
    const wrong = await live(seed).catch((error: Error) => String(error.stack))
    if (wrong !== undefined) found = { seed, wrong }
  }
  parentPort?.postMessage(found)
})

function livingWith(fault: Fault | undefined): typeof lifeOf {
  if (!fault) return lifeOf
  if (isOfCalls(fault)) return (seed) => during(fault, () => lifeOf(seed))
  return (seed) => lifeOf(seed, (turn) => during(fault, turn))
}
