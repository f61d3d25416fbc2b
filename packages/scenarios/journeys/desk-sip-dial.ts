import { atAskedDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const deskSipDial: Scenario = {
  name: 'desk-sip-dial',
  doc: 'Alice dials in her application: the phone on her desk is called, answers by itself and is sent on; she holds, resumes and hangs up in the application.',
  sabotage: { withhold: 'alice hangs up' },
  run: async (stage) => {
    const alice = await atAskedDesk(stage, 'alice', { dial: 'call-then-refer', end: 'refer' })
    const { call } = await alice.session.calls.dial({ to: '600' })
    const up = await alice.until('connected', is(call, 'connected'))
    stage.check('which phone it is', alice.desk, up.phone)
    stage.check('what the phone shows', ['connected'], atPhone(stage, alice.deskNumber))
    stage.check('what can be done', ['end', 'hold'], [...up.capabilities].sort())
    await alice.session.calls.hold({ call })
    await alice.until('held', ({ id, held }) => id === call && held === 'local')
    stage.check('what the phone shows then', ['hold'], atPhone(stage, alice.deskNumber))
    await alice.session.calls.resume({ call })
    await alice.until('resumed', ({ id, held }) => id === call && held === 'no')
    await stage.act('alice hangs up', async () => alice.session.calls.end({ call }))
    await alice.until('ended', is(call, 'ended')).catch(() => undefined)
    stage.check('and then', [], atPhone(stage, alice.deskNumber))
    stage.check(
      'of the call by which it was asked nothing is seen',
      [call],
      alice.calls().map(({ id }) => id),
    )
    stage.labSaw(['alice', 'desk-alice', 'answered'], ['desk-alice', '600', 'answered'])
  },
}
