import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, is } from './quiet.ts'

export const callRetrieve: Scenario = {
  name: 'call-retrieve',
  doc: 'Bob parks Alice at one place and Carol at another, each of his choice, and fetches Alice again.',
  sabotage: { withhold: 'bob fetches alice' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all([stage.person('alice'), stage.person('bob'), stage.person('carol')])
    const both = { alice: ['bob'], bob: ['alice'] }
    const first = await connect(stage, alice, bob)
    stage.check('before', both, await whoHearsWhom(stage, talking(alice, bob, first)))
    await bob.session.calls.park({ call: first.callee, at: '702' })
    const gone = await bob.until('bob is free', is(first.callee, 'ended'), 6000)
    stage.check('and knows where she waits', '702', gone.end?.transferredTo?.number)
    const second = await connect(stage, carol, bob)
    await bob.session.calls.park({ call: second.callee, at: '703' })
    await bob.until('bob is free again', is(second.callee, 'ended'), 6000)
    const fetched = await stage.act('bob fetches alice', () => bob.session.calls.retrieve({ at: '702' }))
    const mine = await bob.until(
      'bob is with alice',
      ({ id, remote }) => id === fetched?.call && remote.number === 'alice',
      6000,
    )
    stage.check(
      'after',
      both,
      await whoHearsWhom(stage, talking(alice, bob, { caller: first.caller, callee: mine.id })),
    )
    const waits = carol.calls().find(({ id }) => id === second.caller)
    stage.check('carol still waits', ['connected', '703'], [waits?.state, waits?.remote.number])
    stage.labSaw(
      ['alice', 'bob', 'answered'],
      ['alice', '702', 'answered'],
      ['carol', 'bob', 'answered'],
      ['carol', '703', 'answered'],
      ['bob', '702', 'answered'],
      ['alice', 'bob', 'answered'],
    )
  },
}
