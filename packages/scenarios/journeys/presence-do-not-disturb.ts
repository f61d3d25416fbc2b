import { chatter, seenAfter, told } from '../people.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const presenceDoNotDisturb: Scenario = {
  name: 'presence-do-not-disturb',
  doc: 'Bob does not wish to be disturbed, and calls: Alice sees the wish and not the call, and the explanation says which counts and what was looked at.',
  sabotage: { withhold: 'bob wishes not to be disturbed' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob', 'chat and calls')])
    await stage.act('bob wishes not to be disturbed', async () =>
      bob.session.presence.set({ choice: 'do-not-disturb' }),
    )
    const { call } = await bob.session.calls.dial({ to: '600' })
    await bob.until('connected', is(call, 'connected'))
    stage.below('do not disturb within', 1000, await seenAfter(stage, alice, 'bob', 'do-not-disturb'))
    const { own, reasons } = await bob.session.presence.explain()
    stage.check('it is explained', 'do-not-disturb', own.availability)
    stage.check(
      'with what does not count',
      [
        ['choice', 'do-not-disturb', true],
        ['calls', 'on-the-phone', false],
      ],
      reasons.filter(({ says }) => says !== undefined).map(({ input, says, counts }) => [input, says, counts]),
    )
    await bob.session.presence.set({ choice: 'automatic' })
    stage.below('on the phone within', 1000, await seenAfter(stage, alice, 'bob', 'on-the-phone'))
    stage.atLeast('what the lab told alice of it', 2, told(stage, 'alice'))
  },
}
