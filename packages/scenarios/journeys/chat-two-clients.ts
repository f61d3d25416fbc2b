import { addressOf, chatter, delivered, lastIn, said } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const chatTwoClients: Scenario = {
  name: 'chat-two-clients',
  doc: 'Bob is signed in on two cores: both have what Alice writes and what he answers on one; what he reads on one is read on the other.',
  sabotage: { withhold: 'bob reads it at his desk' },
  run: async (stage) => {
    const [alice, desk, home] = await Promise.all(['alice', 'bob', 'bob'].map((name) => chatter(stage, name)))
    if (!alice || !desk || !home) return
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    await alice.session.chat.send({ to: ofBob, text: 'Where are you?' })
    await Promise.all([desk, home].map((each) => lastIn(stage, each, ofAlice, ({ text }) => text === 'Where are you?')))
    await stage.act('bob reads it at his desk', async () => desk.session.chat.read({ conversation: ofAlice }))
    const { conversations } = await home.session
      .until('chat', (state) => state.conversations[0]?.unread === 0, 3000)
      .catch(async () => (await home.session.chat.get()).state)
    stage.check('it is read at home', 0, conversations[0]?.unread)
    await desk.session.chat.send({ to: ofAlice, text: 'At my desk.' })
    const copy = await lastIn(stage, home, ofAlice, ({ text }) => text === 'At my desk.')
    stage.check('his own words are his at home', ['outgoing', ofBob], [copy?.direction, copy?.from])
    await lastIn(stage, alice, ofBob, ({ text }) => text === 'At my desk.')
    stage.check(
      'what each has',
      Array.from({ length: 3 }, () => ['Where are you?', 'At my desk.']),
      await Promise.all([said(alice, ofBob), said(desk, ofAlice), said(home, ofAlice)]),
    )
    stage.check('what the lab brought to alice', ['At my desk.'], delivered(stage, 'alice'))
  },
}
