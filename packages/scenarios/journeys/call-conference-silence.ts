import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect } from './quiet.ts'

export const callConferenceSilence: Scenario = {
  name: 'call-conference-silence',
  doc: 'In a conference of three Bob is silenced: nobody hears him, he hears all, and he is let speak again.',
  sabotage: { withhold: 'alice silences bob' },
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
    await stage.act('alice silences bob', () => alice.session.calls.silence({ call: first.caller }))
    stage.check(
      'nobody hears bob',
      { alice: ['carol'], bob: ['alice', 'carol'], carol: ['alice'] },
      await whoHearsWhom(stage, all),
    )
    await alice.session.calls.unsilence({ call: first.caller }).catch(() => undefined)
    stage.check(
      'all hear all again',
      { alice: ['bob', 'carol'], bob: ['alice', 'carol'], carol: ['alice', 'bob'] },
      await whoHearsWhom(stage, all),
    )
    stage.labSaw(['alice', 'bob', 'answered'], ['alice', 'carol', 'answered'])
  },
}
