// The link with an Asterisk that is played: events of the time before the snapshot, what is no list, what goes silent, and where the password goes.
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { test } from 'node:test'
import type { PhoneState } from '@openparley/contract'
import { dnsResolver, realClock, realDice } from '@openparley/net'
import { followed } from '@openparley/testkit'
import { type WebSocket, WebSocketServer } from 'ws'
import { type AriLink, ariLink } from './index.ts'

interface Played {
  readonly server: string
  /** Of each request, with its address. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** `answer`: what is said to a GET, with the events’ socket beside it. */
async function played(answer: (path: string, events: WebSocket) => string): Promise<Played> {
  const asked: string[] = []
  let events: WebSocket | undefined
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    response.end(request.method === 'GET' && events ? answer(request.url ?? '', events) : '{}')
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket, request) => {
    asked.push(`GET ${request.url} ${request.headers.authorization}`)
    events = socket
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  return {
    server: `127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`,
    asked,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

interface Told {
  readonly link: AriLink
  readonly seen: readonly string[]
  until(what: string): Promise<void>
}

function linked(server: string): Told {
  const { all: seen, tell, first } = followed<string>()
  const link = ariLink({
    world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
    dns: () => dnsResolver(),
    servers: [server],
    tls: undefined,
    app: 'desk-test',
    login: () => ({ user: 'desk', password: 'secret' }),
    state: ({ is, error }: PhoneState) => tell(error?.code ?? is),
    snapshot: (channels) => tell(`snapshot of ${channels.map(({ id }) => id).join()}`),
    event: ({ type, channel }) => tell(`${type} of ${channel?.id}`),
  })
  return {
    link,
    seen,
    until: async (what) => void (await first((each) => each === what)),
  }
}

const channel = (id: string): object => ({ id, name: `PJSIP/101-0000000${id}`, state: 'Up' })
const lists = (path: string): string => (path.endsWith('/channels') ? JSON.stringify([channel('1')]) : '[]')

test('what ended while the snapshot was on its way is told after it, and does not come back', {
  timeout: 10_000,
}, async () => {
  const asterisk = await played((path, events) => {
    const list = lists(path)
    if (path.endsWith('/channels'))
      events.send(JSON.stringify({ type: 'ChannelDestroyed', channel: channel('1'), cause: 16 }))
    return list
  })
  const { link, seen, until } = linked(asterisk.server)
  try {
    await until('ChannelDestroyed of 1')
    assert.deepEqual(seen, ['connecting', 'ready', 'snapshot of 1', 'ChannelDestroyed of 1'])
  } finally {
    await link.close()
    await asterisk.close()
  }
})

test('the password is in a header, and in no address', { timeout: 10_000 }, async () => {
  const asterisk = await played(lists)
  const { link, until } = linked(asterisk.server)
  try {
    await until('ready')
    assert.ok(asterisk.asked.length >= 4)
    for (const each of asterisk.asked) {
      const [, address = '', scheme, token = ''] = each.split(' ')
      assert.equal(Buffer.from(token, 'base64').toString(), 'desk:secret')
      assert.equal(scheme, 'Basic')
      assert.doesNotMatch(address, /secret|api_key/)
    }
  } finally {
    await link.close()
    await asterisk.close()
  }
})

test('where no list comes the server is left, and tried again later', { timeout: 10_000 }, async () => {
  const asterisk = await played(() => '{"message":"no"}')
  const { link, seen, until } = linked(asterisk.server)
  try {
    await until('server-garbled')
    assert.deepEqual(seen, ['connecting', 'server-garbled'])
  } finally {
    await link.close()
    await asterisk.close()
  }
})

test('what is asked before there is a link is answered by nothing', { timeout: 10_000 }, async () => {
  const asterisk = await played(lists)
  const { link } = linked(asterisk.server)
  try {
    let answer: unknown = 'none yet'
    link.ask({ method: 'GET', path: '/channels' }, (given) => {
      answer = given
    })
    assert.equal(answer, undefined)
  } finally {
    await link.close()
    await asterisk.close()
  }
})
