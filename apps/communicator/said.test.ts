import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '@openparley/sdk/browser'
import { type Circle, correctable, cut, ownReactions, reactionsOf, spokenOf, writerOf } from './said.ts'

const two: Circle = { isRoom: false, name: 'Bob', nickname: undefined }
const room: Circle = { isRoom: true, name: 'plans', nickname: 'Alice' }

function message(more: Partial<Message> = {}): Message {
  return {
    id: 'm1',
    conversation: 'bob@example.com',
    direction: 'incoming',
    from: 'bob@example.com',
    at: '2026-01-01T10:00:00Z',
    text: 'Lunch?',
    state: 'received',
    ...more,
  }
}

test('of two, who is not the other is the person; in a room names tell', () => {
  const reactions = [
    { from: 'alice@example.com', emoji: '👍' },
    { from: 'bob@example.com', emoji: '👍' },
    { from: 'alice@example.com', emoji: '🎉' },
  ]
  assert.deepEqual(reactionsOf(message({ reactions }), two), [
    { sign: '👍', names: ['You', 'Bob'], isOwn: true },
    { sign: '🎉', names: ['You'], isOwn: true },
  ])
  assert.deepEqual(ownReactions(message({ reactions }), two), ['👍', '🎉'])
  const there = [
    { from: 'Bob', emoji: '👍' },
    { from: 'Alice', emoji: '🎉' },
  ]
  assert.deepEqual(ownReactions(message({ reactions: there }), room), ['🎉'])
  assert.deepEqual(ownReactions(message({ reactions: there }), { ...room, nickname: undefined }), [])
  assert.equal(writerOf(message({ from: 'Bob' }), room), 'Bob')
})

test('a message is spoken with who, what, what became of it, and who reacted', () => {
  const error = {
    code: 'chat-refused',
    sentence: 'It was refused.',
    next: 'Ask.',
    retryable: false,
    origin: 'server',
    peer: { protocol: 'xmpp', text: 'item-not-found' },
  }
  const failed = message({
    direction: 'outgoing',
    state: 'failed',
    error: error as Exclude<Message['error'], undefined>,
  })
  assert.match(spokenOf(failed, two), /^You: Lunch\?\. .+ · Not sent\. It was refused\. Ask\. \(item-not-found\)$/)
  const corrected = message({ editedAt: '2026-01-01T10:05:00Z', reactions: [{ from: 'x@example.com', emoji: '👍' }] })
  assert.match(spokenOf(corrected, two), /^Bob: Lunch\?\. .+ · edited .+\. 👍 1: You$/)
  assert.match(spokenOf(message({ text: '' }), two), /^Bob: Taken back\. /)
})

test('the last of one’s own that others have can be corrected, by XMPP alone', () => {
  const own = message({ id: 'm2', direction: 'outgoing', state: 'read' })
  assert.equal(correctable([own, message()])?.id, 'm2')
  assert.equal(correctable([own, { ...own, state: 'failed' }]), undefined)
  assert.equal(correctable([{ ...own, conversation: 'sip:bob@example.com' }]), undefined)
  assert.equal(correctable([message()]), undefined)
})

test('a long text is cut to one line', () => {
  assert.equal(cut(' a\n\n b '), 'a b')
  assert.equal(cut('x'.repeat(1000)).length, 202)
})
