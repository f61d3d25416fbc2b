import { atDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const deskUacstaDial: Scenario = {
  name: 'desk-uacsta-dial',
  doc: 'The phone on Alice’s desk is controlled in a dialog of SIP (uaCSTA): she dials, holds and hangs up in her application, and it is the phone that does it.',
  sabotage: { withhold: 'alice holds' },
  run: async (stage) => {
    const alice = await atDesk(stage, 'alice', 'desk', 'uacsta')
    const { call } = await alice.session.calls.dial({ to: '600' })
    const up = await alice.until('connected', is(call, 'connected'))
    stage.check('which phone it is', alice.desk, up.phone)
    await stage.act('alice holds', async () => alice.session.calls.hold({ call }))
    await alice.until('held', ({ id, held }) => id === call && held === 'local').catch(() => undefined)
    stage.check('what the phone shows', ['hold'], atPhone(stage, alice.deskNumber))
    await alice.session.calls.end({ call })
    await alice.until('ended', is(call, 'ended'))
    stage.check('and then', [], atPhone(stage, alice.deskNumber))
    stage.labSaw(['desk-alice', '600', 'answered'])
  },
}
