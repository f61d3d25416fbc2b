import { atAskedDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const deskRemoteControl: Scenario = {
  name: 'desk-remote-control',
  doc: 'Alice’s application has the phone on her desk call and answer as a call manager would, and takes off hold what a hand has held.',
  sabotage: { withhold: 'alice answers' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([
      atAskedDesk(stage, 'alice', { dial: 'remotecc', end: 'refer' }),
      stage.person('bob'),
    ])
    const { call } = await alice.session.calls.dial({ to: '600' })
    const up = await alice.until('connected', is(call, 'connected'))
    stage.check('what can be done', [alice.desk, ['end']], [up.phone, up.capabilities])
    stage.lab.desk.touch(alice.deskNumber, 'hold')
    await alice.until('held', ({ id, held }) => id === call && held === 'local')
    await alice.session.calls.resume({ call })
    await alice.until('resumed', ({ id, held }) => id === call && held === 'no')
    await alice.session.calls.end({ call })
    await alice.until('ended', is(call, 'ended'))
    const { call: theirs } = await bob.session.calls.dial({ to: alice.deskNumber })
    const rings = await alice.until('rings', isRinging)
    await stage.act('alice answers', async () => alice.session.calls.answer({ call: rings.id }))
    await bob.until('connected', is(theirs, 'connected')).catch(() => undefined)
    stage.check('what the phone shows', ['connected'], atPhone(stage, alice.deskNumber))
    await bob.session.calls.end({ call: theirs })
    await alice.until('ended', is(rings.id, 'ended'))
    stage.labSaw(['desk-alice', '600', 'answered'], ['bob', 'desk-alice', 'answered'])
  },
}
