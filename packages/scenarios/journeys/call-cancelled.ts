import type { Scenario } from '../scenario.ts'
import { is, ring } from './quiet.ts'

export const callCancelled: Scenario = {
  name: 'call-cancelled',
  doc: 'Alice calls Bob and gives up while his phone rings: it stops ringing and he sees a missed call.',
  sabotage: { withhold: 'alice gives up' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const ids = await ring(alice, bob)
    await stage.act('alice gives up', () => alice.session.calls.end({ call: ids.caller }))
    const stopped = await bob.until('it stops ringing', is(ids.callee, 'ended'), 5000)
    stage.check('the call was never answered', undefined, stopped.answeredAt)
    stage.check('the other side ended it', 'remote', stopped.end?.by)
    const { entries } = await bob.session.history.list({})
    stage.check(
      'bob’s history has one missed call from alice',
      [['incoming', 'alice', undefined]],
      entries.map((entry) => [entry.direction, entry.remote.number, entry.answeredAt]),
    )
    const mine = await alice.until('the call has ended', is(ids.caller, 'ended'))
    stage.check('no error is shown to alice', undefined, mine.end?.error)
    stage.labSaw(['alice', 'bob', 487])
  },
}
