import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { is, ring } from './quiet.ts'

export const callPickUpGroup: Scenario = {
  name: 'call-pick-up-group',
  doc: 'Bob’s phone rings, and Carol takes the call without saying at whose phone it rings.',
  sabotage: { withhold: 'carol takes it' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const carol = await stage.personWith('carol', { 'calls.pickUp.group': '708' })
    const ids = await ring(alice, bob)
    const taken = await stage.act('carol takes it', () => carol.session.calls.pickUp({}))
    const mine = await carol.until('carol is with alice', ({ remote }) => remote.number === 'alice', 6000)
    stage.check('by that call', taken?.call, mine.id)
    await bob.until('bob’s phone stops', is(ids.callee, 'ended'), 6000)
    const ofAlice = await alice.until('alice is connected', is(ids.caller, 'connected'), 6000)
    stage.check('with carol', 'carol', ofAlice.remote.number)
    stage.check(
      'they hear each other',
      { alice: ['carol'], carol: ['alice'] },
      await whoHearsWhom(stage, talking(alice, carol, { caller: ids.caller, callee: mine.id })),
    )
    stage.labSaw(['alice', 'bob', 487], ['carol', '708', 'answered'], ['carol', 'alice', 'answered'])
  },
}
