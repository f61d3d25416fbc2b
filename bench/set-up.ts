// From INVITE to its 200 with automatic answer: two user agents, two UDP sockets of this process, one core.
import { side } from './side.ts'

export interface SetUp {
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Calls one after the other, so that only the way there and back is measured. */
export async function setUp(calls: number): Promise<SetUp> {
  const answering = await side(() => {})
  let done: (() => void) | undefined
  const calling = await side(({ feed }, { session, event }) => {
    if (event.type !== 'accepted') return
    done?.()
    feed({ type: 'end', session })
  })
  const times: number[] = []
  for (let i = 0; i < calls; i++) {
    const began = performance.now()
    const answered = new Promise<void>((resolve) => {
      done = resolve
    })
    calling.call(`call-${i}`, answering.hop)
    await answered
    times.push(performance.now() - began)
    // The BYE and its answer are not part of the next call.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all([answering.close(), calling.close()])
  // The first calls warm the machine up.
  const sorted = times.slice(Math.floor(calls / 5)).sort((a, b) => a - b)
  const at = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] as number) * 1000) / 1000
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}
