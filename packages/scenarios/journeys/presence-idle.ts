import { chatter, sees, seenAfter, told } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const presenceIdle: Scenario = {
  name: 'presence-idle',
  doc: 'Nobody touches Bob’s keyboard: Alice sees that he is away and since when, and that he is back as soon as he is.',
  sabotage: { withhold: 'bob comes back' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    await bob.session.presence.idle({ idleMs: 3_600_000 })
    const seen = await sees(stage, alice, 'bob', ({ presence }) => presence.availability === 'away')
    const sinceMs = Date.now() - Date.parse(seen?.presence.idleSince ?? '')
    stage.atLeast('minutes that he is said to be away', 59, sinceMs / 60_000)
    stage.below('minutes that he is said to be away', 61, sinceMs / 60_000)
    await stage.act('bob comes back', async () => bob.session.presence.idle({ idleMs: 0 }))
    stage.below('available within', 1000, await seenAfter(stage, alice, 'bob', 'available'))
    stage.atLeast('what the lab told alice of it', 2, told(stage, 'alice'))
  },
}
