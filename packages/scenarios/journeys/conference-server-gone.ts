import { conferenceOf } from '../conferences.ts'
import { conferee, createdBy, joinedBy } from '../rooms.ts'
import type { Scenario } from '../scenario.ts'

export const conferenceServerGone: Scenario = {
  name: 'conference-server-gone',
  doc: 'The conference server is started anew while Alice is in a conference: she is told that it is over and why; a lost connection alone is made again and she stays.',
  sabotage: { withhold: 'the server is started anew' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([conferee(stage, 'alice'), conferee(stage, 'bob')])
    const one = await createdBy(stage, alice, 'Plans')
    await joinedBy(alice, one)
    stage.lab.rooms.cut()
    await joinedBy(bob, one)
    const both = await conferenceOf(stage, alice, ({ members }) => members.length === 2)
    stage.check('she stays, and sees who came meanwhile', 'joined', both?.state)
    stage.check(
      'who is there',
      [['Alice', 'Bob']],
      stage.lab.rooms.rooms().map(({ people }) => people),
    )
    await stage.act('the server is started anew', async () => {
      await stage.lab.rooms.go()
      await stage.lab.rooms.comeBack()
    })
    const over = await conferenceOf(stage, alice, ({ state }) => state === 'left')
    stage.check('what she is told', 'conference-unavailable', over?.error?.code)
    stage.check('the rooms', [], stage.lab.rooms.rooms())
  },
}
