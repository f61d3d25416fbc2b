import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, hangUp } from './quiet.ts'

export const callHold: Scenario = {
  name: 'call-hold',
  doc: 'Alice holds the call and resumes it; Bob’s side knows both times.',
  sabotage: { withhold: 'alice resumes' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const ids = await connect(stage, alice, bob)
    const all = talking(alice, bob, ids)
    stage.check('before', { alice: ['bob'], bob: ['alice'] }, await whoHearsWhom(stage, all))
    const mine = () => alice.calls().find(({ id }) => id === ids.caller)
    await alice.session.calls.hold({ call: ids.caller })
    stage.check(
      'alice can resume and not hold',
      [true, false],
      [mine()?.capabilities.includes('resume'), mine()?.capabilities.includes('hold')],
    )
    await bob.until('bob’s call is held by the other side', ({ id, held }) => id === ids.callee && held === 'remote')
    stage.check('on hold', { alice: [], bob: [] }, await whoHearsWhom(stage, all))
    await stage.act('alice resumes', () => alice.session.calls.resume({ call: ids.caller }))
    await bob.until('bob’s call is no longer held', ({ id, held }) => id === ids.callee && held === 'no', 6000)
    stage.check('nor is alice’s', 'no', mine()?.held)
    stage.check('resumed', { alice: ['bob'], bob: ['alice'] }, await whoHearsWhom(stage, all))
    const [ofAlice] = await hangUp(alice, bob, ids)
    stage.check('the call ended as calls should', undefined, ofAlice.end?.error)
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
