import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, is } from './quiet.ts'

export const callBack: Scenario = {
  name: 'call-back',
  doc: 'Bob is busy; Alice is told when he can be called.',
  sabotage: { withhold: 'alice asks to be told' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const bob = await stage.personWith('bob', { 'calls.waiting': false })
    const { call: own } = await bob.session.calls.dial({ to: '600' })
    await bob.until('bob talks', is(own, 'connected'))
    const { call } = await alice.session.calls.dial({ to: 'bob' })
    const busy = await alice.until('bob is busy', is(call, 'ended'), 6000)
    stage.check('busy', 'call-busy', busy.end?.error?.code)
    await stage.act('alice asks to be told', () => alice.session.calls.callBack({ call }))
    const ready = alice.next('bob can be called', ({ type }) => type === 'callBackReady', 6000)
    await bob.session.calls.end({ call: own })
    stage.check('of that call', { type: 'callBackReady', number: 'bob', call }, await ready)
    const ids = await connect(stage, alice, bob)
    stage.check(
      'they hear each other',
      { alice: ['bob'], bob: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call: ids.caller },
        { person: bob, call: ids.callee },
      ]),
    )
    stage.labSaw(['bob', '600', 'answered'], ['alice', 'bob', 486], ['alice', 'bob', 'answered'])
  },
}
