import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { is, ring } from './quiet.ts'

export const callPickUp: Scenario = {
  name: 'call-pick-up',
  doc: 'Bob’s phone rings, and Carol takes the call at hers.',
  sabotage: { withhold: 'carol takes it' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const carol = await stage.personWith('carol', { 'calls.lamps': ['bob'] })
    const lamp = async (is: string): Promise<unknown> => {
      const { state } = await carol.session.calls.get()
      if (state.lamps[0]?.is === is) return state.lamps[0]
      const seen = await carol.next(`bob’s line is ${is}`, (each) => each.type === 'lamp' && each.lamp.is === is, 6000)
      return seen.type === 'lamp' ? seen.lamp : undefined
    }
    await lamp('idle')
    const ids = await ring(alice, bob)
    await lamp('ringing')
    const taken = await stage.act('carol takes it', () => carol.session.calls.pickUp({ from: 'bob' }))
    const mine = await carol.until('carol is connected', ({ state }) => state === 'connected', 6000)
    stage.check('by that call', taken?.call, mine.id)
    await bob.until('bob’s phone stops', is(ids.callee, 'ended'), 6000)
    const ofAlice = await alice.until('alice is connected', is(ids.caller, 'connected'), 6000)
    stage.check('with carol', 'carol', ofAlice.remote.number)
    stage.check(
      'they hear each other',
      { alice: ['carol'], carol: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call: ids.caller },
        { person: carol, call: mine.id },
      ]),
    )
    stage.labSaw(['alice', 'bob', 487], ['carol', 'alice', 'answered'])
  },
}
