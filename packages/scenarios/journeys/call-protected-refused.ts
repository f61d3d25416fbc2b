import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const callProtectedRefused: Scenario = {
  name: 'call-protected-refused',
  doc: 'Alice wants her sound protected and Bob’s phone cannot: nothing rings, there is no call in the clear, and both are told why.',
  sabotage: { withhold: 'alice wants protection' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const bob = await stage.personWith('bob', { 'media.srtp': 'off' })
    await stage.act('alice wants protection', () => alice.session.config.set({ name: 'media.srtp', value: 'require' }))
    const told = bob.next('bob is told', ({ type }) => type === 'unanswerable', 6000).catch(() => undefined)
    const { call } = await alice.session.calls.dial({ to: 'bob' })
    const { end, statistics } = await alice.until('the call has ended', is(call, 'ended'), 6000)
    stage.check('what Alice is told', ['call-incompatible', 488], [end?.error?.code, end?.peer?.status])
    stage.check('no sound was sent', undefined, statistics)
    const change = await told
    stage.check(
      'what Bob is told',
      ['alice', 'call-unprotected'],
      change?.type === 'unanswerable' ? [change.from.number, change.error.code] : change,
    )
    stage.check('and nothing rang', [], bob.calls())
    stage.labSaw(['alice', 'bob', 488])
  },
}
