import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { storeLink } from '../../links/store/index.ts'
import { chatStoreSuite, kept } from '../../services/chat/store.suite.ts'
import { chatStore, migrations } from './chat-store.ts'

describe('conversations in the user’s store', () => {
  const link = storeLink()
  after(() => link.close())
  chatStoreSuite(async () => chatStore(link.open(undefined)))

  test('what an earlier version of the tables holds is there after they were brought forward', async () => {
    for (let from = 1; from <= migrations.length; from++) {
      const store = link.open(undefined)
      await store.migrate('chat', migrations.slice(0, from))
      const { message } = kept(1, { message: { direction: 'outgoing', state: 'queued', text: 'Lunch?' } })
      await store.run("INSERT INTO chat_conversations (address, kind) VALUES ('bob@x', 'person')")
      await store.run(
        "INSERT INTO chat_messages (id, conversation, kind, sender, direction, state, text, message) VALUES (?, 'bob@x', 'person', 'alice@x', 'outgoing', 'queued', ?, ?)",
        message.id,
        message.text,
        JSON.stringify(message),
      )
      // A row that was written by the newest version brings its time.
      if (from === migrations.length) await store.run('UPDATE chat_messages SET at = ?', Date.parse(message.at))
      const now = chatStore(store)
      assert.deepEqual(
        (await now.waiting()).map((each) => [each.message, each.copy]),
        [[message, undefined]],
        `from version ${from}`,
      )
      const found = await now.find({}, { at: Number.MAX_SAFE_INTEGER, n: 0 }, 10)
      assert.deepEqual(
        found.map((each) => [each.message, each.person, each.place.at]),
        [[message, 'bob@x', Date.parse(message.at)]],
      )
      assert.equal(await now.add(kept(2, { copy: 'copy-2' })), true)
      assert.deepEqual(await now.copies(), ['copy-2'])
      assert.deepEqual((await now.search('lunch', undefined, undefined, 10)).messages, [message])
    }
  })

  test('a core that knows no files does not open a store that holds some', async () => {
    const store = link.open(undefined)
    await chatStore(store).add(kept(1, { copy: 'copy-1' }))
    await assert.rejects(store.migrate('chat', migrations.slice(0, 1)), { code: 'store-newer' })
  })
})
