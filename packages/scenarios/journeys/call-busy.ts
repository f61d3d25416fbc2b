import type { Scenario } from '../scenario.ts'
import { is, ring } from './quiet.ts'

export const callBusy: Scenario = {
  name: 'call-busy',
  doc: 'Bob says that he is busy; Alice is told so.',
  sabotage: { withhold: 'bob says that he is busy' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const ids = await ring(alice, bob)
    await stage.act('bob says that he is busy', () => bob.session.calls.decline({ call: ids.callee, reason: 'busy' }))
    const ended = await alice.until('the call has ended', is(ids.caller, 'ended'), 5000)
    stage.check(
      'alice is told that he is busy',
      ['call-busy', true],
      [ended.end?.error?.code, ended.end?.error?.retryable],
    )
    stage.labSaw(['alice', 'bob', 486])
  },
}
