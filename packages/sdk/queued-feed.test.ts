import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FeedMessage, maxBacklog } from './connection.ts'
import { queuedFeed } from './queued-feed.ts'

/** A core whose state is a number; every change is the next one. */
function wire() {
  let n = 0
  let left = 0
  const feed = queuedFeed(snapshot(), {
    leave: () => {
      left++
    },
    again: async () => snapshot(),
  })
  function snapshot(): { revision: { epoch: string; n: number }; state: unknown } {
    return { revision: { epoch: 'e', n }, state: n }
  }
  return {
    feed,
    change: () => {
      n++
      feed.push({ watch: 1, revision: { epoch: 'e', n }, change: n })
    },
    now: () => n,
    left: () => left,
  }
}

const valueOf = (message: FeedMessage | undefined): unknown =>
  message?.type === 'change' ? message.change : message?.state

test('256 changes wait; the next one drops them all for a fresh state, and the core is left until then', async () => {
  const { feed, change, left } = wire()
  for (let n = 0; n < maxBacklog; n++) change()
  assert.equal(left(), 0)
  change()
  assert.equal(left(), 1)
  for (let n = 0; n < 1000; n++) change()
  assert.deepEqual(await feed.next(), { type: 'resync', revision: { epoch: 'e', n: 1257 }, state: 1257 })
  change()
  assert.equal(valueOf(await feed.next()), 1258)
})

test('however reading and changing take turns, revisions rise, changes have no gap but after a resync, and the last state is seen', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: -40, max: 400 }), { maxLength: 12 }), async (turns) => {
      const { feed, change, now } = wire()
      let last = 0
      const read = async (): Promise<void> => {
        const message = await feed.next()
        assert.ok(message)
        assert.equal(valueOf(message), message.revision.n)
        if (message.type === 'change') assert.equal(message.revision.n, last + 1)
        else assert.ok(message.revision.n > last)
        last = message.revision.n
      }
      for (const turn of turns) {
        for (let n = 0; n < turn; n++) change()
        for (let n = 0; n > turn && last < now(); n--) await read()
      }
      while (last < now()) await read()
    }),
  )
})

test('a resync of the core makes what waits before it needless', async () => {
  const { feed, change } = wire()
  change()
  change()
  feed.push({ watch: 1, revision: { epoch: 'e', n: 9 }, state: 9, resync: true })
  assert.equal(valueOf(await feed.next()), 9)
})

test('a feed that the core ends gives what waits and then ends; one that is stopped ends at once and leaves the core once', async () => {
  const ended = wire()
  ended.change()
  ended.feed.push({ watch: 1, revision: { epoch: 'e', n: 1 }, ended: true })
  assert.equal(valueOf(await ended.feed.next()), 1)
  assert.equal(await ended.feed.next(), undefined)
  ended.feed.stop()
  assert.equal(ended.left(), 0)
  const stopped = wire()
  stopped.change()
  const { feed } = stopped
  feed.stop()
  feed.stop()
  assert.equal(await feed.next(), undefined)
  assert.equal(stopped.left(), 1)
})

test('stopping while a fresh state is on its way leaves the core again when it has come', async () => {
  const { feed, change, left } = wire()
  for (let n = 0; n <= maxBacklog; n++) change()
  const next = feed.next()
  feed.stop()
  assert.equal(await next, undefined)
  assert.ok(left() >= 2)
})
