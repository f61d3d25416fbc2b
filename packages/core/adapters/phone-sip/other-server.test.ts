// A server that goes, is silent or refuses, and the next one: RFC 3263 §4.3, on a network in memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PhoneEvent } from '../../services/calls/port.ts'
import { type Air, air, type PhoneInAir, phoneIn } from './moving.suite.ts'
import { type Places, type ServerInAir, serverIn } from './server-in-air.suite.ts'

interface House {
  readonly net: Air
  readonly first: ServerInAir
  readonly second: ServerInAir
  readonly alice: PhoneInAir
  readonly bob: PhoneInAir
}

async function house(transport: 'udp' | 'tcp'): Promise<House> {
  const net = air()
  const places: Places = new Map()
  const [first, second] = [serverIn(net, '10.0.0.1', places), serverIn(net, '10.0.0.2', places)]
  const servers = ['10.0.0.1', '10.0.0.2'].map((each) => `sip:${each}:5060;transport=${transport}`)
  const alice = await phoneIn(net, 'alice', '10.0.1.1', servers)
  const bob = await phoneIn(net, 'bob', '10.0.2.1', servers)
  return { net, first, second, alice, bob }
}

function serverOf({ told }: PhoneInAir): string | undefined {
  const last = told.findLast((event): event is Extract<PhoneEvent, { type: 'state' }> => event.type === 'state')
  return last?.state.is === 'ready' ? last.state.server?.replace(/;.*/, '') : undefined
}

async function talking({ net, alice, bob }: House): Promise<void> {
  alice.perform({ type: 'dial', call: 'call_a', to: 'bob', endpoint: { kind: 'none' } })
  await net.until('it rings', () => bob.is('incoming'))
  bob.perform({ type: 'answer', call: bob.came(), endpoint: { kind: 'none' } })
  await net.until('both talk', () => alice.is('connected') && bob.is('connected'))
  await net.run(100)
}

/** It goes, with all connections to it. */
function gone({ first, alice, bob }: House): void {
  first.go()
  alice.cut()
  bob.cut()
}

for (const [transport, withinMs] of [
  ['tcp', 2000],
  ['udp', 31_000],
] as const) {
  test(`over ${transport} a phone whose server goes while it is idle is with the second one within ${withinMs} ms`, async () => {
    const of = await house(transport)
    await of.net.run(10_000)
    gone(of)
    await of.net.until('it is there', () => serverOf(of.alice) === 'sip:10.0.0.2:5060', withinMs)
    await of.net.until('and so is the other', () => serverOf(of.bob) === 'sip:10.0.0.2:5060', withinMs)
    await talking(of)
  })

  test(`over ${transport} a call whose server goes is taken over by way of the second one, and can be ended`, async () => {
    const of = await house(transport)
    await talking(of)
    const { local } = of.alice.sound()
    gone(of)
    const both = (): boolean => [of.alice, of.bob].every((each) => serverOf(each) === 'sip:10.0.0.2:5060')
    await of.net.until('both are with the second', both, withinMs)
    await of.net.run(40_000)
    assert.equal(of.alice.count('ended') + of.bob.count('ended'), 0)
    assert.equal(of.alice.sound().local, local, 'sound has stayed where it was')
    assert.equal(of.alice.count('transferred') + of.bob.count('transferred'), 0)
    of.bob.perform({ type: 'hold', call: of.bob.came(), sound: { kind: 'silence' } })
    await of.net.until('it can be held', () => of.alice.is('held') && of.bob.is('held'))
    of.bob.perform({ type: 'end', call: of.bob.came() })
    await of.net.until('the other knows', () => of.alice.is('ended'))
  })
}

test('when the first server is back phones go back to it at a refresh, and a call goes on', async () => {
  const of = await house('udp')
  of.first.go()
  await of.net.until('they are with the second', () => serverOf(of.alice) === 'sip:10.0.0.2:5060', 31_000)
  await of.net.until('both', () => serverOf(of.bob) === 'sip:10.0.0.2:5060', 31_000)
  await talking(of)
  of.first.comeBack()
  const back = (): boolean => [of.alice, of.bob].every((each) => serverOf(each) === 'sip:10.0.0.1:5060')
  await of.net.until('they are back', back, 600_000)
  await of.net.run(40_000)
  assert.equal(of.alice.count('ended') + of.bob.count('ended'), 0)
  of.alice.perform({ type: 'end', call: 'call_a' })
  await of.net.until('the other knows', () => of.bob.is('ended'))
})

for (const how of ['nothing', 503] as const)
  test(`an INVITE that the first server answers with ${how} goes to the second one, and nobody notices`, async () => {
    const of = await house('udp')
    await of.net.run(1000)
    of.first.answers(how)
    const began = of.net.clock.now()
    await talking(of)
    const took = of.net.clock.now() - began
    assert.ok(took < 4500, `${took} ms until they talked`)
    assert.equal(of.alice.count('ended'), 0)
    assert.equal(of.bob.count('incoming'), 1)
  })
