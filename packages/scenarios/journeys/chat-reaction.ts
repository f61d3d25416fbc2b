import { addressOf, chatter, delivered, lastIn } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const chatReaction: Scenario = {
  name: 'chat-reaction',
  doc: 'Bob reacts to what Alice wrote, thinks of another, and takes it back: she sees each.',
  sabotage: { withhold: 'bob takes it back' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    await alice.session.chat.send({ to: ofBob, text: 'We have a release.' })
    const got = await lastIn(stage, bob, ofAlice, ({ text }) => text === 'We have a release.')
    if (!got) return
    await bob.session.chat.react({ message: got.id, emoji: ['👍', '🎉'] })
    const liked = await lastIn(stage, alice, ofBob, ({ reactions }) => reactions?.length === 2)
    stage.check(
      'both are seen',
      [
        [ofBob, '👍'],
        [ofBob, '🎉'],
      ],
      liked?.reactions?.map(({ from, emoji }) => [from, emoji]),
    )
    await bob.session.chat.react({ message: got.id, emoji: ['😴'] })
    await lastIn(stage, alice, ofBob, ({ reactions }) => reactions?.[0]?.emoji === '😴' && reactions.length === 1)
    await stage.act('bob takes it back', async () => bob.session.chat.react({ message: got.id, emoji: [] }))
    await lastIn(stage, alice, ofBob, ({ reactions }) => reactions === undefined)
    stage.check('no message but one was brought', ['We have a release.'], delivered(stage, 'bob'))
  },
}
