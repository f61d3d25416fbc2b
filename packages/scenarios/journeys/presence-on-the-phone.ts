import { chatter, seenAfter, told } from '../people.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const presenceOnThePhone: Scenario = {
  name: 'presence-on-the-phone',
  doc: 'Bob calls: Alice sees within a second that he is on the phone, and when the call is over that he is available.',
  sabotage: { withhold: 'bob calls' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob', 'chat and calls')])
    const before = told(stage, 'alice')
    const called = await stage.act('bob calls', async () => bob.session.calls.dial({ to: '600' }))
    if (called) await bob.until('connected', is(called.call, 'connected'))
    stage.below('on the phone within', 1000, await seenAfter(stage, alice, 'bob', 'on-the-phone'))
    const { reasons } = await bob.session.presence.explain()
    stage.check(
      'the call is what counts',
      ['calls'],
      reasons.filter(({ counts }) => counts).map(({ input }) => input),
    )
    if (called) await bob.session.calls.end({ call: called.call })
    stage.below('available within', 1000, await seenAfter(stage, alice, 'bob', 'available'))
    stage.atLeast('what the lab told alice of it', before + 2, told(stage, 'alice'))
  },
}
