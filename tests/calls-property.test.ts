// Whatever applications, the other side and the clock do, in whatever order: no call is stuck, every end is told once, and what
// a call says that can be done can be done. Ten faults planted in the tables are each found.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exchangeTable, sessionTable } from '@openparley/protocols/sip'
import { type Act, callsHouse } from './calls-house.ts'
import { table } from '../packages/core/services/calls/state.ts'

const acts: readonly Act[] = [
  'answer',
  'decline',
  'deflect',
  'end',
  'hold',
  'resume',
  'mute',
  'unmute',
  'sendDigits',
  'attach',
  'transfer',
  'split',
  'silence',
  'unsilence',
]

/** What is wrong after the life that the seed's dice give; undefined: nothing. */
async function lifeOf(seed: number): Promise<string | undefined> {
  // One in two on a good network, one in four beyond reach at some time.
  const loss = seed % 2 === 0 ? 0 : 0.1
  const isCut = seed % 4 === 1
  const house = callsHouse({ seed, loss, sessionExpiresS: isCut ? 90 : 1800 })
  const { roll, service, peer, seen } = house
  const pick = <T>(all: readonly T[]): T => all[Math.floor(roll() * all.length)] as T
  await house.flow(1)
  for (let step = 0; step < steps; step++) {
    if (isCut && step === steps - 5) house.cut()
    const chance = roll()
    const calls = service.state.read().state.calls
    if (chance < 0.12) {
      const who = { application: 'a', name: 'a', role: 'approve', mayNamePaths: false, signal } as const
      await Promise.resolve(service.handlers.dial({ to: '204', requestId: `r${step}` }, who)).catch(() => undefined)
    } else if (chance < 0.2) peer.call()
    else if (chance < 0.5) peer.move()
    else if (chance < 0.85 && calls.length > 0) {
      const call = pick(calls)
      const name = pick(acts)
      const can = call.capabilities.includes(name as never)
      const busy = house.isUnderWay(call.id)
      const by = call.handler === 'b' ? 'b' : 'a'
      const came = await house.act(by, name, call.id)
      if (busy) continue
      if (can && came === 'call-wrong-state')
        return `${name} was said to be possible, and was not: ${JSON.stringify(call)}`
      // Ending is said to be harmless at any time.
      if (!can && came === 'taken' && name !== 'end') return `${name} was not said to be possible, and was`
    } else if (chance < 0.87) service.released(pick(['a', 'b']))
    else await house.flow(roll() * 3000)
  }
  if (isCut) {
    await house.flow(600_000)
    const left = [...seen.values()].filter(({ state }) => state !== 'ended')
    if (left.length > 0) return `beyond reach for ten minutes, and not ended: ${JSON.stringify(left)}`
  } else {
    // Nobody does anything any more. What rings is given up after a minute, and by then all is decided.
    await house.flow(loss === 0 ? 100_000 : 140_000)
    const up = [...seen.values()].filter(({ state }) => state !== 'ended')
    const undecided = up.filter(({ state }) => state !== 'connected')
    if (undecided.length > 0) return `stuck: ${JSON.stringify(undecided)}`
    if (up.length !== peer.up()) return `${up.length} calls are up here, and ${peer.up()} there`
    if (peer.unanswered() > 0) return 'the other side waits for an answer for ever'
    const internal = house.failures.find(({ code }) => code === 'internal')
    if (internal) return `nobody said what became of ${internal.act}`
    if (loss === 0) {
      // A request of ours may cross their BYE: then they do not know the call any more.
      const lost = [...seen.values()].find(({ end }) => end?.error?.code === 'call-lost' && end.peer?.status !== 481)
      if (lost) return `lost on a good network: ${JSON.stringify(lost.end)}`
      const theirs = peer.ended().find(({ cause }) => ['timeout', 'unacknowledged', 'expired'].includes(cause))
      if (theirs) return `the other side lost us on a good network: ${theirs.cause}`
    }
    // Hanging up leaves nothing behind.
    for (const { id, handler } of up) await house.act(handler === 'b' ? 'b' : 'a', 'end', id)
    await house.flow(120_000)
    const after = [...seen.values()].filter(({ state }) => state !== 'ended')
    if (after.length > 0) return `not ended when told to: ${JSON.stringify(after)}`
    if (peer.up() > 0) return 'the other side was not told the end'
  }
  await house.flow(120_000)
  if (house.underWay() > 0) return 'somebody waits for what became of an act'
  for (const id of seen.keys()) {
    if (house.ends.get(id) !== 1) return `the end of ${id} was told ${house.ends.get(id) ?? 0} times`
    if (house.recorded.get(id) !== 1) return `${id} was recorded ${house.recorded.get(id) ?? 0} times`
  }
  const { sessions, requests, timers } = house.alive()
  if (sessions + requests + timers > 0) return `left behind: ${JSON.stringify(house.alive())}`
  if (service.state.read().state.calls.length > 0) return 'calls are not forgotten'
  return undefined
}

test('whatever happens in hundreds of lives, no call is stuck, and each end is told', async () => {
  const only = Number(process.env['SEED'] ?? 0)
  for (let seed = only || 1; seed <= (only || lives); seed++) {
    const wrong = await lifeOf(seed)
    assert.equal(wrong, undefined, `with SEED=${seed}: ${wrong}`)
  }
})

interface Planted {
  readonly what: string
  readonly row: Record<string, unknown>
  readonly cell: string
  /** Undefined: the cell is missing. */
  readonly instead?: unknown
}

const planted: readonly Planted[] = [
  { what: 'the end of a call that is up is not noticed', row: table.connected, cell: 'ended' },
  { what: 'an answered call goes on as dialled', row: table.dialling, cell: 'connected', instead: 'dialling' },
  { what: 'a call that rings cannot end', row: table.alerting, cell: 'ended' },
  { what: 'hold is not noted', row: table.connected, cell: 'held' },
  { what: 'their BYE is passed over', row: sessionTable.established, cell: 'bye' },
  { what: 'no BYE is sent', row: sessionTable.established, cell: 'end', instead: ['ended', 'tell-ended'] },
  { what: 'their CANCEL is passed over', row: sessionTable.incoming, cell: 'cancel' },
  { what: 'an ACK is passed over', row: sessionTable.accepted, cell: 'ack' },
  {
    what: 'an answer that comes after we gave up is left standing',
    row: sessionTable.cancelling,
    cell: '2xx',
    instead: ['ended', 'tell-given-up'],
  },
  { what: 'a refusal is passed over', row: sessionTable.proceeding, cell: '3xx-6xx' },
  { what: 'the answer to our offer is not told', row: exchangeTable['we-offer'], cell: '2xx', instead: ['stable'] },
  { what: 'their offer is passed over', row: exchangeTable.stable, cell: 'invite' },
]

describe('a fault in the tables is found:', () => {
  for (const { what, row, cell, instead } of planted) {
    test(what, async (t) => {
      const whole = row[cell]
      if (instead === undefined) delete row[cell]
      else row[cell] = instead
      t.after(() => {
        row[cell] = whole
      })
      let found: string | undefined
      for (let seed = 1; found === undefined && seed <= 10_000; seed++) found = await lifeOf(seed).catch(String)
      assert.ok(found, 'by no seed below 10,000')
    })
  }
})

const { signal } = new AbortController()
const steps = 60
const lives = 2000
