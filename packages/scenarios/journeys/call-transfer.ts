import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, is } from './quiet.ts'

export const callTransfer: Scenario = {
  name: 'call-transfer',
  doc: 'Bob transfers Alice to the echo without asking it first: Alice’s call goes on with the echo, Bob’s ends.',
  sabotage: { withhold: 'bob transfers' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const ids = await connect(stage, alice, bob)
    stage.check('before', { alice: ['bob'], bob: ['alice'] }, await whoHearsWhom(stage, talking(alice, bob, ids)))
    await stage.act('bob transfers', () =>
      bob.session.calls.transfer({ call: ids.callee, to: '600', requestId: crypto.randomUUID() }),
    )
    const ended = await bob.until('bob is out of it', is(ids.callee, 'ended'), 5000)
    stage.check(
      'with whom the other side goes on',
      ['600', undefined],
      [ended.end?.transferredTo?.number, ended.end?.error],
    )
    const call = await alice.until('alice is with the echo', ({ remote }) => remote.number === '600', 5000)
    stage.check('it is the same call', [ids.caller, 'connected', 'no'], [call.id, call.state, call.held])
    stage.check('after', { alice: ['alice'] }, await whoHearsWhom(stage, [{ person: alice, call: call.id }]))
    await alice.session.calls.end({ call: call.id })
    await alice.until('it has ended', is(call.id, 'ended'))
    stage.labSaw(['alice', 'bob', 'answered'], ['alice', '600', 'answered'])
  },
}
