import { atDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const deskAnswer: Scenario = {
  name: 'desk-answer',
  doc: 'Bob calls the phone on Alice’s desk: her application shows who calls, answers it there, and is told when he hangs up.',
  sabotage: { withhold: 'alice answers' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([atDesk(stage, 'alice'), stage.person('bob')])
    const { call } = await bob.session.calls.dial({ to: alice.deskNumber })
    const rings = await alice.until('rings', isRinging)
    stage.check('who calls, and where', ['bob', alice.desk], [rings.remote.number, rings.phone])
    await stage.act('alice answers', async () => alice.session.calls.answer({ call: rings.id }))
    await bob.until('connected', is(call, 'connected')).catch(() => undefined)
    stage.check('what the phone shows', ['connected'], atPhone(stage, alice.deskNumber))
    await bob.session.calls.end({ call })
    const ended = await alice.until('ended', is(rings.id, 'ended'))
    stage.check('who ended it', 'remote', ended.end?.by)
    stage.labSaw(['bob', 'desk-alice', 'answered'])
  },
}
