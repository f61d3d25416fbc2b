import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect } from './quiet.ts'

export const callConferenceSplit: Scenario = {
  name: 'call-conference-split',
  doc: 'Alice takes Bob out of a conference of three: both calls go on, each for itself.',
  sabotage: { withhold: 'alice takes bob out' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all([stage.person('alice'), stage.person('bob'), stage.person('carol')])
    const first = await connect(stage, alice, bob)
    const second = await connect(stage, alice, carol)
    await alice.session.calls.conference({ calls: [first.caller, second.caller] })
    const all = [
      { person: alice, call: first.caller },
      { person: bob, call: first.callee },
      { person: carol, call: second.callee },
    ]
    stage.check(
      'before',
      { alice: ['bob', 'carol'], bob: ['alice', 'carol'], carol: ['alice', 'bob'] },
      await whoHearsWhom(stage, all),
    )
    await stage.act('alice takes bob out', () => alice.session.calls.split({ call: first.caller }))
    const mine = alice.calls().map(({ conference }) => conference)
    stage.check('there is no conference any more', [undefined, undefined], mine)
    await alice.session.calls.hold({ call: second.caller })
    stage.check(
      'alice and bob hear each other, carol is on hold',
      { alice: ['bob'], bob: ['alice'], carol: [] },
      await whoHearsWhom(stage, all),
    )
    stage.labSaw(['alice', 'bob', 'answered'], ['alice', 'carol', 'answered'])
  },
}
