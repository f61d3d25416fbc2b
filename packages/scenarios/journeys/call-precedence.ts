import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const callPrecedence: Scenario = {
  name: 'call-precedence',
  doc: 'Alice calls with flash precedence: Bob’s phone says so, though he wants no calls, and both histories have it.',
  sabotage: { withhold: 'alice says how important it is' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([
      stage.person('alice'),
      stage.personWith('bob', { 'calls.doNotDisturb': true }),
    ])
    const how = (await stage.act('alice says how important it is', async () => ({ precedence: 'flash' }))) ?? {}
    const { call } = await alice.session.calls.dial({ to: 'bob', ...how })
    const ringing = await bob.until('bob’s phone rings', isRinging, 6000)
    const flash = { namespace: 'dsn', level: 'flash', rank: 3 }
    stage.check('and says how important it is', flash, ringing.precedence)
    await bob.session.calls.answer({ call: ringing.id })
    await alice.until('connected', is(call, 'connected'))
    stage.check(
      'they hear each other',
      { alice: ['bob'], bob: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call },
        { person: bob, call: ringing.id },
      ]),
    )
    await alice.session.calls.end({ call })
    await alice.until('it has ended', is(call, 'ended'))
    await bob.until('it has ended', is(ringing.id, 'ended'))
    for (const person of [alice, bob]) {
      const { entries } = await person.session.history.list()
      stage.check(`${person.name}’s history has it`, flash, entries[0]?.precedence)
    }
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
