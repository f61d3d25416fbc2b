import { addressOf, chatter, delivered, lastIn } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const chatTwoApplications: Scenario = {
  name: 'chat-two-applications',
  doc: 'Bob has two applications on one core: both show what is unread, what is read in one is read in the other, and what one writes the other shows.',
  sabotage: { withhold: 'bob reads it in the one' },
  run: async (stage) => {
    const [alice, one] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    const other = await stage.application(one, 'the other application')
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    for (const text of ['First.', 'Second.']) await alice.session.chat.send({ to: ofBob, text })
    await lastIn(stage, one, ofAlice, ({ text }) => text === 'Second.')
    const unread = async (): Promise<unknown> =>
      Promise.all([one, other].map(async (each) => (await each.session.chat.get()).state.conversations[0]?.unread))
    stage.check('unread in both', [2, 2], await unread())
    await stage.act('bob reads it in the one', async () => one.session.chat.read({ conversation: ofAlice }))
    stage.check('read in both', [0, 0], await unread())
    const { message } = await one.session.chat.send({ to: ofAlice, text: 'Third.' })
    const shown = await lastIn(stage, other, ofAlice, ({ text }) => text === 'Third.')
    stage.check('it is the same message', message, shown?.id)
    await lastIn(stage, alice, ofBob, ({ text }) => text === 'Third.')
    stage.check('what the lab brought to alice', ['Third.'], delivered(stage, 'alice'))
  },
}
