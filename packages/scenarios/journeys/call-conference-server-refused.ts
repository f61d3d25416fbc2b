import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect } from './quiet.ts'

export const callConferenceServerRefused: Scenario = {
  name: 'call-conference-server-refused',
  doc: 'The server makes no conference: Alice is told why, and her phone brings the two together itself.',
  sabotage: { withhold: 'the server makes no conference' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all([
      stage.personWith('alice', { 'calls.conference.factory': '800' }),
      stage.person('bob'),
      stage.person('carol'),
    ])
    const first = await connect(stage, alice, bob)
    const second = await connect(stage, alice, carol)
    await stage.act('the server makes no conference', async () => stage.lab.setFault('no-conference'))
    const made = await alice.session.calls.conference({ calls: [first.caller, second.caller] })
    stage.check('alice is told why', 'call-forbidden', made.refused?.code)
    stage.check('there is no call with the server', undefined, made.call)
    stage.check(
      'each hears both others',
      { alice: ['bob', 'carol'], bob: ['alice', 'carol'], carol: ['alice', 'bob'] },
      await whoHearsWhom(stage, [
        { person: alice, call: first.caller },
        { person: bob, call: first.callee },
        { person: carol, call: second.callee },
      ]),
    )
    stage.labSaw(['alice', 'bob', 'answered'], ['alice', 'carol', 'answered'], ['alice', '800', 403])
  },
}
