// The SIP link over real sockets on loopback, against a server played by hand.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { test } from 'node:test'
import { type PhoneState, readSettings, type SettingsInput } from '@openparley/contract'
import {
  type HopResolver,
  messageStream,
  responseTo,
  type SessionEvent,
  type SipRequest,
  writeMessage,
} from '@openparley/protocols/sip'
import type { World } from '../../runtime/world.ts'
import { recorder } from '../../runtime/recorder.ts'
import { sipLink } from './link.ts'

test('a call that rings over a connection which breaks ends at once, with the cause', {
  timeout: 10_000,
}, async (t) => {
  const server = await tcpServer((request, answer, socket) => {
    if (request.method !== 'INVITE') return
    answer(180)
    setImmediate(() => socket.resetAndDestroy())
  })
  t.after(() => server[Symbol.asyncDispose]())
  const link = linkTo({
    'softphone.servers': [`sip:127.0.0.1:${server.port};transport=tcp`],
    'softphone.register': false,
  })
  t.after(() => link[Symbol.asyncDispose]())
  await link.until((state) => state.is === 'ready')
  const way = link.link.way()
  assert(way)
  link.link.feed({
    type: 'invite',
    session: 'one',
    uri: 'sip:b@127.0.0.1',
    from: link.link.address,
    to: '<sip:b@127.0.0.1>',
    body: 'v=0\r\n',
    hop: way.hop,
    contact: way.contact,
  })
  const end = await link.ended
  assert.equal(end.by, 'network')
  assert.equal(end.cause.is, 'transport')
})

test('where the first address of a server refuses, the next one is registered with', { timeout: 10_000 }, async (t) => {
  const gone = await tcpServer(() => {})
  await gone[Symbol.asyncDispose]()
  const server = await tcpServer((request, answer) => {
    answer(200, [['Contact', `${request.headers.get('Contact')}`]])
  })
  t.after(() => server[Symbol.asyncDispose]())
  const dns: HopResolver = {
    naptr: async () => [],
    srv: async () => [
      { name: 'one', port: gone.port, priority: 1, weight: 0 },
      { name: 'two', port: server.port, priority: 2, weight: 0 },
    ],
    addresses: async () => ['127.0.0.1'],
  }
  const link = linkTo({ 'softphone.servers': ['sip:example.com;transport=tcp'] }, dns)
  t.after(() => link[Symbol.asyncDispose]())
  await link.until((state) => state.is === 'ready')
  assert.equal(link.link.way()?.hop.port, server.port)
})

test('a server that refuses the connection is told as that, and tried again later', { timeout: 10_000 }, async (t) => {
  const gone = await tcpServer(() => {})
  await gone[Symbol.asyncDispose]()
  const link = linkTo({ 'softphone.servers': [`sip:127.0.0.1:${gone.port};transport=tcp`] })
  t.after(() => link[Symbol.asyncDispose]())
  const state = await link.until(({ is }) => is === 'waiting')
  assert.equal(state.error?.code, 'server-refused')
  assert(state.nextTryAt)
})

test('a connection whose other end answers no line ends any more is found dead, and another one is registered by', {
  timeout: 30_000,
}, async (t) => {
  const registers: string[] = []
  const server = await tcpServer((request, answer, socket) => {
    const contact = `${request.headers.get('Contact')}`
    registers.push(contact)
    // The second connection is as it should be; of the first nothing more is read, and the line ends go nowhere.
    if (registers.length === 1) socket.pause()
    answer(200, [
      ['Contact', contact],
      ['Require', 'outbound'],
      ['Flow-Timer', '1'],
    ])
  })
  t.after(() => server[Symbol.asyncDispose]())
  const link = linkTo({ 'softphone.servers': [`sip:127.0.0.1:${server.port};transport=tcp`] }, undefined, quick)
  t.after(() => link[Symbol.asyncDispose]())
  await link.until((state) => state.is === 'ready')
  const before = link.link.way()?.contact
  assert.match(before as string, /;ob$/)
  const lost = await link.until((state) => state.error?.code === 'server-silent')
  assert.equal(lost.is, 'waiting')
  await link.until((state) => state.is === 'ready' && registers.length === 2)
  assert.notEqual(link.link.way()?.contact, before)
})

type Answer = (status: number, headers?: [string, string][]) => void

async function tcpServer(
  on: (request: SipRequest, answer: Answer, socket: Socket) => void,
): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    const stream = messageStream()
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      for (const item of stream.push(bytes)) {
        if (item.kind === 'ping') socket.write('\r\n')
        if (item.kind !== 'request') continue
        on(item, (status, headers) => socket.write(writeMessage(responseTo(item, status, 'b', headers))), socket)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert(address !== null && typeof address === 'object')
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}

function linkTo(given: SettingsInput, dns?: HopResolver, clock: World['clock'] = world.clock) {
  const settings = readSettings({ 'softphone.user': 'alice', 'softphone.password': 'secret', ...given })
  const states: PhoneState[] = []
  let waiting: (() => void)[] = []
  let ended: (event: Extract<SessionEvent, { type: 'ended' }>) => void = () => {}
  const end = new Promise<Extract<SessionEvent, { type: 'ended' }>>((resolve) => {
    ended = resolve
  })
  const link = sipLink({
    recorder: recorder(),
    onServiceControl: () => {},
    onRequest: () => {},
    onWatcher: () => {},
    onSubscription: () => {},
    world: { ...world, clock },
    settings: () => settings,
    ...(dns ? { dns } : {}),
    tell: (state) => {
      states.push(state)
      for (const wake of waiting.splice(0)) wake()
    },
    onSession: (_session, event) => {
      if (event.type === 'ended') ended(event)
    },
  })
  return {
    link,
    ended: end,
    until: async (wanted: (state: PhoneState) => boolean): Promise<PhoneState> => {
      for (;;) {
        const found = states.find(wanted)
        if (found) return found
        await new Promise<void>((resolve) => {
          waiting = [...waiting, resolve]
        })
      }
    },
    [Symbol.asyncDispose]: () => link.close(),
  }
}

const world: World = {
  clock: {
    now: () => performance.now(),
    at: (when, wake) => {
      const timer = setTimeout(wake, Math.max(0, when - performance.now()))
      return () => clearTimeout(timer)
    },
  },
  dice: { roll: () => Math.random(), token: (bits = 128) => randomBytes(Math.ceil(bits / 8)).toString('base64url') },
  wall: () => new Date().toISOString(),
}

/** Ten times as fast: ten seconds without an answer are one. */
const quick: World['clock'] = {
  now: () => performance.now() * 10,
  at: (when, wake) => world.clock.at(when / 10, wake),
}
