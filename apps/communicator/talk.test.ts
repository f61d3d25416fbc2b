import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message, Session } from '@openparley/sdk/browser'
import { openTalk, type Talk } from './talk.ts'

const bob = 'bob@example.com'

/** A conversation of so many messages, and how often a page of it was asked for. */
function talkOf(count: number): { readonly talk: Talk; readonly asked: () => number } {
  let pages = 0
  const list = ({ cursor, limit = 50 }: { cursor?: string; limit?: number }): Promise<unknown> => {
    pages++
    const end = cursor === undefined ? count : Number(cursor)
    const first = Math.max(0, end - limit)
    const messages = Array.from({ length: end - first }, (_, n) => message(end - n))
    return Promise.resolve({ messages, ...(first > 0 ? { next: String(first) } : {}) })
  }
  return { talk: openTalk({ chat: { list } } as unknown as Session), asked: () => pages }
}

function message(n: number, more: Partial<Message> = {}): Message {
  const at = '2026-01-01T10:00:00Z'
  return { id: `m${n}`, conversation: bob, direction: 'incoming', from: bob, at, text: '', state: 'received', ...more }
}

/** What was asked for is there. */
async function opened(talk: Talk): Promise<void> {
  talk.open(bob)
  await talk.older()
}

test('the newest are there first, and a page asked for twice at once comes once, above them', async () => {
  const { talk } = talkOf(120)
  await opened(talk)
  assert.deepEqual([talk.messages.value.length, talk.messages.value.at(-1)?.id], [50, 'm120'])
  await Promise.all([talk.older(), talk.older()])
  assert.deepEqual([talk.messages.value[0]?.id, talk.messages.value.length], ['m21', 100])
  await talk.older()
  assert.deepEqual([talk.messages.value[0]?.id, talk.hasOlder.value], ['m1', false])
})

test('a message further back is gone to by what lies between, and one that is there by nothing', async () => {
  const { talk, asked } = talkOf(1200)
  await opened(talk)
  const before = asked()
  assert.equal(await talk.reach('m1190'), true)
  assert.equal(asked(), before)
  assert.equal(await talk.reach('m300'), true)
  assert.equal(talk.reached.value?.message, 'm300')
})

test('what lies too far back is not gone to, and what was never there ends with the conversation', async () => {
  const far = talkOf(100_000)
  await opened(far.talk)
  assert.equal(await far.talk.reach('m1'), false)
  assert.ok(far.asked() < 10)
  const short = talkOf(60)
  await opened(short.talk)
  assert.equal(await short.talk.reach('mx'), false)
  assert.equal(short.talk.reached.value, undefined)
})

test('what others write and what fails is news, once; what changes is none, nor what is of another conversation', async () => {
  const { talk } = talkOf(2)
  await opened(talk)
  const own = message(4, { direction: 'outgoing', state: 'queued' })
  talk.take(message(3))
  talk.take(message(3, { text: 'corrected' }))
  talk.take(message(2, { reactions: [{ from: 'x', emoji: '👍' }] }))
  talk.take(message(9, { conversation: 'carol@example.com' }))
  for (const state of ['queued', 'failed', 'failed'] as const) talk.take({ ...own, state })
  assert.deepEqual(
    talk.came.value.map(({ id, state }) => `${id} ${state}`),
    ['m3 received', 'm4 failed'],
  )
  assert.deepEqual(
    talk.messages.value.map(({ id }) => id),
    ['m1', 'm2', 'm3', 'm4'],
  )
})

test('another conversation begins without what was about to be said in the one before', async () => {
  const { talk } = talkOf(2)
  await opened(talk)
  talk.answered.value = message(1)
  talk.correction.value = { message: message(2), text: 'x' }
  talk.open('carol@example.com')
  assert.deepEqual([talk.answered.value, talk.correction.value, talk.came.value], [undefined, undefined, []])
})
