import { addressOf, chatter, delivered, lastIn, said } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const chatOffline: Scenario = {
  name: 'chat-offline',
  doc: 'Alice writes while Bob is nowhere signed in: when he comes he finds it, once and in order, and she sees that it was delivered.',
  sabotage: { withhold: 'bob comes' },
  run: async (stage) => {
    const before = await chatter(stage, 'bob')
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    await before.close()
    await before.session.close().catch(() => undefined)
    const alice = await chatter(stage, 'alice')
    for (const text of ['One.', 'Two.', 'Three.']) await alice.session.chat.send({ to: ofBob, text })
    await lastIn(stage, alice, ofBob, ({ text, state }) => text === 'Three.' && state !== 'queued')
    const bob = await stage.act('bob comes', async () => chatter(stage, 'bob'))
    if (bob) await lastIn(stage, bob, ofAlice, ({ text }) => text === 'Three.')
    stage.check('he has them', ['One.', 'Two.', 'Three.'], bob ? await said(bob, ofAlice) : [])
    const [conversation] = bob ? (await bob.session.chat.get()).state.conversations : []
    stage.check('all unread', 3, conversation?.unread)
    stage.atLeast('what the lab brought him', 3, delivered(stage, 'bob').length)
  },
}
