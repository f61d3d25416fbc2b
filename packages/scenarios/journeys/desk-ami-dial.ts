import { atDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const deskAmiDial: Scenario = {
  name: 'desk-ami-dial',
  doc: 'The phone on Alice’s desk is one of an Asterisk’s, and its manager interface has it call for her; she sends the call on to Bob, and what is dialled there by hand is seen, too.',
  sabotage: { withhold: 'alice sends the call on' },
  run: async (stage) => {
    const alice = await atDesk(stage, 'alice', 'desk', 'ami')
    const { call } = await alice.session.calls.dial({ to: '600' })
    const up = await alice.until('connected', is(call, 'connected'))
    stage.check('which phone it is', alice.desk, up.phone)
    stage.check('what the phone shows', ['connected'], atPhone(stage, alice.deskNumber))
    stage.check(
      'what is offered is what a manager can do',
      [],
      up.capabilities.filter((each) => ['answer', 'hold', 'mute', 'record', 'attach'].includes(each)),
    )
    const bob = await stage.person('bob')
    await stage.act('alice sends the call on', async () => alice.session.calls.transfer({ call, to: 'bob' }))
    const sent = await alice.until('ended', is(call, 'ended')).catch(() => undefined)
    stage.check('to whom', 'bob', sent?.end?.transferredTo?.number)
    const rings = await bob.until('rings', isRinging, sent ? 10_000 : 1000).catch(() => undefined)
    if (!rings) return stage.check('bob is called', true, false)
    await bob.session.calls.answer({ call: rings.id })
    await bob.until('connected', is(rings.id, 'connected'))
    await bob.session.calls.end({ call: rings.id })
    stage.lab.desk.touch(alice.deskNumber, 'dial', '600')
    const byHand = await alice.until(
      'connected',
      ({ id, state, phone }) => id !== call && state === 'connected' && phone === alice.desk,
    )
    stage.check('by hand', ['outgoing', '600'], [byHand.direction, byHand.remote.number])
    stage.lab.desk.touch(alice.deskNumber, 'hang-up')
    await alice.until('ended', is(byHand.id, 'ended'))
    stage.labSaw(
      ['desk-alice', '600', 'answered'],
      ['desk-alice', 'bob', 'answered'],
      ['desk-alice', '600', 'answered'],
    )
  },
}
