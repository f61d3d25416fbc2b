// The transaction layer against RFC 3261 §17 and RFC 6026: schedule, table, property, and a pair on a lossy link.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forSeeds, virtualNetwork } from '@openparley/testkit'
import { Headers, type SipMessage, type SipRequest } from './message.ts'
import { responseTo } from './responses.ts'
import { firstState, type Kind, type Signal, type State, tables, timersOf } from './transaction-tables.ts'
import { type Hop, type TransactionEffect, type TransactionInput, TransactionLayer } from './transactions.ts'

const udp: Hop = { transport: 'udp', address: '192.0.2.2', port: 5060 }
const tcp: Hop = { transport: 'tcp', address: '192.0.2.2', port: 5060, flow: 'f1' }

test('an unanswered INVITE goes out at 0, 500, 1500 … ms and is given up at 32 s', () => {
  const layer = new TransactionLayer()
  assert.deepEqual(run(layer, ask(layer, 'INVITE', udp)), [
    '0 INVITE',
    '500 INVITE',
    '1500 INVITE',
    '3500 INVITE',
    '7500 INVITE',
    '15500 INVITE',
    '31500 INVITE',
    '32000 over timeout',
  ])
})

test('any other request is repeated at intervals that grow to T2 (§17.1.2.2)', () => {
  const layer = new TransactionLayer()
  assert.deepEqual(
    run(layer, ask(layer, 'BYE', udp)).map(Number.parseFloat),
    [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000],
  )
})

test('after a provisional response any other request is repeated every T2 (§17.1.2.2)', () => {
  const layer = new TransactionLayer()
  ask(layer, 'BYE', udp)
  receive(layer, responseTo(request('BYE'), 100, ''), udp, 100)
  assert.deepEqual(
    run(layer, []).map(Number.parseFloat),
    [500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500, 32_000],
  )
})

test('nothing is repeated on a reliable transport, and it still ends at 32 s', () => {
  for (const method of ['INVITE', 'OPTIONS']) {
    const layer = new TransactionLayer()
    assert.deepEqual(run(layer, ask(layer, method, tcp)), [`0 ${method}`, '32000 over timeout'])
  }
})

test('a refusal is repeated by G until its ACK, and given up at H', () => {
  const layer = new TransactionLayer()
  const id = arrive(layer, request('INVITE'))
  const log = run(layer, layer.handle({ type: 'respond', id, response: responseTo(request('INVITE'), 486, 'b') }, 0))
  assert.deepEqual(
    log.map(Number.parseFloat),
    [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000],
  )
  assert.equal(log.at(-1), '32000 over timeout')
})

test('the ACK stops the repeats of a refusal, and I ends it 5 s later, at once on a reliable transport', () => {
  for (const [hop, end] of [
    [udp, '5100 over done'],
    [tcp, '100 over done'],
  ] as const) {
    const layer = new TransactionLayer()
    const id = arrive(layer, request('INVITE'), hop)
    layer.handle({ type: 'respond', id, response: responseTo(request('INVITE'), 486, 'b') }, 0)
    const effects = receive(layer, request('ACK'), hop, 100)
    assert.deepEqual([...effects.map(line(100)), ...run(layer, [])], [end])
  }
})

test('an accepted INVITE swallows repeats of the request and passes every 2xx of its owner on (RFC 6026 §7.1)', () => {
  const layer = new TransactionLayer()
  const id = arrive(layer, request('INVITE'))
  const response = responseTo(request('INVITE'), 200, 'b')
  assert.equal(layer.handle({ type: 'respond', id, response }, 0).length, 1)
  assert.deepEqual(receive(layer, request('INVITE'), udp, 400), [])
  assert.equal(layer.handle({ type: 'respond', id, response }, 500).length, 1)
  assert.deepEqual(run(layer, []), ['32000 over done'])
})

test('an accepted INVITE of ours passes every 2xx on, of whichever branch, until M', () => {
  const layer = new TransactionLayer()
  ask(layer, 'INVITE', udp)
  for (const [tag, at] of [
    ['b1', 100],
    ['b2', 200],
    ['b1', 31_000],
  ] as const) {
    const effects = receive(layer, responseTo(request('INVITE'), 200, tag), udp, at)
    assert.deepEqual(effects.map(line(at)), [`${at} response 200`])
  }
  assert.deepEqual(run(layer, []), ['32100 over done'])
})

test('a refusal that comes again is acknowledged again, and told once', () => {
  const layer = new TransactionLayer()
  ask(layer, 'INVITE', udp)
  const response = responseTo(request('INVITE'), 486, 'b')
  assert.deepEqual(receive(layer, response, udp, 1).map(line(1)), ['1 ACK', '1 response 486'])
  assert.deepEqual(receive(layer, response, udp, 2).map(line(2)), ['2 ACK'])
})

test('a CANCEL is delivered with the INVITE that it is for', () => {
  const layer = new TransactionLayer()
  const id = arrive(layer, request('INVITE'))
  const [effect] = receive(layer, request('CANCEL'), udp, 1)
  assert.equal(effect?.type === 'request' && effect.cancels, id)
})

test('requests of RFC 2543, without the magic cookie, are matched by their headers', () => {
  const layer = new TransactionLayer()
  const id = arrive(layer, request('INVITE', '1'))
  layer.handle({ type: 'respond', id, response: responseTo(request('INVITE', '1'), 404, 'b') }, 0)
  const ack = request('ACK', '1')
  ack.headers.set('To', '<sip:bob@example.com>;tag=b')
  assert.deepEqual(receive(layer, ack, udp, 1), [])
  const other = request('INVITE', '1')
  other.headers.set('Call-ID', 'other')
  assert.equal(receive(layer, other, udp, 2)[0]?.type, 'request')
})

test('received and rport are noted on a request, and its response goes there (RFC 3581 §4)', () => {
  const layer = new TransactionLayer()
  const came: Hop = { transport: 'udp', address: '203.0.113.7', port: 40_000 }
  const [effect] = receive(layer, request('OPTIONS'), came, 0)
  assert(effect?.type === 'request')
  const params = new Set(effect.request.headers.get('Via')?.split(';').slice(1))
  assert.deepEqual(params, new Set(['branch=z9hG4bKa', 'rport=40000', 'received=203.0.113.7']))
  const [sent] = layer.handle({ type: 'respond', id: effect.id, response: responseTo(effect.request, 200, 'b') }, 1)
  assert.deepEqual(sent?.type === 'send' && sent.hop, came)
})

test('without rport the response goes to the port of Via, and to maddr where there is one (§18.2.2)', () => {
  for (const [via, address, port] of [
    ['SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKa', '203.0.113.7', 5062],
    ['SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa', '203.0.113.7', 5060],
    ['SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKa;maddr=192.0.2.9', '192.0.2.9', 5070],
  ] as const) {
    const layer = new TransactionLayer()
    const options = request('OPTIONS')
    options.headers.set('Via', via)
    const [effect] = receive(layer, options, { transport: 'udp', address: '203.0.113.7', port: 40_000 }, 0)
    assert(effect?.type === 'request')
    const [sent] = layer.handle({ type: 'respond', id: effect.id, response: responseTo(effect.request, 200, 'b') }, 1)
    assert.deepEqual(sent?.type === 'send' && sent.hop, { transport: 'udp', address, port }, via)
  }
})

test('a request that lacks what every request has gets 400 and makes no transaction; an ACK gets nothing', () => {
  for (const name of ['From', 'To', 'Call-ID', 'CSeq']) {
    const layer = new TransactionLayer()
    const options = request('OPTIONS')
    options.headers.remove(name)
    assert.deepEqual(receive(layer, options, udp, 0).map(line(0)), ['0 400'], name)
    const ack = request('ACK')
    ack.headers.remove(name)
    assert.deepEqual(receive(layer, ack, udp, 0), [], name)
    assert.equal(layer.size, 0)
  }
  const layer = new TransactionLayer()
  const lying = request('OPTIONS')
  lying.headers.set('CSeq', '1 INVITE')
  assert.deepEqual(receive(layer, lying, udp, 0).map(line(0)), ['0 400'])
})

test('a way that breaks ends all that waits on it, and nothing else', () => {
  const layer = new TransactionLayer()
  ask(layer, 'INVITE', tcp, 'z9hG4bKa')
  ask(layer, 'OPTIONS', tcp, 'z9hG4bKb')
  ask(layer, 'OPTIONS', udp, 'z9hG4bKc')
  const effects = layer.handle({ type: 'hop-failed', hop: { transport: 'tcp', address: '192.0.2.2', port: 5060 } }, 5)
  assert.deepEqual(effects.map(line(5)), ['5 over transport-error', '5 over transport-error'])
  assert.equal(layer.size, 1)
})

test('every state of every table is reached from the first and reaches the end', () => {
  for (const kind of kinds) {
    const states: State[] = [...(Object.keys(tables[kind]) as State[]), 'terminated']
    assert.deepEqual(new Set(walk(kind, firstState[kind])), new Set(states), kind)
    for (const state of states) {
      assert(walk(kind, state).includes('terminated'), `${kind}: ${state} has no end`)
      // A call may ring for as long as people let it: that limit is the session's.
      if (kind.startsWith('invite') && state === 'proceeding') continue
      assert(walk(kind, state, isTimer).includes('terminated'), `${kind}: ${state} waits without a limit`)
    }
  }
})

test('every timer that a state starts has a cell there, and the other way round', () => {
  for (const kind of kinds) {
    for (const [state, row] of Object.entries(tables[kind])) {
      const inRow = Object.keys(row).filter((signal) => isTimer(signal as Signal))
      assert.deepEqual(new Set(inRow), new Set(timersOf[kind][state as State] ?? []), `${kind}: ${state}`)
    }
  }
})

test('whatever comes, each transaction is told over once, last, and leaves nothing behind', () => {
  forSeeds(2000, (roll) => {
    const layer = new TransactionLayer()
    const hop = roll() < 0.5 ? udp : tcp
    const method = roll() < 0.6 ? 'INVITE' : 'OPTIONS'
    const effects = [...ask(layer, method, hop)]
    let now = 0
    for (let i = 0; i < 12; i++) {
      now += roll() * 5000
      effects.push(...layer.wake(now))
      const chance = roll()
      if (chance < 0.05) effects.push(...layer.handle({ type: 'abandon', id: 'z9hG4bKa' }, now))
      else if (chance < 0.1) effects.push(...layer.handle({ type: 'failed', id: 'z9hG4bKa' }, now))
      else if (chance < 0.15) effects.push(...layer.handle({ type: 'hop-failed', hop }, now))
      else {
        const status = [100, 180, 183, 200, 302, 404, 486, 603][Math.floor(roll() * 8)] as number
        effects.push(...receive(layer, responseTo(request(method), status, 'b'), hop, now))
      }
    }
    effects.push(...layer.handle({ type: 'failed', id: 'z9hG4bKa' }, now))
    while (layer.deadline !== undefined) effects.push(...layer.wake(layer.deadline))
    const overs = effects.filter((effect) => effect.type === 'over')
    assert.equal(overs.length, 1)
    assert.equal(layer.size, 0)
    const last = effects.findLastIndex((effect) => effect.type === 'response')
    assert(last < effects.indexOf(overs[0] as TransactionEffect), 'delivered after the end')
  })
})

test('a refused call on a link that loses, delays and doubles is told exactly once on both sides', () => {
  let unanswered = 0
  forSeeds(500, (roll) => {
    const told = refusedCall(roll)
    if (told.timeouts > 0) unanswered++
    assert(told.requests <= 1, `${told.requests} requests`)
    assert.equal(told.finals + told.timeouts, 1)
    assert.equal(told.left, 0)
  })
  // 30 % loss takes all of seven repeats about twice in ten thousand calls.
  assert(unanswered <= 2, `${unanswered} calls timed out`)
})

test('a laptop that slept finds all its timers due at once, and all is told', () => {
  const layer = new TransactionLayer()
  ask(layer, 'INVITE', udp, 'z9hG4bKa')
  ask(layer, 'BYE', udp, 'z9hG4bKb')
  const effects = layer.wake(3_600_000)
  while (layer.deadline !== undefined) effects.push(...layer.wake(layer.deadline))
  assert.equal(effects.filter((effect) => effect.type === 'over').length, 2)
  assert.equal(layer.size, 0)
})

const kinds = Object.keys(tables) as Kind[]

function refusedCall(roll: () => number): { requests: number; finals: number; timeouts: number; left: number } {
  const layers = { caller: new TransactionLayer(), callee: new TransactionLayer() }
  const told = { requests: 0, finals: 0, timeouts: 0, left: 0 }
  const perform = (name: string, effect: TransactionEffect): void => {
    if (effect.type === 'send') {
      const message = { ...effect.message, headers: effect.message.headers.clone() }
      network.send(name === 'caller' ? 'callee' : 'caller', { type: 'received', message, hop: udp })
    } else if (effect.type === 'request') {
      told.requests++
      network.feed('callee', { type: 'respond', id: effect.id, response: responseTo(effect.request, 486, 'b') })
    } else if (effect.type === 'response' && effect.response.status >= 200) told.finals++
    else if (effect.type === 'over' && effect.why === 'timeout' && name === 'caller') told.timeouts++
  }
  const link = { loss: 0.3, twice: 0.1, delayMs: 5, jitterMs: 200 }
  const network = virtualNetwork<TransactionInput, TransactionEffect>(layers, perform, roll, link)
  network.feed('caller', { type: 'request', id: 'z9hG4bKa', request: request('INVITE', 'z9hG4bKa'), hop: udp })
  network.run(1_000_000)
  told.left = layers.caller.size + layers.callee.size
  return told
}

function ask(layer: TransactionLayer, method: string, hop: Hop, branch = 'z9hG4bKa'): TransactionEffect[] {
  return layer.handle({ type: 'request', id: branch, request: request(method, branch), hop }, 0)
}

function arrive(layer: TransactionLayer, message: SipRequest, hop: Hop = udp): string {
  const [effect] = receive(layer, message, hop, 0)
  assert(effect?.type === 'request')
  return effect.id
}

function receive(layer: TransactionLayer, message: SipMessage, hop: Hop, now: number): TransactionEffect[] {
  return layer.handle({ type: 'received', message, hop }, now)
}

function run(layer: TransactionLayer, begun: TransactionEffect[]): string[] {
  const log = begun.map(line(0))
  while (layer.deadline !== undefined) {
    const now = layer.deadline
    log.push(...layer.wake(now).map(line(now)))
  }
  return log
}

function line(now: number): (effect: TransactionEffect) => string {
  return (effect) => {
    if (effect.type === 'send') {
      return `${now} ${effect.message.kind === 'request' ? effect.message.method : effect.message.status}`
    }
    if (effect.type === 'response') return `${now} response ${effect.response.status}`
    if (effect.type === 'over') return `${now} over ${effect.why}`
    return `${now} ${effect.type}`
  }
}

function request(method: string, branch = 'z9hG4bKa'): SipRequest {
  const headers = new Headers()
  headers.append('Via', `SIP/2.0/UDP 192.0.2.1:5062;branch=${branch};rport`)
  headers.append('From', '<sip:alice@example.com>;tag=a').append('To', '<sip:bob@example.com>')
  headers.append('Call-ID', 'c1').append('CSeq', `1 ${method}`).append('Max-Forwards', '70')
  return { kind: 'request', method, uri: 'sip:bob@example.com', headers, body: new Uint8Array(0) }
}

function walk(kind: Kind, from: State, by: (signal: Signal) => boolean = () => true): State[] {
  const seen: State[] = [from]
  for (const state of seen) {
    for (const [signal, cell] of Object.entries(tables[kind][state] ?? {})) {
      if (by(signal as Signal) && !seen.includes(cell[0])) seen.push(cell[0])
    }
  }
  return seen
}

function isTimer(signal: Signal): boolean {
  return /^[A-M]$/.test(signal)
}
