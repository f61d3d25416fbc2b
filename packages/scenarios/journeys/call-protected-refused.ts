import type { Scenario } from '../scenario.ts'
import { is, ring } from './quiet.ts'

export const callProtectedRefused: Scenario = {
  name: 'call-protected-refused',
  doc: 'Alice wants her sound protected and Bob’s phone cannot: there is no call in the clear, and both are told why.',
  sabotage: { withhold: 'bob answers' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([
      stage.personWith('alice', { 'media.srtp': 'require' }),
      stage.personWith('bob', { 'media.srtp': 'off' }),
    ])
    const ids = await ring(alice, bob)
    const told = await stage.act('bob answers', () =>
      bob.session.calls.answer({ call: ids.callee }).then(
        () => 'answered',
        (error: unknown) => (error as { code: string }).code,
      ),
    )
    stage.check('what Bob is told', 'call-unprotected', told)
    if (told === undefined) return
    const { end, statistics } = await alice.until('the call has ended', is(ids.caller, 'ended'))
    stage.check('what Alice is told', ['call-incompatible', 488], [end?.error?.code, end?.peer?.status])
    stage.check('no sound was sent', undefined, statistics)
    stage.labSaw(['alice', 'bob', 488])
  },
}
