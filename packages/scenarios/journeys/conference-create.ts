import { conferee, createdBy } from '../rooms.ts'
import type { Scenario } from '../scenario.ts'

export const conferenceCreate: Scenario = {
  name: 'conference-create',
  doc: 'Alice makes a web conference: it can be joined at once by an invitation that leads to her server, and when she ends it there is no room any more.',
  sabotage: { withhold: 'alice ends it' },
  run: async (stage) => {
    const alice = await conferee(stage, 'alice')
    const one = await createdBy(stage, alice, 'Plans')
    stage.check(
      'how it stands',
      ['janus', 'inside', 'Plans', true],
      [one.kind, one.where, one.subject, one.invitation?.startsWith('parley-room://')],
    )
    stage.check('the room', [{ description: 'Plans', people: [] }], stage.lab.rooms.rooms())
    await stage.act('alice ends it', async () => alice.session.conferences.end({ conference: one.conference }))
    const { conferences } = (await alice.session.conferences.get()).state
    stage.check(
      'and then',
      ['ended'],
      conferences.map(({ state }) => state),
    )
    stage.check('no room', [], stage.lab.rooms.rooms())
  },
}
