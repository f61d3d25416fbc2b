import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, is, isRinging } from './quiet.ts'

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
    stage.check('carol is told why', 'call-preempted', ended.end?.error?.code)
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
    stage.labSaw(['carol', 'bob', 'answered'], ['alice', 'bob', 486], ['alice', 'bob', 'answered'])
  },
}
