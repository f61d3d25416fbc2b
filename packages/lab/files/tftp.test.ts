// The lab's TFTP server, asked packet by packet over loopback.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openUdp } from '@openparley/net'
import { type Packet, readPacket, writePacket } from '@openparley/protocols/tftp'
import { cleanName, openTftpServer, type TftpServer, type TftpServerOptions } from './tftp.ts'

const file = new Uint8Array(2000)

test('names are made clean, and what leads out is none', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['SEP001122334455.cnf.xml', 'SEP001122334455.cnf.xml'],
    ['/CUPC/AppDialRules.xml', 'CUPC/AppDialRules.xml'],
    ['CUPC\\AppDialRules.xml', 'CUPC/AppDialRules.xml'],
    ['.//CUPC/./x', 'CUPC/x'],
    ['..hidden', '..hidden'],
    ['../x', undefined],
    ['a/../../x', undefined],
    ['a\\..\\x', undefined],
    ['', undefined],
    ['/', undefined],
    ['a\nb', undefined],
  ]
  for (const [name, clean] of cases) assert.equal(cleanName(name), clean, name)
})

test('a write is refused, and the name of a read is clean when it is looked up', async (t) => {
  const names: string[] = []
  const server = await opened(t, { fileAt: (name) => void names.push(name) })
  const client = await clientOf(t, server)
  assert.deepEqual(await client.ask({ type: 'wrq', file: 'x', mode: 'octet', options: new Map() }), {
    type: 'error',
    code: 2,
    message: 'nothing can be written here',
  })
  assert.deepEqual(await client.ask(request('//a/x')), { type: 'error', code: 1, message: 'file not found' })
  assert.deepEqual(names.at(-1), 'a/x')
})

test('a request that is repeated does not open a second transfer', async (t) => {
  const server = await opened(t, {})
  const client = await clientOf(t, server)
  client.send(request('x'))
  assert.equal((await client.ask(request('x'))).type, 'data')
  client.answer({ type: 'ack', block: 1 })
  // A second transfer would have sent its first block before.
  assert.deepEqual(blockOf(await client.next()), 2)
})

test('beyond so many transfers a request is not heard, until one is over', { timeout: 10_000 }, async (t) => {
  const served: string[] = []
  const fileAt = (name: string): Uint8Array => {
    served.push(name)
    return file
  }
  const server = await opened(t, { mostTransfers: 1, fileAt })
  const first = await clientOf(t, server)
  const second = await clientOf(t, server)
  await first.ask(request('x'))
  second.send(request('y'))
  // The server has read the request of y by the time that it answers what was sent after it.
  first.answer({ type: 'ack', block: 1 })
  assert.equal(blockOf(await first.next()), 2)
  assert.deepEqual(served, ['x'])

  first.answer({ type: 'error', code: 0, message: 'enough' })
  // Which of two sockets is read first is the system's choice: the request is repeated, as a client would.
  const blocks: (number | undefined)[] = []
  void second.next().then((packet) => blocks.push(blockOf(packet)))
  while (blocks.length === 0) {
    second.send(request('y'))
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.deepEqual(blocks, [1])
  assert.deepEqual(served, ['x', 'y'])
})

test('a server that closes tells those whom it is serving', async (t) => {
  const server = await opened(t, {})
  const client = await clientOf(t, server)
  assert.equal((await client.ask(request('x'))).type, 'data')
  await server.close()
  assert.deepEqual(await client.next(), { type: 'error', code: 0, message: 'the server stops' })
})

interface Client {
  /** To the port for requests. */
  send(packet: Packet): void
  ask(packet: Packet): Promise<ReturnType<typeof readPacket>>
  /** To the port that the last packet came from. */
  answer(packet: Packet): void
  next(): Promise<ReturnType<typeof readPacket>>
}

async function clientOf(t: TestContext, { port }: TftpServer): Promise<Client> {
  const heard: ReturnType<typeof readPacket>[] = []
  const waiting: ((packet: ReturnType<typeof readPacket>) => void)[] = []
  let tid = port
  const socket = await openUdp({
    address: '127.0.0.1',
    port: 0,
    onMessage: (bytes, _, from) => {
      tid = from
      const packet = readPacket(bytes)
      const next = waiting.shift()
      if (next) next(packet)
      else heard.push(packet)
    },
  })
  t.after(() => socket.close())
  const send = (packet: Packet, to = port): void => socket.send(writePacket(packet), '127.0.0.1', to)
  const next: Client['next'] = () => {
    const packet = heard.shift()
    return packet ? Promise.resolve(packet) : new Promise((resolve) => waiting.push(resolve))
  }
  return {
    send,
    next,
    ask: (packet) => {
      send(packet)
      return next()
    },
    answer: (packet) => send(packet, tid),
  }
}

async function opened(t: TestContext, options: Partial<TftpServerOptions>): Promise<TftpServer> {
  const server = await openTftpServer({ address: '127.0.0.1', port: 0, fileAt: () => file, ...options })
  t.after(() => server.close())
  return server
}

function request(name: string): Packet {
  return { type: 'rrq', file: name, mode: 'octet', options: new Map() }
}

function blockOf(packet: ReturnType<typeof readPacket>): number | undefined {
  return packet.type === 'data' ? packet.block : undefined
}
