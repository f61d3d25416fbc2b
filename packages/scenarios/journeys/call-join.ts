import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, isRinging } from './quiet.ts'

export const callJoin: Scenario = {
  name: 'call-join',
  doc: 'Alice and Bob talk, and a third one asks to join their call (RFC 3911); Alice answers, and each is heard by both others: the third one is an echo.',
  sabotage: { withhold: 'alice answers' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const ids = await connect(stage, alice, bob)
    const two = [
      { person: alice, call: ids.caller },
      { person: bob, call: ids.callee },
    ]
    stage.check('two hear each other', { alice: ['bob'], bob: ['alice'] }, await whoHearsWhom(stage, two))
    stage.lab.join('alice')
    const third = await alice.until('a third one rings', isRinging)
    stage.check('it says which call it wants to join', ids.caller, third.joins)
    await stage.act('alice answers', () => alice.session.calls.answer({ call: third.id }))
    const together = await alice.until(
      'both calls are in one conference',
      ({ id, conference }) => id === third.id && conference !== undefined,
      3000,
    )
    stage.check(
      'it is that of the call',
      together.conference,
      alice.calls().find(({ id }) => id === ids.caller)?.conference,
    )
    stage.check(
      'each hears the other, and themselves by the echo',
      { alice: ['alice', 'bob'], bob: ['alice', 'bob'] },
      await whoHearsWhom(stage, two),
    )
    stage.labSaw(['alice', 'bob', 'answered'], ['stranger', 'alice', 'answered'])
  },
}
