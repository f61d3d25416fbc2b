// The thread that many calls go on: beside the test's own, whose runner looks at each promise, and with a heap of its own.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort } from 'node:worker_threads'
import type { Call } from '@openparley/contract'
import type { ActOnCall } from './calls-application.ts'
import { callsHouse } from './calls-house.ts'

/** What there is after so many calls, when all is over. */
export interface Remains {
  readonly calls: number
  readonly left: Readonly<Record<string, number>>
  readonly heapBytes: number
  /** How often each of these was done. */
  readonly done: Readonly<Record<string, number>>
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const inCall: readonly ActOnCall[] = ['hold', 'transfer', 'transferTo', 'conference', 'record', 'mute']
const house = callsHouse({ seed: 1, loss: 0, sessionExpiresS: 1800, agrees: true })
const [application] = house.applications
const done: Record<string, number> = {}
let calls = 0

parentPort?.on('message', async (count: number) => {
  await many(count)
  const left = { ...house.alive(), legs: house.sound.open(), calls: house.service.up() }
  const remains: Remains = { calls, left, heapBytes: await heapBytes(), done }
  parentPort?.postMessage(remains)
})

/** Out and in, refused, answered, held, transferred, in conferences, given up: as the dice fall. Then all is forgotten. */
async function many(count: number): Promise<void> {
  for (let i = 0; house.recorded.size < count; i++) {
    if (i % 3 === 0) house.peer.call()
    else void act('dial')
    await house.flow(100)
    for (let moves = 0; moves < 3; moves++) house.peer.move()
    const [ringing] = those('alerting')
    if (ringing?.capabilities.includes('answer')) void act('answer', ringing.id)
    await house.flow(100)
    const [first, second] = those('connected').map(({ id }) => id)
    const what = inCall[Math.floor(house.roll() * inCall.length)] as ActOnCall
    if (first !== undefined) void act(what, first, second ?? first)
    await house.flow(100)
    if (i % 4 === 3) for (const { id } of those('alerting', 'connected')) void act('end', id)
  }
  await house.flow(200_000)
  house.peer.hangUpAll()
  await house.flow(200_000)
  calls += house.recorded.size
  house.recorded.clear()
  // What an application was shown it keeps until it comes again.
  for (const each of house.applications) each.comeAgain()
}

async function act(name: 'dial' | ActOnCall, ...of: readonly string[]): Promise<void> {
  if ((await application.act(name, ...of)) === undefined) done[name] = (done[name] ?? 0) + 1
}

function those(...states: readonly Call['state'][]): Call[] {
  return house.service.state.read().state.calls.filter(({ state }) => states.includes(state))
}

async function heapBytes(): Promise<number> {
  // What waits for a finalizer goes with the next.
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise(setImmediate)
  }
  return process.memoryUsage().heapUsed
}
