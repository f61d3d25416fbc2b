// A client and a small relay on one wire: made, kept, lost, refused; and what is hostile is passed over.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rolls } from '@openparley/testkit'
import {
  attributeOf,
  errorAttribute,
  textAttribute,
  textOf,
  wordAttribute,
  wordOf,
  xorAddressAttribute,
  xorAddressOf,
} from './attributes.ts'
import { longTermKey } from './integrity.ts'
import type { Place } from './ip.ts'
import { methods, type ReadStun, readStun, type StunAttribute, attributeTypes as types, writeStun } from './message.ts'
import { TurnClient, type TurnEffect, type TurnOptions } from './turn-client.ts'

test('it is asked for credentials, gives them, and has a relayed address and what the server sees', () => {
  const { client, server, start } = pair()
  const effects = start()
  assert.deepEqual(effects, [{ type: 'allocated', relayed, mapped }])
  assert.equal(client.state, 'allocated')
  assert.deepEqual(server.asked, ['allocate', 'allocate'])
})

test('a server that offers password algorithms is given the stronger one, and integrity by SHA-256', () => {
  const { server, start } = pair({ algorithms: [2, 1] })
  assert.deepEqual(kindsOf(start()), ['allocated'])
  assert.deepEqual(server.protections.at(-1), ['sha256'])
})

test('where somebody has taken the algorithms out of the offer nothing is given (RFC 8489 §9.2.1)', () => {
  const { server, start } = pair({ nonce: 'obMatJos2gAAAnonce' })
  assert.deepEqual(start(), [{ type: 'failed', fault: { is: 'credentials-rejected' } }])
  assert.deepEqual(server.asked, ['allocate'])
})

test('a wrong password is told by its cause, and is not tried again and again', () => {
  const { server, start } = pair({ password: 'another' })
  assert.deepEqual(start(), [{ type: 'failed', fault: { is: 'credentials-rejected' } }])
  assert.equal(server.asked.length, 2)
})

test('without credentials the server’s asking for them is told', () => {
  const { start } = pair({ credentials: false })
  assert.deepEqual(start(), [{ type: 'failed', fault: { is: 'credentials-missing' } }])
})

test('a server that has no room says so with its own words', () => {
  const { start } = pair({ error: [486, 'Allocation Quota Reached'] })
  assert.deepEqual(start(), [
    { type: 'failed', fault: { is: 'refused', code: 486, reason: 'Allocation Quota Reached' } },
  ])
})

test('a server that does not answer is asked at 0, 150, 450, 1050 and so on, and is given up', () => {
  const client = clientWith({})
  const sent: number[] = []
  let told: TurnEffect[] = client.handle({ type: 'start' }, 0)
  for (let now = 0; client.deadline !== undefined; now = client.deadline ?? now) {
    for (const effect of told) if (effect.type === 'send') sent.push(now)
    now = client.deadline
    told = client.wake(now)
    if (told.some(({ type }) => type === 'failed')) break
    sent.push(now)
    told = []
  }
  assert.deepEqual(sent, [0, 150, 450, 1050, 2250, 4250])
  assert.deepEqual(told, [{ type: 'failed', fault: { is: 'silent' } }])
})

test('over TCP nothing is sent again', () => {
  const client = clientWith({ isReliable: true })
  client.handle({ type: 'start' }, 0)
  assert.deepEqual(client.wake(150), [])
  assert.deepEqual(client.wake(450), [])
})

test('what is sent to somebody is held until they are permitted, and what they send comes from them', () => {
  const { client, start, exchange } = pair()
  start()
  const peer = { address: '192.0.2.7', port: 4000 }
  const effects = exchange(client.handle({ type: 'send', to: peer, bytes: Uint8Array.of(1, 2, 3) }, 10), 10)
  assert.deepEqual(effects, [{ type: 'relayed', to: peer, bytes: '010203' }])
  const transaction = new Uint8Array(12)
  const data = writeStun({
    class: 'indication',
    method: methods.data,
    transaction,
    attributes: [
      xorAddressAttribute(types.xorPeerAddress, peer, transaction),
      { type: types.data, value: Uint8Array.of(9) },
    ],
  })
  const message = readStun(data)
  assert.ok(message)
  assert.deepEqual(client.handle({ type: 'received', message }, 20), [
    { type: 'data', from: peer, bytes: Uint8Array.of(9) },
  ])
})

test('whom the server does not permit is not sent to, and others are', () => {
  const { client, start, exchange } = pair({ forbids: '127.0.0.1' })
  start()
  const other = { address: '192.0.2.7', port: 1 }
  const loopback = { address: '127.0.0.1', port: 1 }
  assert.deepEqual(exchange(client.handle({ type: 'send', to: loopback, bytes: Uint8Array.of(1) }, 10), 10), [])
  assert.deepEqual(exchange(client.handle({ type: 'send', to: loopback, bytes: Uint8Array.of(1) }, 10), 10), [])
  assert.equal(exchange(client.handle({ type: 'send', to: other, bytes: Uint8Array.of(1) }, 10), 10).length, 1)
})

test('for an hour the allocation, its permissions and its channels are kept, whatever nonce is stale', () => {
  const { client, server, start, exchange } = pair({ staleEveryMs: 500_000 })
  start()
  const peer = { address: '192.0.2.7', port: 4000 }
  exchange(client.handle({ type: 'send', to: peer, bytes: Uint8Array.of(1) }, 0), 0)
  const bound = exchange(client.handle({ type: 'bind', to: peer }, 0), 0)
  assert.deepEqual(bound, [{ type: 'bound', to: peer, channel: 0x4000 }])
  assert.deepEqual(client.peerOf(0x4000), peer)
  const before = server.asked.length
  for (let now = 0; now < 3_600_000; ) {
    now = client.deadline ?? Infinity
    assert.deepEqual(exchange(client.wake(now), now), [])
    assert.ok(server.isKept(now, peer), `at ${now}`)
  }
  const asked = server.asked.slice(before).filter((each) => each !== 'binding')
  // Six or seven refreshes, fifteen of each of the others, and what stale nonces cost.
  assert.ok(asked.length > 30 && asked.length < 60, String(asked.length))
})

test('a server that goes away is told within eleven seconds, and once', () => {
  const { client, start } = pair()
  start()
  const told: [number, TurnEffect][] = []
  for (let now = 0; client.deadline !== undefined; ) {
    now = client.deadline
    for (const effect of client.wake(now)) if (effect.type !== 'send') told.push([now, effect])
  }
  assert.deepEqual(
    told.map(([, effect]) => effect),
    [{ type: 'failed', fault: { is: 'silent' } }],
  )
  assert.ok((told[0]?.[0] ?? 0) <= 11_000, String(told[0]?.[0]))
  assert.deepEqual(client.handle({ type: 'send', to: relayed, bytes: Uint8Array.of(1) }, 20_000), [])
})

test('it is given back with a lifetime of zero, and nothing is asked after that', () => {
  const { client, server, start, exchange } = pair()
  start()
  exchange(client.handle({ type: 'stop' }, 10), 10)
  assert.equal(server.isKept(10), false)
  client.wake(client.deadline ?? 20)
  assert.equal(client.deadline, undefined)
})

test('answers to nothing, without integrity, or by another password change nothing', () => {
  const { client, server, start } = pair({ forges: true })
  start()
  assert.equal(client.state, 'allocating')
  assert.deepEqual(server.asked, ['allocate', 'allocate'])
})

const relayed: Place = { address: '203.0.113.5', port: 50_000 }
const mapped: Place = { address: '198.51.100.7', port: 40_001 }

interface ServerOptions {
  readonly password?: string
  readonly credentials?: false
  readonly nonce?: string
  readonly algorithms?: readonly number[]
  readonly error?: readonly [number, string]
  readonly forbids?: string
  readonly staleEveryMs?: number
  /** Its answers are of somebody who does not know the password. */
  readonly forges?: true
}

type Seen = TurnEffect | { readonly type: 'relayed'; readonly to: Place | undefined; readonly bytes: string }

function clientWith({ credentials, isReliable = false }: { credentials?: false; isReliable?: boolean }): TurnClient {
  const roll = rolls(3)
  return new TurnClient({
    ...(credentials === false ? {} : { credentials: { user: 'alice', password: 'secret' } }),
    isReliable,
    random: (bytes): Uint8Array => Uint8Array.from({ length: bytes }, () => Math.floor(roll() * 256)),
  } satisfies TurnOptions)
}

function pair(options: ServerOptions = {}) {
  const client = clientWith(options)
  const server = new Server(options)
  /** What the server makes of it, until nothing more is sent. */
  const exchange = (effects: readonly TurnEffect[], now: number): Seen[] =>
    effects.flatMap((effect): Seen[] => {
      if (effect.type !== 'send') return [effect]
      const message = readStun(effect.bytes)
      assert.ok(message)
      if (message.class === 'indication')
        return [
          {
            type: 'relayed',
            to: xorAddressOf(message, types.xorPeerAddress),
            bytes: Buffer.from(attributeOf(message, types.data) ?? []).toString('hex'),
          },
        ]
      const answer = readStun(server.answer(message, now))
      assert.ok(answer)
      return exchange(client.handle({ type: 'received', message: answer }, now), now)
    })
  return { client, server, exchange, start: () => exchange(client.handle({ type: 'start' }, 0), 0) }
}

class Server {
  readonly asked: string[] = []
  readonly protections: (readonly string[])[] = []
  readonly #options: ServerOptions
  #untilMs = -1
  readonly #permitted = new Map<string, number>()
  readonly #bound = new Map<string, number>()

  constructor(options: ServerOptions) {
    this.#options = options
  }

  isKept(now: number, peer?: Place): boolean {
    const isThere = this.#untilMs > now
    if (!peer) return isThere
    const isPermitted = (this.#permitted.get(peer.address) ?? 0) > now
    return isThere && isPermitted && (this.#bound.get(`${peer.address} ${peer.port}`) ?? 0) > now
  }

  answer(message: ReadStun, now: number): Uint8Array {
    const { password = 'secret', algorithms = [], error, forbids, staleEveryMs, forges } = this.#options
    const name = Object.entries(methods).find(([, method]) => method === message.method)?.[0] ?? '?'
    this.asked.push(name)
    this.protections.push(message.protection)
    const hash = algorithms.includes(2) ? 'sha256' : 'md5'
    const key = longTermKey('alice', 'example.org', password, hash)
    const closing = {
      key: forges ? longTermKey('x', 'y', 'z') : key,
      ...(hash === 'sha256' ? { algorithm: 'sha256' as const } : {}),
    }
    const say = (kind: 'success' | 'error', attributes: readonly StunAttribute[], signed = true): Uint8Array =>
      writeStun(
        { class: kind, method: message.method, transaction: message.transaction, attributes },
        signed ? closing : {},
      )
    const nonce = this.#options.nonce ?? `n${Math.floor(now / (staleEveryMs ?? Infinity)) || 0}`
    const challenge = (code: number): Uint8Array =>
      say(
        'error',
        [
          errorAttribute(code, 'Unauthorized'),
          textAttribute(types.realm, 'example.org'),
          textAttribute(types.nonce, nonce),
          ...(algorithms.length > 0
            ? [
                {
                  type: types.passwordAlgorithms,
                  value: Uint8Array.from(algorithms.flatMap((each) => [0, each, 0, 0])),
                },
              ]
            : []),
        ],
        false,
      )
    if (name === 'binding') return say('success', [], false)
    if (!message.isBy(key)) return challenge(401)
    if (textOf(message, types.nonce) !== nonce) return challenge(438)
    if (error) return say('error', [errorAttribute(...error)])
    const lifetime = wordOf(message, types.lifetime) ?? 600
    const peer = xorAddressOf(message, types.xorPeerAddress)
    if (peer && peer.address === forbids) return say('error', [errorAttribute(403, 'Forbidden')])
    const attributes: StunAttribute[] = []
    if (name === 'allocate' || name === 'refresh') {
      this.#untilMs = now + lifetime * 1000
      attributes.push(wordAttribute(types.lifetime, lifetime))
    }
    if (name === 'allocate') {
      attributes.push(xorAddressAttribute(types.xorRelayedAddress, relayed, message.transaction))
      attributes.push(xorAddressAttribute(types.xorMappedAddress, mapped, message.transaction))
    }
    if (peer) this.#permitted.set(peer.address, now + 300_000)
    if (peer && name === 'channelBind') this.#bound.set(`${peer.address} ${peer.port}`, now + 600_000)
    return say('success', attributes)
  }
}

function kindsOf(effects: readonly Seen[]): string[] {
  return effects.map(({ type }) => type)
}
