import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, is, ring } from './quiet.ts'

export const callWaiting: Scenario = {
  name: 'call-waiting',
  doc: 'Carol calls Alice, who talks: it rings beside, she answers and the first is on hold; who wants no call waiting is busy.',
  sabotage: { withhold: 'alice answers carol' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all([stage.person('alice'), stage.person('bob'), stage.person('carol')])
    const first = await connect(stage, alice, bob)
    const second = await ring(carol, alice)
    stage.check(
      'it rings beside',
      { alice: ['bob'], bob: ['alice'] },
      await whoHearsWhom(stage, talking(alice, bob, first)),
    )
    await alice.session.calls.hold({ call: first.caller })
    await stage.act('alice answers carol', () => alice.session.calls.answer({ call: second.callee }))
    await carol.until('carol is connected', is(second.caller, 'connected'), 6000)
    stage.check(
      'alice and carol hear each other, bob waits',
      { alice: ['carol'], bob: [], carol: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call: second.callee },
        { person: bob, call: first.callee },
        { person: carol, call: second.caller },
      ]),
    )
    await carol.session.calls.end({ call: second.caller })
    await alice.session.config.set({ name: 'calls.waiting', value: false })
    const { call } = await carol.session.calls.dial({ to: 'alice' })
    const busy = await carol.until('busy', is(call, 'ended'), 6000)
    stage.check('without call waiting', 'call-busy', busy.end?.error?.code)
    stage.labSaw(['alice', 'bob', 'answered'], ['carol', 'alice', 'answered'], ['carol', 'alice', 486])
  },
}
