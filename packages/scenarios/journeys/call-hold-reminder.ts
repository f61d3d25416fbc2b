import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect } from './quiet.ts'

export const callHoldReminder: Scenario = {
  name: 'call-hold-reminder',
  doc: 'Alice forgets a call on hold and is reminded of it; not any more when she has taken it up.',
  sabotage: { withhold: 'alice holds the call' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([
      stage.personWith('alice', { 'calls.hold.remindMs': 1000 }),
      stage.person('bob'),
    ])
    const ids = await connect(stage, alice, bob)
    await stage.act('alice holds the call', () => alice.session.calls.hold({ call: ids.caller }))
    const reminded = await alice.next('she is reminded', ({ type }) => type === 'holdReminder', 6000)
    stage.check('of that call', { type: 'holdReminder', call: ids.caller }, reminded)
    await alice.next('and again', ({ type }) => type === 'holdReminder', 6000)
    await alice.session.calls.resume({ call: ids.caller })
    const more = await alice.next('no more', ({ type }) => type === 'holdReminder', 1500).catch(() => 'none')
    stage.check('after that never', 'none', more)
    stage.check(
      'they hear each other',
      { alice: ['bob'], bob: ['alice'] },
      await whoHearsWhom(stage, talking(alice, bob, ids)),
    )
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
