import { atDesk, lineOf } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const deskDoNotDisturb: Scenario = {
  name: 'desk-do-not-disturb',
  doc: 'A hand at Alice’s phone asks for quiet: neither phone rings. Her application takes it back, and her desk rings again.',
  sabotage: { withhold: 'a hand asks for quiet' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([atDesk(stage, 'alice'), stage.person('bob')])
    await stage.act('a hand asks for quiet', async () => stage.lab.desk.touch(alice.deskNumber, 'do-not-disturb', 'on'))
    for (const kind of ['desk', 'soft'] as const)
      await lineOf(alice, kind, 'is quiet', ({ doNotDisturb }) => doNotDisturb === true)
    for (const to of [alice.deskNumber, 'alice']) {
      const { call } = await bob.session.calls.dial({ to })
      const { end } = await bob.until('ended', is(call, 'ended'))
      stage.check('she is busy', 'call-busy', end?.error?.code)
    }
    stage.check('nothing rang', [], alice.calls())
    await alice.session.phones.doNotDisturb({ on: false })
    await lineOf(alice, 'soft', 'follows', ({ doNotDisturb }) => doNotDisturb !== true)
    const { call } = await bob.session.calls.dial({ to: alice.deskNumber })
    await alice.until('rings', ({ phone, state }) => phone === alice.desk && state === 'alerting')
    await bob.session.calls.end({ call })
    await bob.until('ended', is(call, 'ended'))
    stage.labSaw(['bob', 'desk-alice', 486], ['bob', 'alice', 486], ['bob', 'desk-alice', 487])
  },
}
