import { atDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const deskHold: Scenario = {
  name: 'desk-hold',
  doc: 'Alice holds and resumes Bob at the phone on her desk from her application; he is told each time.',
  sabotage: { withhold: 'alice holds' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([atDesk(stage, 'alice'), stage.person('bob')])
    const { call } = await alice.session.calls.dial({ to: 'bob' })
    const rings = await bob.until('rings', isRinging)
    await bob.session.calls.answer({ call: rings.id })
    await alice.until('connected', is(call, 'connected'))
    await stage.act('alice holds', async () => alice.session.calls.hold({ call }))
    const held = await bob
      .until('held', ({ id, held: how }) => id === rings.id && how === 'remote')
      .catch(() => undefined)
    stage.check('bob is held', 'remote', held?.held)
    stage.check('what the phone shows', ['hold'], atPhone(stage, alice.deskNumber))
    await alice.session.calls.resume({ call })
    await bob.until('resumed', ({ id, held: how }) => id === rings.id && how === 'no')
    await alice.session.calls.end({ call })
    await bob.until('ended', is(rings.id, 'ended'))
    stage.labSaw(['desk-alice', 'bob', 'answered'])
  },
}
