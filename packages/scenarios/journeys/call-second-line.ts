import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const callSecondLine: Scenario = {
  name: 'call-second-line',
  doc: 'Alice’s device has a second line: she calls out on it and is seen by its number, it rings for itself, and is busy for itself.',
  sabotage: { withhold: 'she takes her second line' },
  lines: { alice: ['2001'] },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all([
      stage.person('alice', stage.signIn('alice')),
      stage.person('bob'),
      stage.person('carol'),
    ])
    const { phones } = await alice.session.until(
      'phones',
      (state) => state.phones.filter(({ state: { is: how } }) => how === 'ready').length === 2,
      5000,
    )
    const [first, second] = phones.filter(({ line }) => line !== undefined)
    stage.check(
      'both lines are hers, and told apart',
      [
        [1, 'alice', 'Alice', 'CSFALICE', '8000'],
        [2, '2001', 'Alice 2001', 'CSFALICE', '8001'],
      ],
      [first, second].map((each) => {
        const { button, number, label, of, voicemail } = each?.line ?? {}
        return [button, number, label, of, voicemail]
      }),
    )
    const line = await stage.act('she takes her second line', async () => second?.id)
    const { call } = await alice.session.calls.dial({ to: 'bob', ...(line === undefined ? {} : { phone: line }) })
    const coming = await bob.until('bob’s phone rings', isRinging)
    stage.check('bob sees who calls', ['2001', 'Alice 2001'], [coming.remote.number, coming.remote.displayName])
    await bob.session.calls.answer({ call: coming.id })
    await alice.until('they talk', is(call, 'connected'))
    stage.check(
      'they hear each other',
      { alice: ['bob'], bob: ['alice'] },
      await whoHearsWhom(stage, talking(alice, bob, { caller: call, callee: coming.id })),
    )

    const refused = await carol.session.calls.dial({ to: '2001' })
    const busy = await carol.until('the line is busy', is(refused.call, 'ended'))
    stage.check('one call on the second line is all that it takes', 'call-busy', busy.end?.error?.code)
    const other = await carol.session.calls.dial({ to: 'alice' })
    const beside = await alice.until('her first line rings', isRinging)
    stage.check('the first line rings beside it', first?.id, beside.phone)
    await carol.session.calls.end({ call: other.call })
    await alice.until('it has stopped', is(beside.id, 'ended'))
    await alice.session.calls.end({ call })
    await bob.until('bob’s call has ended', is(coming.id, 'ended'))

    const back = await carol.session.calls.dial({ to: '2001' })
    const rings = await alice.until('her second line rings', isRinging)
    stage.check('it rings on the second line', second?.id, rings.phone)
    await alice.session.calls.answer({ call: rings.id })
    await carol.until('carol is connected', is(back.call, 'connected'))
    stage.check(
      'carol and alice hear each other',
      { alice: ['carol'], carol: ['alice'] },
      await whoHearsWhom(stage, talking(carol, alice, { caller: back.call, callee: rings.id })),
    )
    stage.labSaw(
      ['2001', 'bob', 'answered'],
      ['carol', '2001', 486],
      ['carol', 'alice', 487],
      ['carol', '2001', 'answered'],
    )
  },
}
