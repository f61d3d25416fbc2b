// Two sides on one internet: connected by the best way there is, or told that there is none; and what is hostile is passed over.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  attributeTypes,
  methods,
  readStun,
  shortTermKey,
  textAttribute,
  wordAttribute,
  writeStun,
} from '../stun/index.ts'
import { IceAgent, type IceEffect } from './agent.ts'
import { type LocalCandidate, priorityOf } from './candidate.ts'
import { bytesOf, forSeeds, type Internet, internet, type NatKind, natKinds, rolls } from './nat.suite.ts'

const isHard = (one: NatKind, other: NatKind): boolean =>
  one === 'symmetric' && (other === 'symmetric' || other === 'port-restricted')

for (const [i, one] of natKinds.entries()) {
  for (const other of natKinds.slice(i)) {
    const canBe = !isHard(one, other) && !isHard(other, one)
    const says = canBe ? 'are connected without a relay' : 'are told that there is no way, and by a relay are connected'
    test(`behind ${one} and ${other} both sides ${says}`, () => {
      forSeeds(15, (roll, seed) => {
        const [near, far] = seed % 2 === 0 ? [one, other] : [other, one]
        const link = { loss: seed % 3 === 0 ? 0.15 : 0, twice: seed % 4 === 0 ? 0.2 : 0, delayMs: 20, jitterMs: 60 }
        const plain = internet({ a: { nat: near }, b: { nat: far } }, roll, link)
        run(plain)
        if (canBe) isConnected(plain)
        else {
          for (const side of [plain.a, plain.b]) assert.ok(side.has('failed') && !side.has('connected'), side.name)
        }
        const relayed = internet({ a: { nat: near, relay: true }, b: { nat: far, relay: true } }, roll, link)
        run(relayed)
        isConnected(relayed)
        const kinds = [...relayed.a.paths().values()].map(({ local, remote }) => [local, remote])
        if (!canBe) assert.ok(kinds.flat().includes('relay'), JSON.stringify(kinds))
        // Where both can be described beforehand, and nothing is lost, it is not taken.
        else if (link.loss === 0 && other !== 'symmetric')
          assert.ok(!kinds.flat().includes('relay'), JSON.stringify(kinds))
      })
    })
  }
}

test('on one network the host addresses are taken, both components within half a second', () => {
  const net = internet({}, rolls(1), { delayMs: 2 })
  run(net, 500)
  isConnected(net)
  for (const path of net.a.paths().values())
    assert.deepEqual([path.local, path.remote, path.final], ['host', 'host', true])
})

test('with one component alone nothing waits for the other', () => {
  const net = internet({ a: { components: [1, 2] }, b: { components: [1] } }, rolls(2), { delayMs: 2 })
  run(net, 500)
  assert.ok(net.a.has('connected') && net.b.has('connected'))
  assert.deepEqual([...net.a.paths().keys()], [1])
})

test('two sides of one role come to one of each (RFC 8445 §7.3.1.1)', () => {
  for (const controlling of [true, false]) {
    forSeeds(30, (roll) => {
      const net = internet({ a: { controlling }, b: { controlling } }, roll, { delayMs: 10, jitterMs: 30 })
      run(net)
      isConnected(net)
      assert.notEqual(net.a.agent.controlling, net.b.agent.controlling)
    })
  }
})

test('a side that is lite is checked, and the other one decides', () => {
  const net = internet({ a: { controlling: false }, b: { isLite: true } }, rolls(4), { delayMs: 5 })
  assert.equal(net.a.agent.controlling, true)
  run(net)
  isConnected(net)
})

test('consent is asked for every four to six seconds, and is over thirty seconds after the last answer (RFC 7675 §5.1)', () => {
  const net = internet({ a: { components: [1] }, b: { components: [1] } }, rolls(5), { delayMs: 5 })
  run(net, 2000)
  isConnected(net, [1])
  const before = net.a.effects.length
  net.network.run(62_000)
  const asked = requestsIn(net.a.effects.slice(before))
  assert.ok(asked >= 10 && asked <= 15, String(asked))
  assert.ok(!net.a.has('lost') && !net.b.has('lost'))
  net.cut('10.0.1.1')
  net.network.run(120_000, () => net.a.has('lost'))
  const goneAfter = net.network.now() - 62_000
  assert.ok(goneAfter >= 24_000 && goneAfter <= 30_001, String(goneAfter))
  const told = net.a.effects.length
  net.network.run(200_000)
  assert.equal(requestsIn(net.a.effects.slice(told)), 0)
})

test('a relay that is lost is told at once where it carries the stream, and costs nothing where it does not', () => {
  for (const nat of ['symmetric', 'none'] as const) {
    const net = internet({ a: { nat, relay: true }, b: { nat, relay: true } }, rolls(6), { delayMs: 5 })
    run(net)
    const relayed = [...net.a.paths().values()].some(({ local }) => local === 'relay')
    const base = relayed ? (net.a.paths().get(1)?.base ?? 0) : 11
    net.network.feed('a', { type: 'base-lost', base })
    assert.equal(net.a.has('lost'), relayed, nat)
  }
})

test('an agent that is suspended and wakes late goes on, or is told that the way is lost, once', () => {
  const net = internet({ a: { components: [1] }, b: { components: [1] } }, rolls(7), { delayMs: 5 })
  run(net, 2000)
  const effects = net.a.agent.wake(3_600_000)
  assert.deepEqual(
    effects.map(({ type }) => type),
    ['lost'],
  )
  assert.equal(net.a.agent.deadline, undefined)
})

test('the priorities are those of RFC 8445 §5.1.2, and a hundred pairs are the most', () => {
  assert.equal(priorityOf('host', 65_535, 1), 2_130_706_431)
  assert.equal(priorityOf('srflx', 65_535, 1), 1_694_498_815)
  assert.equal(priorityOf('relay', 65_535, 2), 16_777_214)
  const many = Array.from({ length: 400 }, (_, i) => candidateAt(`192.0.2.${i % 250}`, 1000 + i))
  const agent = agentWith(many)
  let checks = requestsIn(agent.handle({ type: 'start' }, 0))
  for (let now = 50; now <= 7000; now += 50) checks += new Set(placesIn(agent.wake(now))).size
  const places = new Set(many.map(({ port }) => port))
  assert.ok(checks >= 100 && places.size === 400)
  let told: IceEffect[] = []
  for (let now = 7050; now < 120_000 && agent.deadline !== undefined; now += 50) told = [...told, ...agent.wake(now)]
  assert.ok(told.some(({ type }) => type === 'failed'))
})

test('of what is forged, foreign, without integrity or too much nothing is answered or followed', () => {
  const agent = agentWith([candidateAt('192.0.2.1', 4001)])
  agent.handle({ type: 'start' }, 0)
  const username = textAttribute(attributeTypes.username, 'mine:theirs')
  const priority = wordAttribute(attributeTypes.priority, 1_845_501_695)
  const ask = (key: string | undefined, attributes = [username, priority]): IceEffect[] => {
    const message = {
      class: 'request',
      method: methods.binding,
      transaction: bytesOf(rolls(1))(12),
      attributes,
    } as const
    const read = readStun(writeStun(message, key === undefined ? {} : { key: shortTermKey(key), fingerprint: true }))
    assert.ok(read)
    return agent.handle({ type: 'received', base: 1, from: { address: '192.0.2.66', port: 6666 }, message: read }, 10)
  }
  assert.deepEqual(ask(undefined), [])
  assert.deepEqual(ask('another password that is long'), [])
  assert.deepEqual(ask('my own password, long enough', [priority]), [])
  assert.deepEqual(
    ask('my own password, long enough', [textAttribute(attributeTypes.username, 'other:x'), priority]),
    [],
  )
  assert.deepEqual(ask('my own password, long enough', [username]), [])
  assert.ok(ask('my own password, long enough').length > 0)
  // Answers to questions that nobody asked.
  const key = shortTermKey('their own password, long enough')
  const message = readStun(
    writeStun({ class: 'success', method: methods.binding, transaction: new Uint8Array(12), attributes: [] }, { key }),
  )
  assert.ok(message)
  assert.deepEqual(
    agent.handle({ type: 'received', base: 1, from: { address: '192.0.2.1', port: 4001 }, message }, 20),
    [],
  )
})

test('whoever knows the password and asks from a thousand places makes twenty pairs and no more', () => {
  const agent = agentWith([candidateAt('192.0.2.1', 4001)])
  agent.handle({ type: 'start' }, 0)
  const attributes = [
    textAttribute(attributeTypes.username, 'mine:theirs'),
    wordAttribute(attributeTypes.priority, 1_845_501_695),
  ]
  for (let port = 1; port <= 1000; port++) {
    const transaction = new Uint8Array(12).fill(port & 0xff)
    const message = readStun(
      writeStun(
        { class: 'request', method: methods.binding, transaction, attributes },
        { key: shortTermKey('my own password, long enough') },
      ),
    )
    assert.ok(message)
    agent.handle({ type: 'received', base: 1, from: { address: '192.0.2.66', port }, message }, 10)
  }
  const to = new Set<number>()
  for (let now = 50; now < 30_000 && agent.deadline !== undefined; now += 50)
    for (const effect of agent.wake(now)) if (effect.type === 'send') to.add(effect.to.port)
  assert.ok(to.size <= 21, String(to.size))
})

function run(net: Internet, ms = 30_000): void {
  net.network.feed('b', { type: 'start' })
  net.network.feed('a', { type: 'start' })
  const isOver = (side: Internet['a']): boolean => side.has('connected') || side.has('failed')
  net.network.run(ms, () => isOver(net.a) && isOver(net.b))
}

function isConnected(net: Internet, components: readonly (1 | 2)[] = [1, 2]): void {
  const told = (side: Internet['a']): string =>
    `${side.name}: ${side.agent.state} ${JSON.stringify([...side.paths().values()])}`
  const why = `${told(net.a)}\n${told(net.b)} at ${net.network.now()}`
  assert.ok(net.a.has('connected') && net.b.has('connected'), why)
  for (const component of components) assert.ok(net.isJoined(component), `component ${component}: ${why}`)
}

function requestsIn(effects: readonly IceEffect[]): number {
  return effects.filter((effect) => effect.type === 'send' && readStun(effect.bytes)?.class === 'request').length
}

function placesIn(effects: readonly IceEffect[]): string[] {
  return effects.flatMap((effect) => (effect.type === 'send' ? [`${effect.to.address} ${effect.to.port}`] : []))
}

function candidateAt(address: string, port: number): LocalCandidate {
  const priority = priorityOf('host', 65_535 - (port % 1000), 1)
  return { address, port, base: 1, component: 1, type: 'host', foundation: String(port), priority }
}

function agentWith(theirs: readonly LocalCandidate[]): IceAgent {
  return new IceAgent({
    ufrag: 'mine',
    password: 'my own password, long enough',
    candidates: [candidateAt('192.0.2.2', 4001)],
    components: [1],
    controlling: true,
    remote: { ufrag: 'theirs', password: 'their own password, long enough', candidates: theirs, isLite: false },
    random: bytesOf(rolls(9)),
    roll: rolls(10),
  })
}
