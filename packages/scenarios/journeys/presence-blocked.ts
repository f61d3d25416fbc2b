import { addressOf, chatter, delivered, lastIn, seenAfter } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const presenceBlocked: Scenario = {
  name: 'presence-blocked',
  doc: 'Bob blocks Alice: she sees him leave and what she writes does not arrive; when he takes the block back she sees him, and it does.',
  sabotage: { withhold: 'bob blocks alice' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    await seenAfter(stage, alice, 'bob', 'available')
    await stage.act('bob blocks alice', async () => bob.session.contacts.block({ address: ofAlice }))
    stage.below('he is gone within', 1000, await seenAfter(stage, alice, 'bob', 'offline'))
    await alice.session.chat.send({ to: ofBob, text: 'Do you hear me?' })
    const refused = await lastIn(stage, alice, ofBob, ({ state }) => state === 'failed')
    stage.check('it is refused', 'chat-refused', refused?.error?.code)
    await bob.session.contacts.unblock({ address: ofAlice })
    stage.below('he is there again within', 1000, await seenAfter(stage, alice, 'bob', 'available'))
    await alice.session.chat.send({ to: ofBob, text: 'And now?' })
    await lastIn(stage, bob, ofAlice, ({ text }) => text === 'And now?')
    stage.check('what the lab let through', ['And now?'], delivered(stage, 'bob'))
  },
}
