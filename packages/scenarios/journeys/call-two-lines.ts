import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect } from './quiet.ts'

export const callTwoLines: Scenario = {
  name: 'call-two-lines',
  doc: 'Alice has two lines on one core, her own and Bob’s: each rings for itself and has calls of its own.',
  sabotage: { withhold: 'the second line is signed in' },
  run: async (stage) => {
    const [alice, carol] = await Promise.all([stage.person('alice'), stage.person('carol')])
    const line = await stage.act('the second line is signed in', () => stage.line(alice, 'bob'))
    if (!line) return stage.check('there is a second line', true, false)
    const first = await connect(stage, carol, alice)
    await carol.session.calls.hold({ call: first.caller })
    const second = await connect(stage, carol, line)
    stage.check('each line has its call', [1, 1], [alice.calls().length, line.calls().length])
    stage.check(
      'carol talks with the second, the first is on hold',
      { alice: [], bob: ['carol'], carol: ['bob'] },
      await whoHearsWhom(stage, [
        { person: alice, call: first.callee },
        { person: line, call: second.callee },
        { person: carol, call: second.caller },
      ]),
    )
    stage.labSaw(['carol', 'alice', 'answered'], ['carol', 'bob', 'answered'])
  },
}
