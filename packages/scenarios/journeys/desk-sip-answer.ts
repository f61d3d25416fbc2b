import { atAskedDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const deskSipAnswer: Scenario = {
  name: 'desk-sip-answer',
  doc: 'Bob calls the phone on Alice’s desk, which no server controls: her application shows who calls, and has it answered by an event.',
  sabotage: { withhold: 'alice answers' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([
      atAskedDesk(stage, 'alice', { dial: 'refer', end: 'refer' }),
      stage.person('bob'),
    ])
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
