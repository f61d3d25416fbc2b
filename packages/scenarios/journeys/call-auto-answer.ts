import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const callAutoAnswer: Scenario = {
  name: 'call-auto-answer',
  doc: 'Bob’s phone answers by itself, and he hears Alice when he joins his sound to it.',
  sabotage: { withhold: 'bob lets it answer' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    await stage.act('bob lets it answer', () => bob.session.config.set({ name: 'calls.autoAnswer', value: 'always' }))
    const { call } = await alice.session.calls.dial({ to: 'bob' })
    await alice.until('connected', is(call, 'connected'), 6000)
    const mine = await bob.until('connected', ({ state }) => state === 'connected', 6000)
    stage.check('nobody has taken it', undefined, mine.handler)
    stage.check(
      'they hear each other',
      { alice: ['bob'], bob: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call },
        { person: bob, call: mine.id },
      ]),
    )
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
