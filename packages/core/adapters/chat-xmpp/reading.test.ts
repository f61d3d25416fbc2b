// What is taken of an invitation to a call (XEP-0482), and what is left where it is.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Stanza, xml } from '../../links/xmpp/index.ts'
import type { ChatEvent } from '../../services/chat/port.ts'
import { read } from './reading.ts'

const reading = {
  own: 'alice@x',
  nicknameIn: (room: string) => (room === 'plans@rooms.x' ? 'Alice' : undefined),
  isJoinable: (address: string) => address.startsWith('parley-room:'),
  wall: () => '2026-01-01T00:00:00.000Z',
}
const namespace = 'urn:xmpp:call-invites:0'

const message = (...children: Stanza[]): Stanza =>
  xml('message', { from: 'bob@x/a', to: 'alice@x', type: 'chat', id: 'i' }, ...children)

const invite = (uris: readonly string[], attributes: object = { video: 'true' }): Stanza =>
  xml('invite', { xmlns: namespace, ...attributes }, ...uris.map((uri) => xml('external', { uri })))

const messageIn = (events: readonly ChatEvent[]) => {
  const [event] = events.filter(({ type }) => type === 'message')
  return event?.type === 'message' ? event.message : undefined
}

describe('an invitation to a call', () => {
  test('has the first way that may be opened, and its text', () => {
    const stanza = message(
      xml('subject', {}, 'Lunch'),
      xml('body', {}, 'Lunch: https://meet.x/1'),
      invite(['tel:+12345678', 'xmpp:a@x', 'https://meet.x/1', 'https://meet.x/2']),
    )
    const got = messageIn(read(stanza, reading))
    assert.deepEqual(got?.invitation, { address: 'https://meet.x/1', video: true, subject: 'Lunch' })
    assert.equal(got?.text, 'Lunch: https://meet.x/1')
  })

  test('needs no text: its address is shown', () => {
    const got = messageIn(read(message(invite(['https://meet.x/1'], {})), reading))
    assert.deepEqual([got?.text, got?.invitation], ['https://meet.x/1', { address: 'https://meet.x/1', video: false }])
  })

  test('may lead to a server of the settings in that server’s own words', () => {
    const got = messageIn(read(message(invite(['parley-room:1'])), reading))
    assert.equal(got?.invitation?.address, 'parley-room:1')
  })

  test('that leads nowhere good is the text that stands beside it, and no more', () => {
    for (const uri of [
      'javascript:alert(1)',
      'data:text/html,<script>alert(1)</script>',
      'file:///etc/passwd',
      'http://meet.x/1',
      'https://meet.x@evil.example/1',
      'https://',
      '//meet.x/1',
      ' ',
      `https://meet.x/${'x'.repeat(4096)}`,
    ]) {
      const got = messageIn(read(message(xml('body', {}, 'Come'), invite([uri])), reading))
      assert.deepEqual([got?.text, got?.invitation], ['Come', undefined], uri.slice(0, 60))
      assert.deepEqual(read(message(invite([uri])), reading), [], uri.slice(0, 60))
    }
  })

  test('of any size is read as far as anybody needs', () => {
    const many = invite([...Array.from({ length: 10_000 }, () => 'javascript:1'), 'https://meet.x/1'])
    assert.equal(messageIn(read(message(xml('body', {}, 'Come'), many), reading))?.invitation, undefined)
    const long = message(xml('subject', {}, 's'.repeat(10_000)), invite(['https://meet.x/1']))
    assert.equal(messageIn(read(long, reading))?.invitation?.subject?.length, 256)
  })

  test('in a room is a message with a subject, and not the room’s subject', () => {
    const stanza = xml(
      'message',
      { from: 'plans@rooms.x/Bob', type: 'groupchat', id: 'i' },
      xml('subject', {}, 'Lunch'),
      xml('body', {}, 'https://meet.x/1'),
      invite(['https://meet.x/1']),
    )
    const events = read(stanza, reading)
    assert.deepEqual(
      events.map(({ type }) => type),
      ['message'],
    )
    assert.equal(messageIn(events)?.invitation?.subject, 'Lunch')
  })

  test('is taken back by a word that names it', () => {
    assert.deepEqual(read(message(xml('retract', { xmlns: namespace, id: 'i1' })), reading), [
      { type: 'withdrawn', conversation: 'bob@x', from: 'bob@x', of: 'i1' },
    ])
    for (const id of ['', 'x'.repeat(513)])
      assert.deepEqual(read(message(xml('retract', { xmlns: namespace, id })), reading), [])
  })
})
