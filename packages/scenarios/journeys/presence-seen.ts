import { chatter, seenAfter, told } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const presenceSeen: Scenario = {
  name: 'presence-seen',
  doc: 'Bob chooses how reachable he is, one after the other: Alice sees each within a second, with his note, and that he is available again.',
  sabotage: { withhold: 'bob takes his choice back' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    for (const choice of ['busy', 'do-not-disturb', 'away', 'vacation', 'offline'] as const) {
      await bob.session.presence.set({ choice, note: `now ${choice}` })
      stage.below(`${choice} is seen within`, 1000, await seenAfter(stage, alice, 'bob', choice))
      const [seen] = (await alice.session.contacts.get()).state.contacts
      stage.check(`with the note of ${choice}`, `now ${choice}`, seen?.presence.note)
    }
    await stage.act('bob takes his choice back', async () =>
      bob.session.presence.set({ choice: 'automatic', note: '' }),
    )
    stage.below('available again within', 1000, await seenAfter(stage, alice, 'bob', 'available'))
    stage.atLeast('what the lab told alice of it', 6, told(stage, 'alice'))
  },
}
