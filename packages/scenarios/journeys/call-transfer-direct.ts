import type { Scenario } from '../scenario.ts'
import { connect, is } from './quiet.ts'
import { hears } from './transferring.ts'

export const callTransferDirect: Scenario = {
  name: 'call-transfer-direct',
  doc: 'Bob has two calls that others made to him, and joins them without a consultation (direct transfer).',
  sabotage: { withhold: 'bob joins them' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all(['alice', 'bob', 'carol'].map((name) => stage.person(name)))
    if (!alice || !bob || !carol) throw new Error('three people')
    const first = await connect(stage, alice, bob)
    await bob.session.calls.hold({ call: first.callee })
    const second = await connect(stage, carol, bob)
    await stage.act('bob joins them', () =>
      bob.session.calls.transfer({ call: first.callee, with: second.callee, requestId: crypto.randomUUID() }),
    )
    await Promise.all([
      bob.until('bob’s first call is over', is(first.callee, 'ended'), 5000),
      bob.until('and his second', is(second.callee, 'ended'), 5000),
    ])
    const ofAlice = await alice.until('alice is with carol', ({ remote }) => remote.number === 'carol', 5000)
    const ofCarol = await carol.until('carol is with alice', ({ remote }) => remote.number === 'alice', 5000)
    stage.check('nobody is on hold', ['no', 'no'], [ofAlice.held, ofCarol.held])
    const heard1 = await hears(stage, { person: alice, call: ofAlice.id }, { person: carol, call: ofCarol.id })
    await alice.session.calls.end({ call: ofAlice.id })
    await alice.until('it has ended', is(ofAlice.id, 'ended'))
    await carol.until('for both', is(ofCarol.id, 'ended'))
    await heard1()
  },
}
