import { addressOf, chatter, delivered, lastIn } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const chatMessage: Scenario = {
  name: 'chat-message',
  doc: 'Alice writes to Bob: it is unread until he looks, she sees that it was delivered and read, and his answer names what it answers.',
  sabotage: { withhold: 'bob looks at it' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    const { message } = await alice.session.chat.send({ to: ofBob, text: 'Lunch at <12> & a bit? 🥗' })
    const got = await lastIn(stage, bob, ofAlice, ({ direction }) => direction === 'incoming')
    stage.check('the very words', 'Lunch at <12> & a bit? 🥗', got?.text)
    const [before] = (await bob.session.chat.get()).state.conversations
    stage.check('it is unread', 1, before?.unread)
    await lastIn(stage, alice, ofBob, ({ id, state }) => id === message && state === 'delivered')
    await stage.act('bob looks at it', async () => bob.session.chat.read({ conversation: ofAlice }))
    await lastIn(stage, alice, ofBob, ({ id, state }) => id === message && state === 'read')
    const [after] = (await bob.session.chat.get()).state.conversations
    stage.check('nothing is unread', 0, after?.unread)
    if (got) await bob.session.chat.send({ to: ofAlice, text: 'Yes.', replyTo: got.id })
    const answer = await lastIn(stage, alice, ofBob, ({ text }) => text === 'Yes.')
    stage.check('the answer names it', message, answer?.replyTo)
    stage.check(
      'what the lab brought to each',
      [['Yes.'], ['Lunch at <12> & a bit? 🥗']],
      [delivered(stage, 'alice'), delivered(stage, 'bob')],
    )
  },
}
