import { atDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const deskAriDial: Scenario = {
  name: 'desk-ari-dial',
  doc: 'Alice’s phone on the desk is controlled as an Asterisk’s: she dials in her application, holds with her hand at the phone, and hangs up in the application.',
  sabotage: { withhold: 'alice hangs up' },
  run: async (stage) => {
    const alice = await atDesk(stage, 'alice', 'desk', 'ari')
    const { call } = await alice.session.calls.dial({ to: '600' })
    const up = await alice.until('connected', is(call, 'connected'))
    stage.check('which phone it is', alice.desk, up.phone)
    stage.check('what the phone shows', ['connected'], atPhone(stage, alice.deskNumber))
    for (const [what, held] of [
      ['hold', 'local'],
      ['resume', 'no'],
    ] as const) {
      stage.lab.desk.touch(alice.deskNumber, what)
      await alice.until(what, (seen) => seen.id === call && seen.held === held)
    }
    await stage.act('alice hangs up', async () => alice.session.calls.end({ call }))
    await alice.until('ended', is(call, 'ended')).catch(() => undefined)
    stage.check('and then', [], atPhone(stage, alice.deskNumber))
    stage.labSaw(['desk-alice', '600', 'answered'])
  },
}
