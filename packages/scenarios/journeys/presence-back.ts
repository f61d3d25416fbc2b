import { chatter, seenAfter, told } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const presenceBack: Scenario = {
  name: 'presence-back',
  doc: 'The line to the chat server breaks for Alice, and meanwhile Bob is busy: within a second of being back she sees it, and what he chooses then.',
  sabotage: { withhold: 'bob is busy meanwhile' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    await seenAfter(stage, alice, 'bob', 'available')
    const lost = alice.session.until('presence', ({ published }) => !published, 5000)
    stage.lab.xmpp.cut('alice')
    await lost
    const { current } = (await alice.session.contacts.get()).state
    stage.check('her list is said to be old', false, current)
    await stage.act('bob is busy meanwhile', async () => bob.session.presence.set({ choice: 'busy' }))
    await alice.session.until('presence', ({ published }) => published, 10_000)
    stage.below('seen after being back, in ms', 1000, await seenAfter(stage, alice, 'bob', 'busy'))
    await bob.session.presence.set({ choice: 'automatic' })
    stage.below('and what comes then', 1000, await seenAfter(stage, alice, 'bob', 'available'))
    stage.atLeast('what the lab told alice of it', 2, told(stage, 'alice'))
  },
}
