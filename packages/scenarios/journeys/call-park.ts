import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, is } from './quiet.ts'

export const callPark: Scenario = {
  name: 'call-park',
  doc: 'Bob parks Alice’s call, and Carol fetches it.',
  sabotage: { withhold: 'bob parks the call' },
  run: async (stage) => {
    const [alice, carol] = await Promise.all([stage.person('alice'), stage.person('carol')])
    const bob = await stage.personWith('bob', { 'calls.park.number': '700' })
    const ids = await connect(stage, alice, bob)
    stage.check('before', { alice: ['bob'], bob: ['alice'] }, await whoHearsWhom(stage, talking(alice, bob, ids)))
    await stage.act('bob parks the call', () =>
      bob.session.calls.park({ call: ids.callee, requestId: crypto.randomUUID() }),
    )
    await bob.until('bob is free', is(ids.callee, 'ended'), 5000)
    const { call } = await carol.session.calls.retrieve({ at: '701' })
    const fetched = await carol.until('carol is with alice', ({ remote }) => remote.number === 'alice', 5000)
    stage.check('in her call', call, fetched.id)
    stage.check(
      'they hear each other',
      { alice: ['carol'], carol: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call: ids.caller },
        { person: carol, call },
      ]),
    )
    stage.labSaw(
      ['alice', 'bob', 'answered'],
      ['alice', '700', 'answered'],
      ['carol', '701', 'answered'],
      ['alice', 'carol', 'answered'],
    )
  },
}
