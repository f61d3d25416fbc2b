// The transaction layer against RFC 3261 §17 and RFC 6026: schedule, table, property, and a pair on a lossy link.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dice } from '../common/index.ts'
import type { Hop } from './hop.ts'
import { Headers, type SipMessage, type SipRequest } from './message.ts'
import { responseTo } from './replies.ts'
import { diagram, type Machine, machines, type Signal, type State } from './transaction-tables.ts'
import { type TransactionEffect, TransactionLayer } from './transactions.ts'
import { newBranch } from './via.ts'

const udp: Hop = { transport: 'udp', address: '192.0.2.2', port: 5060 }
const tcp: Hop = { transport: 'tcp', address: '192.0.2.2', port: 5060, flow: 'f1' }

test('an unanswered INVITE goes out at 0, 500, 1500 … ms and is given up at 32 s', () => {
  const layer = newLayer(1)
  const log = run(layer, layer.handle({ type: 'request', branch: 'z9hG4bKa', request: request('INVITE'), hop: udp }, 0))
  assert.deepEqual(log, [
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

test('any other request is repeated at intervals that grow to T2, by RFC 3261 §17.1.2.2', () => {
  const layer = newLayer(1)
  const log = run(layer, layer.handle({ type: 'request', branch: 'z9hG4bKa', request: request('BYE'), hop: udp }, 0))
  assert.deepEqual(
    log.map((line) => Number(line.split(' ')[0])),
    [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000],
  )
})

test('nothing is repeated on a reliable transport, and it still ends at 32 s', () => {
  for (const method of ['INVITE', 'OPTIONS']) {
    const layer = newLayer(1)
    const log = run(layer, layer.handle({ type: 'request', branch: 'z9hG4bKa', request: request(method), hop: tcp }, 0))
    assert.deepEqual(log, [`0 ${method}`, '32000 over timeout'])
  }
})

test('a refusal is repeated by G until its ACK, and given up at H', () => {
  const layer = newLayer(1)
  const id = arrive(layer, request('INVITE', 'z9hG4bKpeer'), 0)
  const log = run(
    layer,
    layer.handle({ type: 'respond', transaction: id, response: responseTo(request('INVITE', 'z9hG4bKpeer'), 486) }, 0),
  )
  assert.deepEqual(
    log.map((line) => line.replace(' over timeout', '')).map(Number.parseFloat),
    [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000],
  )
  assert.match(log.at(-1) as string, /over timeout/)
})

test('the ACK stops the repeats of a refusal, and I ends it 5 s later', () => {
  const layer = newLayer(1)
  const invite = request('INVITE', 'z9hG4bKpeer')
  const id = arrive(layer, invite, 0)
  layer.handle({ type: 'respond', transaction: id, response: responseTo(invite, 486) }, 0)
  const ack = layer.handle({ type: 'received', message: request('ACK', 'z9hG4bKpeer'), hop: udp }, 100)
  assert.deepEqual(ack, [])
  assert.deepEqual(run(layer, []), ['5100 over done'])
})

test('the owner who is silent for 200 ms makes a 100 go out, once', () => {
  const layer = newLayer(1)
  arrive(layer, request('INVITE', 'z9hG4bKpeer'), 0)
  assert.equal(layer.deadline, 200)
  assert.deepEqual(layer.wake(200).map(line(200)), ['200 100'])
  assert.equal(layer.deadline, undefined)
})

test('an accepted INVITE swallows repeats of the request and passes every 2xx of the owner on', () => {
  const layer = newLayer(1)
  const invite = request('INVITE', 'z9hG4bKpeer')
  const id = arrive(layer, invite, 0)
  const ok = responseTo(invite, 200, { toTag: 'b' })
  assert.equal(layer.handle({ type: 'respond', transaction: id, response: ok }, 0).length, 1)
  assert.deepEqual(layer.handle({ type: 'received', message: request('INVITE', 'z9hG4bKpeer'), hop: udp }, 400), [])
  assert.equal(layer.handle({ type: 'respond', transaction: id, response: ok }, 500).length, 1)
  assert.deepEqual(run(layer, []), ['32000 over done'])
})

test('CANCEL waits for a provisional response, and the INVITE is given up 32 s after it', () => {
  const layer = newLayer(1)
  const invite = request('INVITE')
  layer.handle({ type: 'request', branch: 'z9hG4bKa', request: invite, hop: tcp }, 0)
  assert.deepEqual(layer.handle({ type: 'cancel', transaction: 'z9hG4bKa' }, 10), [])
  const effects = layer.handle({ type: 'received', message: responseTo(invite, 180), hop: tcp }, 1000)
  assert.deepEqual(effects.map(line(1000)), ['1000 CANCEL', '1000 response 180'])
  const cancel = effects[0]?.type === 'send' ? (effects[0].message as SipRequest) : undefined
  assert.equal(cancel?.headers.get('Via'), invite.headers.get('Via'))
  assert.equal(cancel?.headers.get('CSeq'), '1 CANCEL')
  assert.deepEqual(run(layer, []), ['33000 over timeout'])
})

test('a CANCEL is delivered with the INVITE that it is for', () => {
  const layer = newLayer(1)
  const id = arrive(layer, request('INVITE', 'z9hG4bKpeer'), 0)
  const [effect] = layer.handle({ type: 'received', message: request('CANCEL', 'z9hG4bKpeer'), hop: udp }, 1)
  assert.equal(effect?.type === 'request' && effect.cancels, id)
})

test('requests of RFC 2543, without the magic cookie, are matched by their headers', () => {
  const layer = newLayer(1)
  const id = arrive(layer, request('INVITE', '1'), 0)
  layer.handle({ type: 'respond', transaction: id, response: responseTo(request('INVITE', '1'), 404) }, 0)
  const ack = request('ACK', '1')
  ack.headers.set('To', '<sip:bob@example.com>;tag=b')
  assert.deepEqual(layer.handle({ type: 'received', message: ack, hop: udp }, 1), [])
  const other = request('INVITE', '1')
  other.headers.set('Call-ID', 'other')
  assert.equal(layer.handle({ type: 'received', message: other, hop: udp }, 2).length, 1)
})

test('received and rport are noted on a request, and its response goes there (RFC 3581)', () => {
  const layer = newLayer(1)
  const came: Hop = { transport: 'udp', address: '203.0.113.7', port: 40_000 }
  const [effect] = layer.handle({ type: 'received', message: request('OPTIONS', 'z9hG4bKp'), hop: came }, 0)
  assert(effect?.type === 'request')
  assert.equal(
    effect.request.headers.get('Via'),
    'SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKp;rport=40000;received=203.0.113.7',
  )
  const response = responseTo(effect.request, 200)
  const [sent] = layer.handle({ type: 'respond', transaction: effect.transaction, response }, 1)
  assert.deepEqual(sent?.type === 'send' && sent.hop, came)
})

test('a way that breaks ends all that waits on it, and nothing else', () => {
  const layer = newLayer(1)
  layer.handle({ type: 'request', branch: 'z9hG4bKa', request: request('INVITE'), hop: tcp }, 0)
  layer.handle({ type: 'request', branch: 'z9hG4bKb', request: request('OPTIONS'), hop: tcp }, 0)
  layer.handle({ type: 'request', branch: 'z9hG4bKc', request: request('OPTIONS'), hop: udp }, 0)
  const effects = layer.handle({ type: 'hop-failed', hop: tcp }, 5)
  assert.deepEqual(effects.map(line(5)), ['5 over transport-error', '5 over transport-error'])
  assert.equal(layer.size, 1)
})

test('every state of every table is reached from the first and reaches the end', () => {
  for (const [name, machine] of Object.entries(machines)) {
    const states = Object.keys(machine.table) as State[]
    assert.deepEqual(new Set(walk(machine, machine.initial)), new Set(states), `${name}: reachable`)
    for (const state of states) assert(walk(machine, state).includes('terminated'), `${name}: ${state} has no end`)
    // The end must come by time alone, except where a person decides.
    for (const state of states) {
      if ((name === 'inviteClient' || name === 'inviteServer') && ['waiting', 'proceeding'].includes(state)) continue
      assert(walk(machine, state, isTimer).includes('terminated'), `${name}: ${state} waits without a limit`)
    }
  }
})

test('every timer that a state starts has a cell there, and the other way round', () => {
  for (const machine of Object.values(machines)) {
    for (const [state, row] of Object.entries(machine.table)) {
      const inRow = Object.keys(row).filter((signal) => isTimer(signal as Signal))
      assert.deepEqual(new Set(inRow), new Set(machine.timers[state as State] ?? []), state)
    }
  }
})

test('a table prints itself as a diagram', () => {
  assert.match(diagram(machines.inviteClient), /^stateDiagram-v2\n {2}\[\*\] --> calling\n/)
  assert.match(diagram(machines.inviteClient), /accepted --> terminated: M \/ over-done/)
})

test('whatever comes, each transaction is told over once and leaves nothing behind', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const dice = seeded(seed)
    const layer = newLayer(seed)
    const hop = dice.roll() < 0.5 ? udp : tcp
    const invite = request(dice.roll() < 0.6 ? 'INVITE' : 'OPTIONS')
    const effects = [...layer.handle({ type: 'request', branch: 'z9hG4bKa', request: invite, hop }, 0)]
    let now = 0
    for (let i = 0; i < 12; i++) {
      now += dice.roll() * 5000
      effects.push(...layer.wake(now))
      const chance = dice.roll()
      if (chance < 0.1) effects.push(...layer.handle({ type: 'cancel', transaction: 'z9hG4bKa' }, now))
      else if (chance < 0.15) effects.push(...layer.handle({ type: 'send-failed', transaction: 'z9hG4bKa' }, now))
      else {
        const status = [100, 180, 183, 200, 302, 404, 486, 603][Math.floor(dice.roll() * 8)] as number
        effects.push(...layer.handle({ type: 'received', message: responseTo(invite, status), hop }, now))
      }
    }
    effects.push(...layer.handle({ type: 'send-failed', transaction: 'z9hG4bKa' }, now))
    while (layer.deadline !== undefined) effects.push(...layer.wake(layer.deadline))
    const overs = effects.filter((effect) => effect.type === 'over')
    assert.equal(overs.length, 1, `seed ${seed}`)
    assert.equal(layer.size, 0, `seed ${seed}`)
    const last = effects.findLastIndex((effect) => effect.type === 'response')
    assert(last < effects.indexOf(overs[0] as TransactionEffect), `seed ${seed}: delivered after the end`)
  }
})

test('a refused call on a link that loses, delays and doubles is told exactly once on both sides', () => {
  let unanswered = 0
  for (let seed = 1; seed <= 500; seed++) {
    const told = refusedCall(seed)
    if (told.timeouts > 0) unanswered++
    assert(told.requests <= 1, `seed ${seed}: ${told.requests} requests`)
    assert.equal(told.finals + told.timeouts, 1, `seed ${seed}`)
    assert.equal(told.left, 0, `seed ${seed}`)
  }
  // 30 % loss of seven repeats loses all of them about twice in ten thousand calls.
  assert(unanswered <= 2, `${unanswered} calls timed out`)
})

test('a laptop that slept finds all its timers due at once, and all is told', () => {
  const layer = newLayer(1)
  layer.handle({ type: 'request', branch: 'z9hG4bKa', request: request('INVITE'), hop: udp }, 0)
  layer.handle({ type: 'request', branch: 'z9hG4bKb', request: request('BYE'), hop: udp }, 0)
  const effects = layer.wake(3_600_000)
  while (layer.deadline !== undefined) effects.push(...layer.wake(layer.deadline))
  assert.equal(effects.filter((effect) => effect.type === 'over').length, 2)
})

function refusedCall(seed: number): { requests: number; finals: number; timeouts: number; left: number } {
  const dice = seeded(seed)
  const caller = newLayer(seed * 2)
  const callee = newLayer(seed * 2 + 1)
  const told = { requests: 0, finals: 0, timeouts: 0, left: 0 }
  const wire: { at: number; to: TransactionLayer; message: SipMessage }[] = []
  let now = 0
  const perform = (from: TransactionLayer, effects: TransactionEffect[]): void => {
    for (const effect of effects) {
      if (effect.type === 'send') {
        const to = from === caller ? callee : caller
        for (let copies = dice.roll() < 0.1 ? 2 : 1; copies > 0; copies--) {
          if (dice.roll() >= 0.3) wire.push({ at: now + 5 + dice.roll() * 200, to, message: copy(effect.message) })
        }
      } else if (effect.type === 'request') {
        told.requests++
        const response = responseTo(effect.request, 486, { toTag: 'b' })
        perform(callee, callee.handle({ type: 'respond', transaction: effect.transaction, response }, now))
      } else if (effect.type === 'response' && effect.response.status >= 200) told.finals++
      else if (effect.type === 'over' && effect.how === 'timeout' && from === caller) told.timeouts++
    }
  }
  perform(caller, caller.handle({ type: 'request', branch: newBranch(dice), request: request('INVITE'), hop: udp }, 0))
  for (;;) {
    wire.sort((a, b) => a.at - b.at)
    const next = Math.min(wire[0]?.at ?? Infinity, caller.deadline ?? Infinity, callee.deadline ?? Infinity)
    if (next === Infinity) break
    now = Math.max(now, next)
    const first = wire[0]
    if (first && first.at <= now) {
      wire.shift()
      perform(first.to, first.to.handle({ type: 'received', message: first.message, hop: udp }, now))
    }
    perform(caller, caller.wake(now))
    perform(callee, callee.wake(now))
  }
  told.left = caller.size + callee.size
  return told
}

function newLayer(seed: number): TransactionLayer {
  return new TransactionLayer({ sentBy: () => '192.0.2.1:5062', dice: seeded(seed) })
}

function arrive(layer: TransactionLayer, message: SipRequest, now: number): string {
  const [effect] = layer.handle({ type: 'received', message, hop: udp }, now)
  assert(effect?.type === 'request')
  return effect.transaction
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
    if (effect.type === 'send')
      return `${now} ${effect.message.kind === 'request' ? effect.message.method : effect.message.status}`
    if (effect.type === 'response') return `${now} response ${effect.response.status}`
    if (effect.type === 'over') return `${now} over ${effect.how}`
    return `${now} ${effect.type}`
  }
}

function request(method: string, branch?: string): SipRequest {
  const headers = new Headers()
  if (branch !== undefined) headers.append('Via', `SIP/2.0/UDP 192.0.2.1:5062;branch=${branch};rport`)
  headers.append('From', '<sip:alice@example.com>;tag=a').append('To', '<sip:bob@example.com>')
  headers.append('Call-ID', 'c1').append('CSeq', `1 ${method}`).append('Max-Forwards', '70')
  return { kind: 'request', method, uri: 'sip:bob@example.com', headers, body: new Uint8Array(0) }
}

function copy(message: SipMessage): SipMessage {
  return { ...message, headers: message.headers.clone() }
}

function walk(machine: Machine, from: State, by: (signal: Signal) => boolean = () => true): State[] {
  const seen: State[] = [from]
  for (const state of seen) {
    for (const [signal, cell] of Object.entries(machine.table[state] ?? {})) {
      if (by(signal as Signal) && !seen.includes(cell[0])) seen.push(cell[0])
    }
  }
  return seen
}

function isTimer(signal: Signal): boolean {
  return /^(?:[A-M]|100|C9)$/.test(signal)
}

/** mulberry32: small, good enough for jitter, and the same on every machine. */
function seeded(seed: number): Dice {
  let a = seed >>> 0
  const roll = (): number => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return { roll, token: () => Math.floor(roll() * 2 ** 48).toString(36) + Math.floor(roll() * 2 ** 48).toString(36) }
}
