import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, is } from './quiet.ts'

export const callTransferConsult: Scenario = {
  name: 'call-transfer-consult',
  doc: 'Bob holds Alice, asks Carol, and connects the two (Replaces): they hear each other, and Bob is free.',
  sabotage: { withhold: 'bob connects the two' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all(['alice', 'bob', 'carol'].map((name) => stage.person(name)))
    if (!alice || !bob || !carol) throw new Error('three people')
    const first = await connect(stage, alice, bob)
    await bob.session.calls.hold({ call: first.callee })
    const second = await connect(stage, bob, carol)
    stage.check(
      'before, alice is on hold',
      { alice: [], bob: ['carol'], carol: ['bob'] },
      await whoHearsWhom(stage, [
        { person: alice, call: first.caller },
        { person: bob, call: second.caller },
        { person: carol, call: second.callee },
      ]),
    )
    await stage.act('bob connects the two', () =>
      bob.session.calls.transfer({ call: first.callee, with: second.caller, requestId: crypto.randomUUID() }),
    )
    await Promise.all([
      bob.until('bob’s first call is over', is(first.callee, 'ended'), 5000),
      bob.until('and his second', is(second.caller, 'ended'), 5000),
    ])
    const ofAlice = await alice.until('alice is with carol', ({ remote }) => remote.number === 'carol', 5000)
    const ofCarol = await carol.until('carol is with alice', ({ remote }) => remote.number === 'alice', 5000)
    stage.check('both calls go on as they were', [first.caller, second.callee], [ofAlice.id, ofCarol.id])
    stage.check(
      'after',
      { alice: ['carol'], carol: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call: ofAlice.id },
        { person: carol, call: ofCarol.id },
      ]),
    )
    await alice.session.calls.end({ call: ofAlice.id })
    await alice.until('it has ended', is(ofAlice.id, 'ended'))
    await carol.until('for both', is(ofCarol.id, 'ended'))
    stage.labSaw(['alice', 'bob', 'answered'], ['bob', 'carol', 'answered'], ['alice', 'carol', 'answered'])
  },
}
