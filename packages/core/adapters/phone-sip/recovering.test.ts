// Calls whose phone gets another address, loses a connection, or is with another server: all on a network in memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SettingsInput } from '@openparley/contract'
import { type Air, air, type PhoneInAir, phoneIn } from './moving.suite.ts'
import { type Places, type ServerInAir, serverIn } from './server-in-air.suite.ts'

interface House {
  readonly net: Air
  readonly server: ServerInAir
  readonly alice: PhoneInAir
  readonly bob: PhoneInAir
}

async function house(transport: 'udp' | 'tcp' = 'udp', given: SettingsInput = {}): Promise<House> {
  const net = air()
  const server = serverIn(net, '10.0.0.1')
  const servers = [`sip:10.0.0.1:5060;transport=${transport}`]
  const alice = await phoneIn(net, 'alice', '10.0.1.1', servers, given)
  const bob = await phoneIn(net, 'bob', '10.0.2.1', servers, given)
  return { net, server, alice, bob }
}

async function ringing({ net, alice, bob }: House): Promise<void> {
  alice.perform({ type: 'dial', call: 'call_a', to: 'bob', endpoint: { kind: 'none' } })
  await net.until('it rings', () => alice.is('alerting') && bob.is('incoming'))
}

function answer({ bob }: House): void {
  bob.perform({ type: 'answer', call: bob.came(), endpoint: { kind: 'none' } })
}

async function talking(of: House): Promise<void> {
  await ringing(of)
  answer(of)
  await of.net.until('both talk', () => of.alice.is('connected') && of.bob.is('connected') && hear(of))
  // Until the ACK has come, too.
  await of.net.run(100)
}

/** Each sends to where the other listens. */
function hear({ alice, bob }: House, direction: string = 'sendrecv'): boolean {
  const [a, b] = [alice.sound(), bob.sound()]
  const at = (one: typeof a, other: typeof a): boolean =>
    one.remote?.address === other.local.address && one.remote?.port === other.local.port && one.direction === direction
  return at(a, b) && at(b, a)
}

/** It is one call at either side, it can be ended, and both know that. */
async function endsWell(of: House, who: 'alice' | 'bob' = 'bob'): Promise<void> {
  const { net, alice, bob } = of
  // Longer than what was on its way to where nobody is can be repeated.
  await net.run(40_000)
  assert.equal(alice.count('ended') + bob.count('ended'), bob.count('incoming') - 1, 'nothing has ended meanwhile')
  assert.equal(alice.count('transferred') + bob.count('transferred'), 0)
  if (who === 'alice') alice.perform({ type: 'end', call: 'call_a' })
  else bob.perform({ type: 'end', call: bob.came() })
  await net.until('both know that it is over', () => {
    const over = (phone: PhoneInAir, call: string): boolean =>
      phone.told.some((event) => event.type === 'ended' && event.call === call && event.end.error === undefined)
    return over(alice, 'call_a') && over(bob, bob.came())
  })
}

for (const transport of ['udp', 'tcp'] as const) {
  for (const who of ['alice', 'bob'] as const)
    test(`over ${transport} a call goes on when the side that ${who === 'alice' ? 'called' : 'was called'} gets another address`, async () => {
      const of = await house(transport)
      await talking(of)
      await of[who].move('10.0.9.9', 3000)
      await of.net.until('they hear each other', () => hear(of) && of[who].sound().local.address === '10.0.9.9')
      assert.deepEqual(
        of.server.contacts(who).map((uri) => /10\.0\.9\.9/.test(uri)),
        [true],
      )
      await endsWell(of, who === 'alice' ? 'bob' : 'alice')
    })

  test(`over ${transport} a caller whose address changes while it rings invites once more, and one call is answered`, async () => {
    const of = await house(transport)
    await ringing(of)
    await of.alice.move('10.0.9.9', 1000)
    await of.net.until('it rings again', () => of.bob.count('incoming') === 2)
    assert.equal(of.bob.told.find((event) => event.type === 'ended')?.type, 'ended')
    answer(of)
    await of.net.until('they hear each other', () => of.alice.is('connected') && hear(of))
    await endsWell(of)
  })
}

test('a call goes on from IPv4 to IPv6 and back', async () => {
  const net = air()
  const places: Places = new Map()
  const server = serverIn(net, '10.0.0.1', places)
  serverIn(net, 'fd00::1', places)
  const servers = ['sip:10.0.0.1:5060;transport=udp', 'sip:[fd00::1]:5060;transport=udp']
  const alice = await phoneIn(net, 'alice', '10.0.1.1', servers)
  const bob = await phoneIn(net, 'bob', '10.0.2.1', servers)
  const of = { net, server, alice, bob }
  await talking(of)
  for (const address of ['fd00::9', '10.0.9.9']) {
    await alice.move(address, 1000)
    await net.until('they hear each other', () => hear(of) && alice.sound().local.address === address)
  }
  await endsWell(of)
})

test('a caller that goes from IPv6 to IPv4 while it rings invites once more', async () => {
  const net = air()
  const places: Places = new Map()
  const server = serverIn(net, '10.0.0.1', places)
  serverIn(net, 'fd00::1', places)
  const alice = await phoneIn(net, 'alice', 'fd00::9', ['sip:[fd00::1]:5060', 'sip:10.0.0.1:5060'])
  const bob = await phoneIn(net, 'bob', '10.0.2.1', ['sip:10.0.0.1:5060'])
  const of = { net, server, alice, bob }
  await ringing(of)
  assert.equal(alice.sound().local.address, 'fd00::9')
  await alice.move('10.0.9.9', 1000)
  await net.until('it rings again', () => bob.count('incoming') === 2)
  answer(of)
  await net.until('they hear each other', () => alice.is('connected') && hear(of))
  await endsWell(of)
})

test('a caller whose address changes before anything came back cancels without waiting, and invites once more', async () => {
  const of = await house()
  const { net, alice, bob } = of
  net.lose((label, _, to) => label.endsWith(' INVITE') && to === '10.0.1.1')
  alice.perform({ type: 'dial', call: 'call_a', to: 'bob', endpoint: { kind: 'none' } })
  await net.until('it rings', () => bob.is('incoming'))
  await alice.move('10.0.9.9')
  await net.until('the first is over, and it rings again', () => bob.is('ended') && bob.count('incoming') === 2)
  answer(of)
  await net.until('they hear each other', () => alice.is('connected') && hear(of))
  await endsWell(of)
})

test('a caller whose address changes while the answer is on its way is in the call that was answered', async () => {
  const of = await house()
  const { net, alice, bob } = of
  await ringing(of)
  net.lose((label, _, to) => label === '200 INVITE' && to === '10.0.1.1')
  answer(of)
  await net.until('it was answered', () => net.ladder.some((each) => each.endsWith('10.0.1.1 200 INVITE')))
  await alice.move('10.0.9.9', 1000)
  await net.until('they hear each other', () => alice.is('connected') && hear(of))
  assert.equal(bob.count('incoming'), 1)
  await endsWell(of)
})

test('a phone whose address changes while it rings answers from the new one', async () => {
  const of = await house()
  await ringing(of)
  await of.bob.move('10.0.9.9', 1000)
  await of.net.run(1000)
  answer(of)
  await of.net.until('they hear each other', () => of.alice.is('connected') && hear(of))
  assert.equal(of.bob.sound().local.address, '10.0.9.9')
  assert.equal(of.bob.count('incoming'), 1)
  await endsWell(of, 'alice')
})

test('a phone whose address changes as it has answered, before that is confirmed, is in the call', async () => {
  for (const isLost of [true, false]) {
    const of = await house()
    const { net, alice, bob } = of
    await ringing(of)
    if (isLost) net.lose((label, from) => label === '200 INVITE' && from === '10.0.2.1')
    answer(of)
    await net.run(isLost ? 3 : 12)
    await bob.move('10.0.9.9', 1000)
    await net.until('they hear each other', () => alice.is('connected') && hear(of))
    await endsWell(of, 'alice')
  }
})

test('a connection that is reset while it rings ends no call, on neither side', async () => {
  for (const who of ['alice', 'bob'] as const) {
    const of = await house('tcp')
    await ringing(of)
    of[who].cut()
    await of.net.run(3000)
    if (who === 'alice') await of.net.until('it rings again', () => of.bob.count('incoming') === 2)
    answer(of)
    await of.net.until('they hear each other', () => of.alice.is('connected') && hear(of))
    await endsWell(of)
  }
})

test('the other line of a phone that moves is moved as well, and a call is invited again once', async () => {
  const of = await house()
  await phoneIn(of.net, 'anna', '10.0.1.1', ['sip:10.0.0.1:5060;transport=udp'])
  await ringing(of)
  await of.alice.move('10.0.9.9', 1000)
  await of.net.run(20_000)
  assert.equal(of.bob.count('incoming'), 2)
  answer(of)
  await of.net.until('they hear each other', () => of.alice.is('connected') && hear(of))
  await endsWell(of)
})

test('a hold that was asked for as the address changed is held from the new one', async () => {
  for (const afterMs of [0, 3, 8, 12, 18]) {
    const of = await house()
    await talking(of)
    of.alice.perform({ type: 'hold', call: 'call_a', sound: { kind: 'silence' } })
    await of.net.run(afterMs)
    await of.alice.move('10.0.9.9', 500)
    await of.net.until('it is held', () => of.alice.is('held') && of.bob.is('held'))
    await of.net.run(10_000)
    assert.deepEqual([of.alice.count('held'), of.bob.count('held')], [1, 1])
    assert.equal(of.bob.sound().remote?.address, '10.0.9.9')
    of.alice.perform({ type: 'resume', call: 'call_a' })
    await of.net.until('they hear each other', () => hear(of))
    await endsWell(of)
  }
})

test('a side that moves while the other asks it to wait is held, whether it had heard, answered, or neither', async () => {
  for (const afterMs of [0, 8, 12, 15, 18, 22]) {
    const of = await house()
    await talking(of)
    of.alice.perform({ type: 'hold', call: 'call_a', sound: { kind: 'silence' } })
    await of.net.run(afterMs)
    await of.bob.move('10.0.9.9', 500)
    await of.net.until('it is held', () => of.alice.is('held') && of.bob.is('held'))
    await of.net.until('where it is now', () => of.alice.sound().remote?.address === '10.0.9.9')
    await of.net.run(10_000)
    of.alice.perform({ type: 'resume', call: 'call_a' })
    await of.net.until('they hear each other', () => hear(of))
    await endsWell(of)
  }
})

for (const who of ['alice', 'bob'] as const)
  test(`a call that is held stays held when the side that ${who === 'alice' ? 'holds' : 'is held'} moves, and can be resumed`, async () => {
    const of = await house()
    await talking(of)
    of.alice.perform({ type: 'hold', call: 'call_a', sound: { kind: 'silence' } })
    await of.net.until('it is held', () => of.alice.is('held') && of.bob.is('held'))
    await of[who].move('10.0.9.9', 1000)
    const other = who === 'alice' ? of.bob : of.alice
    await of.net.until('it is known where', () => other.sound().remote?.address === '10.0.9.9')
    await of.net.run(5000)
    assert.deepEqual([of.alice.count('resumed'), of.bob.count('resumed')], [0, 0])
    assert.equal(of.alice.sound().direction, 'sendonly')
    of.alice.perform({ type: 'resume', call: 'call_a' })
    await of.net.until('they hear each other', () => of.bob.is('resumed') && hear(of))
    await endsWell(of)
  })

test('both sides may move at once: who called finds the other by their address', async () => {
  for (const transport of ['udp', 'tcp'] as const) {
    const of = await house(transport)
    await talking(of)
    await Promise.all([of.alice.move('10.0.9.1'), of.bob.move('10.0.9.2')])
    await of.net.until('they hear each other', () => hear(of) && of.bob.sound().local.address === '10.0.9.2')
    await endsWell(of)
  }
})

test('both sides may move at once while one holds, and it is held then, too', async () => {
  const of = await house()
  await talking(of)
  of.alice.perform({ type: 'hold', call: 'call_a', sound: { kind: 'silence' } })
  await of.net.until('it is held', () => of.alice.is('held') && of.bob.is('held'))
  await Promise.all([of.alice.move('10.0.9.1'), of.bob.move('10.0.9.2')])
  await of.net.until('it is known where', () => of.alice.sound().remote?.address === '10.0.9.2')
  await of.net.run(20_000)
  assert.equal(of.alice.sound().direction, 'sendonly')
  of.alice.perform({ type: 'resume', call: 'call_a' })
  await of.net.until('they hear each other', () => hear(of))
  await endsWell(of)
})

test('signalling alone may be lost and come back: sound stays where it is', async () => {
  const of = await house('tcp')
  await talking(of)
  const { local } = of.alice.sound()
  of.alice.cut()
  await of.net.run(5000)
  assert.equal(of.alice.sound().local, local)
  assert(hear(of))
  await endsWell(of)
})

test('sound alone may be lost: while the other side answers, the call goes on and nothing is asked anew', async () => {
  const of = await house()
  await talking(of)
  const before = of.net.ladder.filter((each) => each.endsWith(' INVITE')).length
  of.alice.sound().silent()
  await of.net.run(40_000)
  assert.equal(of.net.ladder.filter((each) => each.endsWith(' INVITE')).length, before)
  await endsWell(of)
})

test('while the network is away silence ends no call, for a minute', async () => {
  for (const [awayMs, isOver] of [
    [50_000, false],
    [90_000, true],
  ] as const) {
    const of = await house()
    await talking(of)
    void of.alice.move('10.0.9.9', awayMs)
    await of.net.run(5000)
    of.alice.sound().silent()
    await of.net.run(awayMs - 5000 + 1000)
    assert.equal(of.alice.is('ended'), isOver)
    if (!isOver) await of.net.until('they hear each other', () => hear(of))
  }
})

test('a call that the other side has ended meanwhile is over when the phone is back', async () => {
  const of = await house()
  await talking(of)
  void of.alice.move('10.0.9.9', 35_000)
  await of.net.run(1000)
  of.bob.perform({ type: 'end', call: of.bob.came() })
  await of.net.until('the phone is back and knows', () => of.alice.is('ended'), 60_000)
  const over = of.alice.told.find((event) => event.type === 'ended')
  assert(over?.type === 'ended')
  assert.equal(over.end.error?.code, 'call-lost')
})

test('where nobody is there any more the call ends, and does not try for ever', async () => {
  const of = await house()
  await talking(of)
  void of.bob.move('10.0.9.2', 600_000)
  await of.alice.move('10.0.9.9', 1000)
  await of.net.until('it is over', () => of.alice.is('ended'), 60_000)
  const over = of.alice.told.find((event) => event.type === 'ended')
  assert.equal(over?.type === 'ended' && over.end.error?.code, 'call-lost')
})
