import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const callForwardBusy: Scenario = {
  name: 'call-forward-busy',
  doc: 'Bob talks with the echo and wants no second call: whoever calls him talks with Carol.',
  sabotage: { withhold: 'bob sends calls on' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all(['alice', 'bob', 'carol'].map((name) => stage.person(name)))
    if (!alice || !bob || !carol) throw new Error('three people')
    await stage.act('bob sends calls on', async () => {
      await bob.session.config.set({ name: 'calls.forward.busy', value: 'carol' })
      await bob.session.config.set({ name: 'calls.waiting', value: false })
    })
    const { call: own } = await bob.session.calls.dial({ to: '600' })
    await bob.until('bob talks', is(own, 'connected'))
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
    stage.check('bob still talks', 'connected', bob.calls().find(({ id: each }) => each === own)?.state)
    stage.labSaw(['bob', '600', 'answered'], ['alice', 'bob', 302], ['alice', 'carol', 'answered'])
  },
}
