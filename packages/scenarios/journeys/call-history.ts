import type { Scenario } from '../scenario.ts'
import { connect, hangUp } from './quiet.ts'

export const callHistory: Scenario = {
  name: 'call-history',
  doc: 'Alice calls Bob twice; both find both calls in their history, newest first.',
  sabotage: { withhold: 'they talk again' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const talk = async () => hangUp(alice, bob, await connect(stage, alice, bob))
    const first = await talk()
    const second = await stage.act('they talk again', talk)
    for (const [i, person] of [alice, bob].entries()) {
      const { entries } = await person.session.history.list({ limit: 10 })
      stage.check(
        `${person.name} finds both, newest first`,
        [second?.[i]?.id, first[i]?.id],
        entries.map(({ call }) => call),
      )
      stage.check(
        `${person.name} sees how long they talked`,
        true,
        entries.every(({ talkedMs }) => talkedMs !== undefined),
      )
    }
    stage.labSaw(['alice', 'bob', 'answered'], ['alice', 'bob', 'answered'])
  },
}
