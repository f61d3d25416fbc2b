import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { makeCertificate } from './certificate.ts'
import { dnsResolver } from './dns.ts'
import { drive } from './drive.ts'
import type { NetCause, NetFailure } from './failure.ts'
import { isThisMachine } from './place.ts'
import { connectStream, type ListenOptions, listenStream } from './stream.ts'
import type { Trust } from './trust.ts'
import { localAddressFor, openUdp } from './udp.ts'

const day = 86_400_000
const now = Date.now()
const valid = { validFrom: new Date(now - day), validTo: new Date(now + day) }
const ca = makeCertificate({ subject: 'test authority', authority: true, ...valid })
const issuer = { subject: 'test authority', key: ca.key }
const nothing = { onData: () => {}, onClose: () => {} }

async function attempt(
  port: number,
  tls?: { trust: Trust; name: string },
  timeoutMs = 2000,
): Promise<NetCause | 'connected'> {
  try {
    const stream = await connectStream({ address: '127.0.0.1', port, timeoutMs, ...nothing, ...(tls ? { tls } : {}) })
    stream.close()
    return 'connected'
  } catch (failure) {
    return (failure as NetFailure).is
  }
}

async function served(tls: ListenOptions['tls'], act: (port: number) => Promise<void>): Promise<void> {
  const listener = await listenStream({
    address: '127.0.0.1',
    port: 0,
    mostConnections: 10,
    onStream: () => nothing,
    ...(tls ? { tls } : {}),
  })
  await act(listener.port)
  await listener.close()
}

test('a port where nobody listens refuses', async () => {
  const server = createServer()
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  )
  await new Promise((resolve) => server.close(resolve))
  assert.equal(await attempt(port), 'refused')
})

test('a server that never answers the handshake is silent, in the time given', async () => {
  await served(undefined, async (port) => {
    const began = performance.now()
    assert.equal(await attempt(port, { trust: { verify: 'full' }, name: 'localhost' }, 200), 'silent')
    assert.ok(performance.now() - began < 1500)
  })
})

test('each fault of a certificate is told apart, and the right one is taken', async () => {
  const right = makeCertificate({ subject: 'server', names: ['localhost', '127.0.0.1', '::1'], issuer, ...valid })
  const cases: [string, { cert: string; key: string }, Trust, string, NetCause | 'connected'][] = [
    ['right, by name', right, { ca: ca.cert, verify: 'full' }, 'localhost', 'connected'],
    ['right, by address', right, { ca: ca.cert, verify: 'full' }, '127.0.0.1', 'connected'],
    ['unknown authority', right, { verify: 'full' }, 'localhost', 'tls-untrusted'],
    [
      'self-signed',
      makeCertificate({ subject: 'server', names: ['localhost'], ...valid }),
      { ca: ca.cert, verify: 'full' },
      'localhost',
      'tls-untrusted',
    ],
    ['another name', right, { ca: ca.cert, verify: 'full' }, 'other.example', 'tls-name-mismatch'],
    [
      'expired',
      makeCertificate({
        subject: 'server',
        names: ['localhost'],
        issuer,
        validFrom: new Date(now - 2 * day),
        validTo: new Date(now - day),
      }),
      { ca: ca.cert, verify: 'full' },
      'localhost',
      'tls-expired',
    ],
    ['pinned', right, { ca: right.cert, verify: 'pinned' }, 'other.example', 'connected'],
    ['not the pinned one', right, { ca: ca.cert, verify: 'pinned' }, 'localhost', 'tls-untrusted'],
    ['off', makeCertificate({ subject: 'server', ...valid }), { verify: 'off' }, 'other.example', 'connected'],
  ]
  for (const [what, certificate, trust, name, expected] of cases) {
    await served(certificate, async (port) => assert.equal(await attempt(port, { trust, name }), expected, what))
  }
})

test('a server that speaks no TLS is told as such', async () => {
  const listener = await listenStream({
    address: '127.0.0.1',
    port: 0,
    mostConnections: 1,
    onStream: (stream) => {
      stream.send(Buffer.from('220 hello\r\n'))
      return nothing
    },
  })
  assert.equal(await attempt(listener.port, { trust: { verify: 'full' }, name: 'localhost' }), 'tls-failed')
  await listener.close()
})

test('an address that is not of this machine cannot be bound', async () => {
  await assert.rejects(openUdp({ address: '192.0.2.1', port: 0, onMessage: () => {} }), { is: 'address-unavailable' })
})

test('the local address for a loopback address is a loopback address', async () => {
  assert.equal(await localAddressFor('127.0.0.1'), '127.0.0.1')
})

test('this machine is localhost and the loopback addresses, and no DNS server says where it is', async () => {
  const here = ['localhost', 'LOCALHOST', '127.0.0.1', '127.255.0.9', '::1', '[::1]']
  const elsewhere = [
    '10.0.0.1',
    '0.0.0.0',
    '127.0.0.1.example.com',
    '127.example.com',
    'localhost.example.com',
    '::',
    '',
  ]
  assert.deepEqual([here.filter(isThisMachine), elsewhere.filter(isThisMachine)], [here, []])
  // Nobody answers there.
  const resolver = dnsResolver(['127.0.0.1:9'], 100)
  assert.deepEqual(await resolver.addresses('localhost'), ['127.0.0.1', '::1'])
})

test('what an effect feeds back is handled after the effects that came with it, and stop ends the timer', () => {
  const log: string[] = []
  let cancelled = 0
  const engine = {
    deadline: 5 as number | undefined,
    handle: (input: string): string[] => [`${input}1`, `${input}2`],
    wake: (): string[] => ['woken'],
  }
  const driven = drive(engine, { now: () => 0, at: () => () => cancelled++ }, (effect) => {
    log.push(effect)
    if (effect === 'a1') driven.feed('b')
  })
  driven.feed('a')
  assert.deepEqual(log, ['a1', 'a2', 'b1', 'b2'])
  driven.stop()
  driven.feed('c')
  assert.equal(log.length, 4)
  assert.equal(cancelled, 1)
})
