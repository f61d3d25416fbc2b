import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const callForwardAlways: Scenario = {
  name: 'call-forward-always',
  doc: 'Bob sends all his calls on to Carol: Alice calls Bob and talks with Carol.',
  sabotage: { withhold: 'bob sends calls on' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all(['alice', 'bob', 'carol'].map((name) => stage.person(name)))
    if (!alice || !bob || !carol) throw new Error('three people')
    await stage.act('bob sends calls on', async () => {
      await bob.session.config.set({ name: 'calls.forward.always', value: 'carol' })
    })
    const { call } = await alice.session.calls.dial({ to: 'bob' })
    const { id } = await carol.until('carol’s phone rings', isRinging, 6000)
    await carol.session.calls.answer({ call: id })
    const talks = await alice.until('connected', is(call, 'connected'), 6000)
    stage.check('alice knows with whom', 'carol', talks.remote.number)
    stage.check(
      'they hear each other',
      { alice: ['carol'], carol: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call },
        { person: carol, call: id },
      ]),
    )
    stage.check('bob’s phone did not ring', [], bob.calls())
    stage.labSaw(['alice', 'bob', 302], ['alice', 'carol', 'answered'])
  },
}
