// The adapter in the lab’s room, and against servers that mean harm.
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import type { ParleyError } from '@openparley/contract'
import { startLab } from '@openparley/lab'
import { type WebSocket, WebSocketServer } from 'ws'
import { invitationTo, readInvitation } from './invitation.ts'
import { inside, person, roomSuite } from './room.suite.ts'
import { membersOf, take, viewOf } from './view.ts'

roomSuite('the lab', { skip: false }, async () => {
  const lab = await startLab({ people: ['alice'] })
  return { settings: lab.people[0]?.conferences ?? {}, close: () => lab.close() }
})

describe('the lab’s room', () => {
  test('a fifth person is told that it is full', async () => {
    const lab = await startLab({ people: ['alice'] })
    const { port } = person(lab.people[0]?.conferences ?? {})
    const room = await port.create('', 'Alice')
    for (const name of ['Alice', 'Bob', 'Carol', 'Dave'])
      await inside(person(lab.people[0]?.conferences ?? {}).port, room, name)
    await assert.rejects(inside(port, room, 'Eve'), ({ code }: ParleyError) => code === 'conference-full')
    await port.end?.(room)
    await lab.close()
  })

  test('when its server was started anew it is over, and told why', async () => {
    const lab = await startLab({ people: ['alice'] })
    const { port } = person(lab.people[0]?.conferences ?? {})
    const one = await inside(port, await port.create('', 'Alice'), 'Alice')
    await lab.rooms.go()
    await lab.rooms.comeBack()
    const over = await one.until('it is over', () => one.events.find(({ type }) => type === 'over'))
    assert.ok(over.type === 'over' && over.for === 'person' && over.error?.code === 'conference-unavailable')
    await port.close()
    await lab.close()
  })

  test('each of its faults is told by its own name, and a second server is taken where the first is gone', async () => {
    const lab = await startLab({ people: ['alice'] })
    const settings = lab.people[0]?.conferences ?? {}
    for (const [fault, code] of [
      ['room-refused', 'credentials-rejected'],
      ['room-error', 'conference-refused-by-server'],
    ] as const) {
      lab.setFault(fault)
      await assert.rejects(person(settings).port.create('', 'A'), (error: ParleyError) => error.code === code, fault)
      lab.clearFault(fault)
    }
    const both = person({ ...settings, 'conferences.janus.servers': ['wss://127.0.0.1:1/janus', lab.addresses.rooms] })
    const room = await both.port.create('', 'Alice')
    assert.deepEqual(
      both.states.map(({ is, error }) => [is, error?.code]),
      [
        ['waiting', 'server-refused'],
        ['ok', undefined],
      ],
    )
    await both.port.end?.(room)
    const { 'conferences.tls.ca': _, ...bare } = settings
    const untrusting = person(bare)
    await assert.rejects(untrusting.port.create('', 'A'), ({ code }: ParleyError) => code === 'tls-untrusted')
    await lab.close()
  })

  test('a room that its host leaves empty is gone with them', async () => {
    const lab = await startLab({ people: ['alice'] })
    const { port } = person(lab.people[0]?.conferences ?? {})
    await port.create('Nobody came', 'Alice')
    assert.equal(lab.rooms.rooms().length, 1)
    await port.close()
    assert.equal(lab.rooms.rooms().length, 0)
    await lab.close()
  })
})

test('an invitation is read for the servers of the settings alone, however it is written', () => {
  const servers = ['wss://rooms.example.com/janus', 'ws://127.0.0.1:8188']
  for (const server of servers) {
    const place = { server, room: 9_007_199_254_740_991, pin: 'a-b_c' }
    assert.deepEqual(readInvitation(invitationTo(place), servers), place)
  }
  assert.equal(
    invitationTo({ server: servers[0] as string, room: 1, pin: 'p' }),
    'parley-room://rooms.example.com:443/janus#room=1&pin=p',
  )
  for (const wrong of [
    'parley-room://rooms.example.com/janus#room=1&pin=p',
    'parley-room://rooms.example.com:443/other#room=1&pin=p',
    'parley-room://rooms.example.com:443/janus#room=0&pin=p',
    'parley-room://rooms.example.com:443/janus#room=99999999999999999999&pin=p',
    'parley-room://rooms.example.com:443/janus#room=1&pin=p p',
    'parley-room://x@rooms.example.com:443/janus#room=1&pin=p',
    'wss://rooms.example.com/janus#room=1&pin=p',
  ])
    assert.equal(readInvitation(wrong, servers), undefined, wrong)
})

test('what a room says of others is bounded, and what is no room’s word changes nothing', () => {
  const view = viewOf(1, 'Alice')
  const many = Array.from({ length: 100_000 }, (_, n) => ({ id: n + 2, display: 'x'.repeat(10_000) }))
  take(view, { attendees: many })
  assert.equal(view.feeds.size, 200)
  assert.ok(membersOf(view, false).every(({ name }) => name.length <= 256))
  for (const data of [
    {},
    { publishers: 'none' },
    { publishers: [null, 1, { id: 'a' }, { id: -1 }, { id: 1.5 }, { id: 2, streams: 'x' }] },
    { joining: [] },
    { leaving: 'nobody' },
    { videoroom: 'talking', id: {} },
    { moderation: 'muted', id: 2, mid: 5 },
    { unpublished: 1 },
    { kicked: 1 },
  ])
    take(view, data)
  assert.ok(view.feeds.has(1))
})

test('somebody is in the list whatever they call themselves, until they show a screen', () => {
  const view = viewOf(1, 'Alice')
  take(view, { joining: { id: 2, display: 'Eve (screen 1)' } })
  assert.deepEqual(
    membersOf(view, false).map(({ name }) => name),
    ['Alice', 'Eve (screen 1)'],
  )
  take(view, { publishers: [{ id: 2, display: 'Eve (screen 1)', streams: [{ type: 'video', mid: '0' }] }] })
  assert.deepEqual(
    membersOf(view, false).map(({ name, screen }) => [name, screen]),
    [['Alice', true]],
  )
})

test('a server that says what it likes costs its own conference alone', { timeout: 30_000 }, async () => {
  const said = [
    'no json',
    '[]',
    '{"janus":"event","sender":"x"}',
    '{"janus":"event","sender":1,"plugindata":{"data":[]}}',
    '{"janus":"timeout","session_id":99}',
    `{"janus":"success","transaction":"${'y'.repeat(1000)}"}`,
  ]
  const refusing = async (answer: (asked: Record<string, unknown>, socket: WebSocket) => void): Promise<unknown> => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'janus-protocol' })
    await new Promise((resolve) => server.once('listening', resolve))
    server.on('connection', (socket) => {
      socket.on('error', () => {})
      socket.on('message', (data) => {
        for (const each of said) socket.send(each)
        answer(JSON.parse(String(data)) as Record<string, unknown>, socket)
      })
    })
    const { port } = server.address() as AddressInfo
    const one = person({ 'conferences.janus.servers': `ws://127.0.0.1:${port}` })
    const thrown = await one.port.create('', 'Alice').catch((error: unknown) => error)
    await one.port.close()
    for (const socket of server.clients) socket.terminate()
    await new Promise((resolve) => server.close(resolve))
    return (thrown as ParleyError).code
  }
  assert.equal(
    await refusing(({ transaction }, socket) => socket.send(JSON.stringify({ janus: 'success', transaction }))),
    'conference-refused-by-server',
  )
  assert.equal(
    await refusing(({ transaction }, socket) =>
      socket.send(JSON.stringify({ janus: 'success', transaction, data: { id: 1e300 } })),
    ),
    'conference-refused-by-server',
  )
  assert.equal(await refusing((_, socket) => socket.send('x'.repeat(2_000_000))), 'conference-unavailable')
  assert.equal(await refusing((_, socket) => socket.terminate()), 'conference-unavailable')
  assert.equal(
    await refusing(({ transaction }, socket) =>
      socket.send(JSON.stringify({ janus: 'error', transaction, error: 'no' })),
    ),
    'conference-refused-by-server',
  )
})
