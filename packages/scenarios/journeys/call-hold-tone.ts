import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect } from './quiet.ts'

export const callHoldTone: Scenario = {
  name: 'call-hold-tone',
  doc: 'Alice holds Bob: where the server plays no music he hears a tone, and it is over when she resumes.',
  sabotage: { withhold: 'alice holds the call' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const ids = await connect(stage, alice, bob)
    const all = talking(alice, bob, ids)
    stage.check('before', { alice: ['bob'], bob: ['alice'] }, await whoHearsWhom(stage, all, [425]))
    await stage.act('alice holds the call', () => alice.session.calls.hold({ call: ids.caller }))
    stage.check('bob hears the tone', { bob: ['425 Hz'] }, await whoHearsWhom(stage, all.slice(1), [425]))
    await alice.session.calls.resume({ call: ids.caller }).catch(() => undefined)
    stage.check(
      'and alice again, without it',
      { alice: ['bob'], bob: ['alice'] },
      await whoHearsWhom(stage, all, [425]),
    )
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
