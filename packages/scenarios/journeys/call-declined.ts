import type { Scenario } from '../scenario.ts'
import { is, ring } from './quiet.ts'

export const callDeclined: Scenario = {
  name: 'call-declined',
  doc: 'Bob declines Alice’s call; she is told so, and not that he is busy.',
  sabotage: { withhold: 'bob declines' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const ids = await ring(alice, bob)
    await stage.act('bob declines', () => bob.session.calls.decline({ call: ids.callee }))
    const ended = await alice.until('the call has ended', is(ids.caller, 'ended'), 5000)
    stage.check('alice is told that he declined', 'call-declined', ended.end?.error?.code)
    stage.labSaw(['alice', 'bob', 603])
  },
}
