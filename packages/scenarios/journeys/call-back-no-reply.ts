import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, hangUp, is, ring } from './quiet.ts'

export const callBackNoReply: Scenario = {
  name: 'call-back-no-reply',
  doc: 'Bob does not answer; Alice is told when he has been seen at his phone and is free again.',
  sabotage: { withhold: 'bob is at his phone' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const first = await ring(alice, bob)
    await hangUp(alice, bob, first)
    await alice.session.calls.callBack({ call: first.caller })
    const early = await alice.next('no sign of bob', ({ type }) => type === 'callBackReady', 700).catch(() => 'nothing')
    stage.check('as long as bob is not seen she is told nothing', 'nothing', early)
    const ready = alice.next('bob can be called', ({ type }) => type === 'callBackReady', 6000)
    await stage.act('bob is at his phone', async () => {
      const { call } = await bob.session.calls.dial({ to: '600' })
      await bob.until('bob talks', is(call, 'connected'))
      await bob.session.calls.end({ call })
    })
    stage.check('of that call', { type: 'callBackReady', number: 'bob', call: first.caller }, await ready)
    const ids = await connect(stage, alice, bob)
    stage.check(
      'they hear each other',
      { alice: ['bob'], bob: ['alice'] },
      await whoHearsWhom(stage, talking(alice, bob, ids)),
    )
    stage.labSaw(['alice', 'bob', 487], ['bob', '600', 'answered'], ['alice', 'bob', 'answered'])
  },
}
