import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const callDoNotDisturb: Scenario = {
  name: 'call-do-not-disturb',
  doc: 'Bob does not want to be disturbed: Alice is told that he is busy, his phone does not ring, and his history has the missed call.',
  sabotage: { withhold: 'bob wants quiet' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    await stage.act('bob wants quiet', () => bob.session.config.set({ name: 'calls.doNotDisturb', value: true }))
    const { call } = await alice.session.calls.dial({ to: 'bob' })
    const ended = await alice.until('it has ended', is(call, 'ended'), 6000)
    stage.check('bob is busy', 'call-busy', ended.end?.error?.code)
    stage.check('nothing rang', [], bob.calls())
    const { entries } = await bob.session.history.list()
    stage.check(
      'and it was missed',
      [true],
      entries.map(({ missed }) => missed),
    )
    stage.labSaw(['alice', 'bob', 486])
  },
}
