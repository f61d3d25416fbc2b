import type { Scenario } from '../scenario.ts'
import { is, ring } from './quiet.ts'

export const callMissed: Scenario = {
  name: 'call-missed',
  doc: 'Alice gives up before Bob answers, and Bob declines Carol: only Alice’s is a missed call.',
  sabotage: { withhold: 'alice calls and gives up' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all([stage.person('alice'), stage.person('bob'), stage.person('carol')])
    await stage.act('alice calls and gives up', async () => {
      const ids = await ring(alice, bob)
      await alice.session.calls.end({ call: ids.caller })
      await bob.until('it stops', is(ids.callee, 'ended'))
    })
    const declined = await ring(carol, bob)
    await bob.session.calls.decline({ call: declined.callee })
    await bob.until('it is over', is(declined.callee, 'ended'))
    await carol.until('it is over', is(declined.caller, 'ended'))
    const { entries } = await bob.session.history.list()
    const missed = entries.map(({ remote, missed: is }) => [remote.number, is])
    stage.check(
      'missed and declined',
      [
        ['carol', false],
        ['alice', true],
      ],
      missed,
    )
    stage.labSaw(['alice', 'bob', 487], ['carol', 'bob', 603])
  },
}
