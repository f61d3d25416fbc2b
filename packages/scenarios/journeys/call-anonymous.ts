import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect } from './quiet.ts'

export const callAnonymous: Scenario = {
  name: 'call-anonymous',
  doc: 'Alice calls without being named: Bob’s phone shows nobody, and the server knew her all the same.',
  sabotage: { withhold: 'alice hides who she is' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    await stage.act('alice hides who she is', () => alice.session.config.set({ name: 'calls.anonymous', value: true }))
    const ids = await connect(stage, alice, bob)
    const shown = bob.calls().find(({ id }) => id === ids.callee)?.remote
    stage.check('bob sees nobody', [true, false], [shown?.anonymous, /alice/i.test(JSON.stringify(shown))])
    stage.check('the server knew her', 'alice', stage.lab.record().calls[0]?.from)
    stage.check(
      'they hear each other',
      { alice: ['bob'], bob: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call: ids.caller },
        { person: bob, call: ids.callee },
      ]),
    )
  },
}
