import { atDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const deskDial: Scenario = {
  name: 'desk-dial',
  doc: 'Alice dials in her application, and it is the phone on her desk that calls; she hangs up in the application.',
  sabotage: { withhold: 'alice hangs up' },
  run: async (stage) => {
    const alice = await atDesk(stage, 'alice')
    const { call } = await alice.session.calls.dial({ to: '600' })
    const up = await alice.until('connected', is(call, 'connected'))
    stage.check('which phone it is', alice.desk, up.phone)
    stage.check('what the phone shows', ['connected'], atPhone(stage, alice.deskNumber))
    stage.check(
      'nothing that concerns sound is offered',
      [],
      up.capabilities.filter((each) => ['mute', 'record', 'attach'].includes(each)),
    )
    await stage.act('alice hangs up', async () => alice.session.calls.end({ call }))
    await alice.until('ended', is(call, 'ended')).catch(() => undefined)
    stage.check('and then', [], atPhone(stage, alice.deskNumber))
    stage.labSaw(['desk-alice', '600', 'answered'])
  },
}
