import type { Scenario } from '../scenario.ts'
import { is, ring } from './quiet.ts'

export const callClaim: Scenario = {
  name: 'call-claim',
  doc: 'Bob’s chat client and his CRM ring and answer at the same moment: one gets the call, the other stops.',
  sabotage: { withhold: 'both answer' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const crm = await stage.application(bob, 'crm')
    const ids = await ring(alice, bob)
    await crm.until('the CRM rings, too', is(ids.callee, 'alerting'))
    const outcomes = await stage.act('both answer', () =>
      Promise.allSettled([bob, crm].map((each) => each.session.calls.answer({ call: ids.callee }))),
    )
    stage.check(
      'one answered and the other is told that the call is claimed',
      ['answered', 'call-claimed'],
      outcomes?.map((outcome) => (outcome.status === 'fulfilled' ? 'answered' : outcome.reason.code)).sort(),
    )
    const connected = await Promise.all(
      [bob, crm].map((each) => each.until('connected', is(ids.callee, 'connected'), 5000)),
    )
    stage.check(
      'both see the same handler',
      true,
      connected[0]?.handler !== undefined && connected[0].handler === connected[1]?.handler,
    )
    await alice.session.calls.end({ call: ids.caller })
    await crm.until('the call has ended', is(ids.callee, 'ended'))
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
