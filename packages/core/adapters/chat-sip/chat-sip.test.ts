// Messages over SIP by a link that only remembers what it is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Cause, type Field, Headers, type SipRequest, type SipResponse } from '@openparley/protocols/sip'
import type { SharedLink, SipPart } from '../../links/sip/index.ts'
import type { ChatEvent } from '../../services/chat/port.ts'
import { sipChat } from './chat-sip.ts'

interface Asked {
  readonly uri: string
  readonly body: string | undefined
  answer(answer: number | Cause['is']): Promise<void>
}

function house(over: 'udp' | 'tcp' | 'tls' | 'nothing' = 'udp') {
  const asked: Asked[] = []
  const told: ChatEvent[] = []
  const replies: unknown[] = []
  let part: SipPart | undefined
  const link: SharedLink = {
    own: 'sip:alice@example.com',
    transport: over === 'nothing' ? undefined : over,
    use: (used) => (part = used),
    ask: ({ uri, body }) =>
      new Promise((resolve) =>
        asked.push({
          uri,
          body,
          answer: async (answer) => {
            const rest = { reason: 'So', headers: new Headers(), body: new Uint8Array(0) }
            resolve(
              typeof answer === 'string' ? answer : ({ kind: 'response', status: answer, ...rest } as SipResponse),
            )
            await settled()
          },
        }),
      ),
    reply: (_, status, headers = []) => replies.push([status, ...headers.flat(), told.length]),
    subscribe: () => undefined,
    unsubscribe: () => {},
  }
  const port = sipChat({ link, wall: () => '2026-01-01T00:00:00.000Z', tell: (event) => told.push(event) })
  return {
    asked,
    told,
    replies,
    port,
    ready: (is: boolean) => part?.ready(is),
    send: (id: string, text: string, to = 'sip:bob@example.com') => port.send({ id, to, kind: 'person', text }),
    comes: (body: string, fields: readonly Field[] = [], method = 'MESSAGE') => {
      const headers = new Headers()
      for (const [name, value] of [...fields, ...usual])
        if (!headers.has(name) && value !== '') headers.append(name, value)
      const request: SipRequest = {
        kind: 'request',
        method,
        uri: 'sip:alice@192.0.2.1',
        headers,
        body: new TextEncoder().encode(body),
      }
      return part?.request?.('id', request)
    },
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const usual: readonly Field[] = [
  ['From', '"Bob" <sip:Bob@example.com:5070;transport=udp>;tag=1'],
  ['Call-ID', 'c1'],
  ['CSeq', '7 MESSAGE'],
  ['Content-Type', 'text/plain'],
]

test('what the server takes is sent, and what it refuses is told with its answer', async () => {
  const { send, asked, told } = house()
  const table: readonly [number | Cause['is'], ChatEvent][] = [
    [200, { type: 'sent', id: 'm' }],
    [202, { type: 'sent', id: 'm' }],
    ...[413, 415, 488, 480, 603].map((status): [number, ChatEvent] => [
      status,
      { type: 'refused', wire: 'm', code: 'chat-refused', cause: { protocol: 'sip', status, text: 'So' } },
    ]),
    [
      404,
      {
        type: 'refused',
        wire: 'm',
        code: 'chat-recipient-unknown',
        cause: { protocol: 'sip', status: 404, text: 'So' },
      },
    ],
    ['timeout', { type: 'refused', wire: 'm', code: 'server-silent' }],
    ['no-credentials', { type: 'refused', wire: 'm', code: 'credentials-rejected' }],
    ['transport', { type: 'unsent', id: 'm' }],
  ]
  for (const [answer, event] of table) {
    assert.equal(send('m', 'Hello'), true)
    await settled()
    const { uri, body } = asked.at(-1) as Asked
    assert.deepEqual([uri, body], ['sip:bob@example.com', 'Hello'])
    await asked.at(-1)?.answer(answer)
    assert.deepEqual(told.at(-1), event)
  }
})

test('messages to one person go one after the other, and nobody waits for another', async () => {
  const { send, asked } = house()
  send('1', 'one')
  send('2', 'two')
  send('3', 'three', 'sip:carol@example.com')
  await settled()
  const bodies = (): (string | undefined)[] => asked.map(({ body }) => body)
  assert.deepEqual(bodies(), ['one', 'three'])
  await asked[0]?.answer('timeout')
  assert.deepEqual(bodies(), ['one', 'three', 'two'])
})

test('what is too large for UDP is refused and does not go; over a connection it goes', async () => {
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    const { send, asked, told } = house(transport)
    assert.equal(send('m', 'ü'.repeat(401)), true)
    await settled()
    assert.equal(asked.length, transport === 'udp' ? 0 : 1)
    const [event] = told
    assert.equal(event?.type === 'refused' && event.code, transport === 'udp' && 'chat-refused')
  }
})

test('nothing is carried while there is no server, and no correction ever', () => {
  const { send, ready, told, port } = house('nothing')
  assert.equal(send('m', 'Hello'), false)
  ready(true)
  ready(false)
  assert.deepEqual(told, [
    { type: 'ready', by: 'sip' },
    { type: 'away', by: 'sip' },
  ])
  assert.equal(port.send({ id: 'n', to: 'sip:bob@example.com', kind: 'person', text: 'x', replaces: 'm' }), false)
  assert.equal(port.react('sip:bob@example.com', 'person', 'm', ['x']), false)
})

test('a message that comes is told before it is answered', () => {
  const { comes, told, replies } = house()
  assert.equal(comes('Grüße'), true)
  assert.deepEqual(told, [
    {
      type: 'message',
      message: {
        conversation: 'sip:bob@example.com:5070',
        kind: 'person',
        direction: 'incoming',
        from: 'sip:bob@example.com:5070',
        at: '2026-01-01T00:00:00.000Z',
        text: 'Grüße',
        origin: 'c1 7',
        wire: undefined,
        archive: undefined,
      },
    },
  ])
  assert.deepEqual(replies, [[200, 1]])
  assert.equal(comes('', [], 'INFO'), false)
})

test('what is no text is refused with what is taken, and so is what comes from nobody or is too large', () => {
  const { comes, told, replies } = house()
  comes('<b>', [['Content-Type', 'text/html']])
  comes('x', [['Content-Type', 'text/plain;charset=utf-16']])
  comes('x', [['From', '<sip:example.com>;tag=1']])
  comes('x', [['From', '<tel:+123>;tag=1']])
  comes('x'.repeat(65_537))
  assert.deepEqual(replies, [
    [415, 'Accept', 'text/plain', 0],
    [415, 'Accept', 'text/plain', 0],
    [403, 0],
    [403, 0],
    [413, 0],
  ])
  comes('x', [['Content-Type', 'Text/Plain; charset="UTF-8"']])
  assert.equal(told.length, 1)
  comes('')
  assert.deepEqual(replies.slice(-2), [
    [200, 1],
    [200, 1],
  ])
})
