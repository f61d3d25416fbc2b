import { atDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const deskTransfer: Scenario = {
  name: 'desk-transfer',
  doc: 'Bob calls Alice’s desk; she puts him through to Carol, first at once, then in another call after asking Carol.',
  sabotage: { withhold: 'alice puts him through' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all([atDesk(stage, 'alice'), stage.person('bob'), stage.person('carol')])
    const called = async (): Promise<{ readonly ofBob: string; readonly ofAlice: string }> => {
      const { call } = await bob.session.calls.dial({ to: alice.deskNumber })
      const { id } = await alice.until('rings', isRinging)
      await alice.session.calls.answer({ call: id })
      await bob.until('connected', is(call, 'connected'))
      return { ofBob: call, ofAlice: id }
    }
    const first = await called()
    const gone = await stage.act('alice puts him through', async () =>
      alice.session.calls.transfer({ call: first.ofAlice, to: 'carol' }),
    )
    if (!gone) return stage.check('he is put through', true, false)
    const rings = await carol.until('rings', isRinging)
    await carol.session.calls.answer({ call: rings.id })
    const ended = await alice.until('ended', is(first.ofAlice, 'ended'))
    stage.check('to whom', 'carol', ended.end?.transferredTo?.number)
    stage.check('the phone on the desk is free', [], atPhone(stage, alice.deskNumber))
    await bob.session.calls.end({ call: first.ofBob })
    await carol.until('ended', is(rings.id, 'ended'))

    const second = await called()
    await alice.session.calls.hold({ call: second.ofAlice })
    const asked = await alice.session.calls.dial({ to: 'carol' })
    const asks = await carol.until('rings again', (call) => isRinging(call) && call.id !== rings.id)
    await carol.session.calls.answer({ call: asks.id })
    await alice.until('connected with carol', is(asked.call, 'connected'))
    await alice.session.calls.transfer({ call: second.ofAlice, with: asked.call })
    await alice.until('the first has ended', is(second.ofAlice, 'ended'))
    await alice.until('the second has ended', is(asked.call, 'ended'))
    stage.check('the phone is free again', [], atPhone(stage, alice.deskNumber))
    const states = [bob, carol].map((each) => each.calls().filter(({ state }) => state === 'connected').length)
    stage.check('bob and carol talk', [1, 1], states)
    await bob.session.calls.end({ call: second.ofBob })
    await carol.until('ended', is(asks.id, 'ended'))
    const twice = [
      ['bob', 'desk-alice', 'answered'],
      ['desk-alice', 'carol', 'answered'],
    ] as const
    stage.labSaw(...twice, ...twice)
  },
}
