import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const callRedirectRefused: Scenario = {
  name: 'call-redirect-refused',
  doc: 'Bob sends calls on to a number that Alice may not dial: her phone does not follow.',
  sabotage: { withhold: 'the number is denied' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const bob = await stage.personWith('bob', { 'calls.forward.always': '600' })
    await stage.act('the number is denied', () => alice.session.config.set({ name: 'calls.deny', value: ['60'] }))
    const { call } = await alice.session.calls.dial({ to: 'bob' })
    const ended = await alice.until('it has ended', is(call, 'ended'), 6000)
    stage.check(
      'she is told where to',
      ['number-moved', true],
      [ended.end?.error?.code, /600/.test(ended.end?.error?.detail ?? '')],
    )
    stage.check('and bob’s phone did not ring', [], bob.calls())
    stage.labSaw(['alice', 'bob', 302])
  },
}
