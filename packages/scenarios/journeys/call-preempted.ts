import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, is, isRinging, ring } from './quiet.ts'

export const callPreempted: Scenario = {
  name: 'call-preempted',
  doc: 'Bob talks with Carol and has room for one call: Alice calls with precedence, and takes Carol’s place, who is told why.',
  sabotage: { withhold: 'alice calls with precedence' },
  run: async (stage) => {
    const [alice, carol] = await Promise.all([stage.person('alice'), stage.person('carol')])
    const bob = await stage.personWith('bob', { 'calls.waiting': false })
    const routine = await connect(stage, carol, bob)
    stage.check('before', { bob: ['carol'], carol: ['bob'] }, await whoHearsWhom(stage, talking(carol, bob, routine)))
    const { call: refused } = await alice.session.calls.dial({ to: 'bob', precedence: 'dsn.routine' })
    const busy = await alice.until('bob is busy', is(refused, 'ended'), 6000)
    stage.check('a routine call is busy', 'call-busy', busy.end?.error?.code)
    const how = (await stage.act('alice calls with precedence', async () => ({ precedence: 'dsn.immediate' }))) ?? {}
    const { call } = await alice.session.calls.dial({ to: 'bob', ...how })
    const ended = await carol.until('carol’s call is over', is(routine.caller, 'ended'), 6000)
    const own = await bob.until('and for bob', is(routine.callee, 'ended'), 6000)
    stage.check(
      'both are told why',
      ['call-preempted', 'call-preempted'],
      [ended.end?.error?.code, own.end?.error?.code],
    )
    const ringing = await bob.until('alice’s call rings', isRinging, 6000)
    await bob.session.calls.answer({ call: ringing.id })
    await alice.until('connected', is(call, 'connected'), 6000)
    stage.check(
      'alice and bob hear each other',
      { alice: ['bob'], bob: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call },
        { person: bob, call: ringing.id },
      ]),
    )
    await alice.session.calls.end({ call })
    await bob.until('bob has room again', is(ringing.id, 'ended'), 6000)
    const ring1 = await ring(carol, bob)
    const more = await alice.session.calls.dial({ to: 'bob', precedence: 'dsn.immediate' })
    const away = await carol.until('a call that only rings makes room, too', is(ring1.caller, 'ended'), 6000)
    stage.check('and says why', 'call-preempted', away.end?.error?.code)
    await alice.until('it rings', is(more.call, 'alerting'), 6000)
    await alice.session.calls.end({ call: more.call })
    await alice.until('given up', is(more.call, 'ended'), 6000)
    stage.labSaw(
      ['carol', 'bob', 'answered'],
      ['alice', 'bob', 486],
      ['alice', 'bob', 'answered'],
      ['carol', 'bob', 486],
      ['alice', 'bob', 487],
    )
  },
}
