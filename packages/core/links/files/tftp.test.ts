// A file by TFTP over real sockets on loopback: from the lab's server, and from servers played by hand.
import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { type TestContext, test } from 'node:test'
import { openUdp, realClock, type UdpSocket } from '@openparley/net'
import { type Packet, type ReadFault, readPacket, writePacket } from '@openparley/protocols/tftp'
import { seededDice } from '@openparley/testkit'
import { openTftpServer, type TftpFault } from '../../../lab/files/tftp.ts'
import { fetchByTftp, TftpFailure, type TftpFetch } from './tftp.ts'

const rules = new TextEncoder().encode('<DialRules/>')
const large = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 31 + (at >> 9)) & 0xff)
const files: Record<string, Uint8Array | 'denied'> = { 'CUPC/AppDialRules.xml': rules, large, secret: 'denied' }

test('a file arrives whole, with every kind of terms, and so do many at once', async (t) => {
  const port = await lab(t)
  assert.deepEqual(await fetch({ port, file: 'CUPC/AppDialRules.xml' }), rules)
  const terms = [{}, { blockSize: 512 }, { blockSize: 65_464 }, { windowSize: 16 }, { blockSize: 8192, windowSize: 64 }]
  const all = await Promise.all(terms.map((each) => fetch({ port, file: 'large', timeoutMs: 10_000, ...each })))
  for (const [at, bytes] of all.entries()) assert.equal(Buffer.compare(bytes, large), 0, JSON.stringify(terms[at]))
})

test('each way to fail is told as itself', { timeout: 20_000 }, async (t) => {
  const cases: readonly (readonly [ReadFault['is'], string, TftpFault | undefined, Partial<TftpFetch>?])[] = [
    ['not-found', 'nothing', undefined],
    ['denied', 'secret', undefined],
    ['denied', '../secret', undefined],
    ['denied', 'CUPC\\..\\..\\secret', undefined],
    ['silent', 'large', { is: 'silent' }],
    ['broken-off', 'large', { is: 'stops', afterBlocks: 3 }],
    ['malformed', 'large', { is: 'garbled' }],
    ['too-large', 'large', undefined, { mostBytes: 299_999 }],
    ['too-large', 'large', { is: 'no-options' }, { mostBytes: 299_999 }],
  ]
  let fault: TftpFault | undefined
  const port = await lab(t, () => fault)
  for (const [is, file, each, options] of cases) {
    fault = each
    assert.equal((await failureOf(fetch({ port, file, ...options }))).is, is, `${file} ${JSON.stringify(each)}`)
  }
})

test('a server without options is read by plain terms, be it that it passes over them or refuses them', async (t) => {
  for (const is of ['no-options', 'refuses-options'] as const) {
    const port = await lab(t, () => ({ is }))
    assert.deepEqual(await fetch({ port, file: 'large', windowSize: 8, timeoutMs: 10_000 }), large)
  }
})

test('an empty file is a file', async (t) => {
  const port = await lab(t, () => ({ is: 'empty' }))
  assert.equal((await fetch({ port, file: 'large' })).length, 0)
})

test('a port where nobody listens is told at once', async () => {
  const socket = await openUdp({ address: '127.0.0.1', port: 0, onMessage: () => {} })
  const { port } = socket
  await socket.close()
  const from = performance.now()
  assert.equal((await failureOf(fetch({ port, file: 'f', timeoutMs: 10_000 }))).is, 'refused')
  assert.ok(performance.now() - from < 3000)
})

test('an address that cannot be sent to is told with the system’s word', async () => {
  // Nothing goes out: without leave the system sends to no broadcast address.
  const failure = await failureOf(fetch({ address: '255.255.255.255', port: 69, file: 'f' }))
  assert.equal(failure.is, 'unreachable')
  assert.match(failure.message, /^unreachable: .*\(E[A-Z]+\)$/)
})

test('what is no address is the caller’s fault', async () => {
  await assert.rejects(fetch({ address: 'tftp.example', port: 69, file: 'f' }), RangeError)
})

test('a fetch is cancelled before and while it runs, and the server is told', { timeout: 10_000 }, async (t) => {
  assert.equal((await failureOf(fetch({ port: 69, file: 'f', signal: AbortSignal.abort() }))).is, 'cancelled')

  const controller = new AbortController()
  const { promise: told, resolve } = Promise.withResolvers<Packet | { type: 'malformed' }>()
  const server = await byHand(t, (packet, answer) => {
    if (packet.type === 'rrq') answer({ type: 'data', block: 1, bytes: new Uint8Array(512) })
    else if (packet.type === 'ack') controller.abort()
    else resolve(packet)
  })
  const failure = await failureOf(fetch({ port: server.port, file: 'f', signal: controller.signal }))
  assert.equal(failure.is, 'cancelled')
  assert.deepEqual(await told, { type: 'error', code: 0, message: 'cancelled' })
})

test('who did not hear the last ACK is told again', { timeout: 10_000 }, async (t) => {
  const { promise: toldTwice, resolve } = Promise.withResolvers<void>()
  let told = 0
  const server = await byHand(t, (packet, answer) => {
    if (packet.type === 'ack' && ++told === 2) resolve()
    else answer({ type: 'data', block: 1, bytes: rules })
  })
  assert.deepEqual(await fetch({ port: server.port, file: 'f' }), rules)
  await toldTwice
})

test('what another address sends is not heard', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux has all of 127.0.0.0/8')
  const stranger = await openUdp({ address: '127.0.0.2', port: 0, onMessage: () => {} })
  t.after(() => stranger.close())
  const lie = writePacket({ type: 'data', block: 1, bytes: new Uint8Array(3) })
  const server = await byHand(t, (packet, answer, client) => {
    if (packet.type !== 'rrq') return
    stranger.send(lie, '127.0.0.1', client)
    setImmediate(() => answer({ type: 'data', block: 1, bytes: rules }))
  })
  assert.deepEqual(await fetch({ port: server.port, file: 'f' }), rules)
})

test('an IPv6 address may be written in any way', async (t) => {
  const has6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))
  if (!has6) return t.skip('there is no ::1 here')
  const server = await openTftpServer({ address: '::1', port: 0, fileAt: () => rules })
  t.after(() => server.close())
  assert.deepEqual(await fetch({ address: '0:0:0:0:0:0:0:1', port: server.port, file: 'f' }), rules)
})

function fetch(options: Partial<TftpFetch> & { port: number; file: string }): Promise<Uint8Array> {
  const common = { address: '127.0.0.1', mostBytes: 1_000_000, timeoutMs: 1500, clock: realClock, dice: seededDice(1) }
  return fetchByTftp({ ...common, ...options })
}

async function failureOf(promise: Promise<unknown>): Promise<TftpFailure> {
  try {
    await promise
  } catch (error) {
    if (error instanceof TftpFailure) return error
    throw error
  }
  return assert.fail('it did not fail')
}

async function lab(t: TestContext, faultFor: () => TftpFault | undefined = () => undefined): Promise<number> {
  const server = await openTftpServer({ address: '127.0.0.1', port: 0, fileAt: (name) => files[name], faultFor })
  t.after(() => server.close())
  return server.port
}

type Play = (packet: ReturnType<typeof readPacket>, answer: (packet: Packet) => void, client: number) => void

/** A server that does all from one port, as some do. */
async function byHand(t: TestContext, play: Play): Promise<UdpSocket> {
  const socket = await openUdp({
    address: '127.0.0.1',
    port: 0,
    onMessage: (bytes, from, port) =>
      play(readPacket(bytes), (packet) => socket.send(writePacket(packet), from, port), port),
  })
  t.after(() => socket.close())
  return socket
}
