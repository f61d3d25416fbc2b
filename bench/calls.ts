// Whole calls a second, INVITE to the answered BYE, with SDP: both sides in this process, on one core, as pjsip-perf measures.
import { side } from './side.ts'

export interface CallsASecond {
  /** The highest rate at which no call failed and 99 % were set up in 20 ms. */
  readonly knee: number
  /** At 80 % of it. */
  readonly rate: number
  readonly failed: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly heapMB: number
}

interface Step {
  readonly made: number
  readonly failed: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Steps the rate up until it is too much, then stays at 80 % of the last that was not. */
export async function callsASecond(from = 500, by = 500, seconds = 4): Promise<CallsASecond> {
  // A cold engine compiles first; that is start-up, and measured there.
  await step(from * 2, 3)
  let knee = 0
  for (let rate = from; ; rate += by) {
    const { made, failed, p99Ms } = await step(rate, seconds)
    if (failed > 0 || p99Ms > 20 || made < rate * seconds * 0.99) break
    knee = rate
  }
  const rate = Math.round(knee * 0.8)
  const { failed, p50Ms, p99Ms } = await step(rate, seconds * 2)
  return { knee, rate, failed, p50Ms, p99Ms, heapMB: Math.round(process.memoryUsage().heapUsed / 2 ** 20) }
}

async function step(rate: number, seconds: number): Promise<Step> {
  const began = new Map<string, number>()
  const times: number[] = []
  let over = 0
  let failed = 0
  let made = 0
  let finished = false
  const ended = Promise.withResolvers<void>()
  const answering = await side(() => {})
  const calling = await side(({ feed }, { session, event }) => {
    if (event.type === 'accepted') {
      times.push(performance.now() - (began.get(session) as number))
      feed({ type: 'end', session })
    } else if (event.type === 'ended') {
      if (++over === made && finished) ended.resolve()
      if (event.by !== 'local') failed++
      began.delete(session)
    }
  })
  const start = performance.now()
  await new Promise<void>((resolve) => {
    const tick = (): void => {
      const passed = performance.now() - start
      if (passed > seconds * 1000) {
        finished = true
        if (over === made) ended.resolve()
        return resolve()
      }
      // Not more than a tenth of a second at once: who cannot keep up shows it by fewer calls, not by a flood.
      for (let due = Math.min(Math.floor((passed * rate) / 1000), made + rate / 10); made < due; made++) {
        const session = `call-${made}`
        began.set(session, performance.now())
        calling.call(session, answering.hop)
      }
      setTimeout(tick, 1)
    }
    tick()
  })
  // What is still on its way has two seconds to come to its end.
  await Promise.race([ended.promise, new Promise((resolve) => setTimeout(resolve, 2000))])
  await Promise.all([answering.close(), calling.close()])
  // The first second warms the machine up.
  const sorted = times.slice(rate).sort((a, b) => a - b)
  const at = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 100) / 100
  return { made, failed: failed + made - over, p50Ms: at(0.5), p99Ms: at(0.99) }
}
