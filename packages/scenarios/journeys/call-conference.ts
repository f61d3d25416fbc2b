import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect } from './quiet.ts'

export const callConference: Scenario = {
  name: 'call-conference',
  doc: 'Alice brings Bob and Carol into one conversation: each hears both others; then one leaves, and two go on.',
  sabotage: { withhold: 'alice brings them together' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all([stage.person('alice'), stage.person('bob'), stage.person('carol')])
    const first = await connect(stage, alice, bob)
    await alice.session.calls.hold({ call: first.caller })
    const second = await connect(stage, alice, carol)
    const all = [
      { person: alice, call: second.caller },
      { person: bob, call: first.callee },
      { person: carol, call: second.callee },
    ]
    const before = await whoHearsWhom(stage, all)
    stage.check('before, one is on hold', { alice: ['carol'], bob: [], carol: ['alice'] }, before)
    await stage.act('alice brings them together', () =>
      alice.session.calls.conference({ calls: [first.caller, second.caller] }),
    )
    stage.check(
      'each hears both others',
      { alice: ['bob', 'carol'], bob: ['alice', 'carol'], carol: ['alice', 'bob'] },
      await whoHearsWhom(stage, all),
    )
    await carol.session.calls.end({ call: second.callee })
    const left = await alice.until('alone with bob again', ({ id, conference }) => id === first.caller && !conference)
    stage.check('and the call goes on', ['connected', 'no'], [left.state, left.held])
    stage.check(
      'two hear each other',
      { alice: ['bob'], bob: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call: first.caller },
        { person: bob, call: first.callee },
      ]),
    )
    stage.labSaw(['alice', 'bob', 'answered'], ['alice', 'carol', 'answered'])
  },
}
