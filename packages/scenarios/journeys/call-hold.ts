import type { Scenario } from '../scenario.ts'
import { connect, hangUp } from './quiet.ts'

export const callHold: Scenario = {
  name: 'call-hold',
  doc: 'Alice holds the call and resumes it; Bob’s side knows both times.',
  sabotage: { withhold: 'alice resumes' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const ids = await connect(stage, alice, bob)
    const mine = () => alice.calls().find(({ id }) => id === ids.caller)
    await alice.session.calls.hold({ call: ids.caller })
    stage.check(
      'alice can resume and not hold',
      [true, false],
      [mine()?.capabilities.includes('resume'), mine()?.capabilities.includes('hold')],
    )
    await bob.until('bob’s call is held by the other side', ({ id, held }) => id === ids.callee && held === 'remote')
    await stage.act('alice resumes', () => alice.session.calls.resume({ call: ids.caller }))
    await bob.until('bob’s call is no longer held', ({ id, held }) => id === ids.callee && held === 'no', 3000)
    stage.check('nor is alice’s', 'no', mine()?.held)
    const [ofAlice] = await hangUp(alice, bob, ids)
    stage.check('the call ended as calls should', undefined, ofAlice.end?.error)
    stage.check('the lab saw one call', 1, stage.lab.record().calls.length)
  },
}
