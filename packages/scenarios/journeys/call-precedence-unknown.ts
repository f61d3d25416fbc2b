import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const callPrecedenceUnknown: Scenario = {
  name: 'call-precedence-unknown',
  doc: 'Alice asks for a precedence that Bob’s phone must know and does not: she is told which it knows.',
  sabotage: { withhold: 'it must be known' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    await stage.personWith('bob', { 'calls.precedence.namespaces': ['q735'] })
    await stage.act('it must be known', () =>
      alice.session.config.set({ name: 'calls.precedence.require', value: true }),
    )
    const { call } = await alice.session.calls.dial({ to: 'bob', precedence: 'dsn.flash' })
    const ended = await alice.until('it has ended', is(call, 'ended'), 6000)
    const { code, detail } = ended.end?.error ?? {}
    stage.check(
      'refused, with those that are known',
      ['precedence-refused', 'q735.4, q735.3, q735.2, q735.1, q735.0'],
      [code, detail],
    )
    const wrong = await alice.session.calls.dial({ to: 'bob', precedence: 'dsn.urgent' }).catch(({ code: own }) => own)
    stage.check('one that there is not is not dialled', 'precedence-invalid', wrong)
    stage.labSaw(['alice', 'bob', 417])
  },
}
