import { atDesk, lineOf } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const deskForward: Scenario = {
  name: 'desk-forward',
  doc: 'Alice has the calls to her desk sent on, from her application; a hand at the phone takes it back. The soft phone follows both times.',
  sabotage: { withhold: 'alice has her calls sent on' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([atDesk(stage, 'alice'), stage.person('bob')])
    await stage.act('alice has her calls sent on', () => alice.session.phones.forward({ to: '600' }))
    await lineOf(alice, 'desk', 'sent on', ({ forwardedTo }) => forwardedTo === '600')
    await lineOf(alice, 'soft', 'sent on as well', ({ forwardedTo }) => forwardedTo === '600')
    const { call } = await bob.session.calls.dial({ to: alice.deskNumber })
    await bob.until('answered there', is(call, 'connected'))
    stage.check('nothing rang', [], alice.calls())
    await bob.session.calls.end({ call })
    await bob.until('ended', is(call, 'ended'))
    stage.lab.desk.touch(alice.deskNumber, 'forward-to')
    await lineOf(alice, 'desk', 'taken back', ({ forwardedTo }) => forwardedTo === undefined)
    await lineOf(alice, 'soft', 'taken back as well', ({ forwardedTo }) => forwardedTo === undefined)
    stage.labSaw(['bob', 'desk-alice', 'answered'])
  },
}
