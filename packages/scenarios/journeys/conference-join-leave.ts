import { conferenceOf } from '../conferences.ts'
import { conferee, createdBy, joinedBy, namesIn } from '../rooms.ts'
import type { Scenario } from '../scenario.ts'

export const conferenceJoinLeave: Scenario = {
  name: 'conference-join-leave',
  doc: 'Bob joins Alice’s conference by its invitation; each sees the other there, only one of his applications can be in it, he leaves, and his record has it.',
  sabotage: { withhold: 'bob joins' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([conferee(stage, 'alice'), conferee(stage, 'bob')])
    const one = await createdBy(stage, alice, 'Plans')
    await joinedBy(alice, one)
    const his = await stage.act('bob joins', () => joinedBy(bob, one))
    const seen = await conferenceOf(stage, alice, ({ members }) => members.length === 2)
    stage.check('whom alice sees', ['Alice (self)', 'Bob'], seen && namesIn(seen))
    const at = await conferenceOf(stage, bob, ({ members }) => members.length === 2)
    stage.check('whom bob sees', ['Alice', 'Bob (self)'], at && namesIn(at).toSorted())
    stage.check(
      'who is in the room',
      [['Alice', 'Bob']],
      stage.lab.rooms.rooms().map(({ people }) => people),
    )
    if (his === undefined) return
    const other = await stage.application(bob, 'another of bob’s')
    const refused = await other.session.conferences.join({ conference: his }).catch((error: unknown) => error)
    stage.check('another application of his', 'conference-elsewhere', (refused as { code?: string }).code)
    await bob.session.conferences.leave({ conference: his })
    const { records } = await bob.session.history.search({ kinds: ['conference'] })
    const [entry] = records.flatMap((each) => (each.kind === 'conference' ? [each.conference] : []))
    stage.check('whom bob’s record has in it', ['Alice'], entry?.members)
    const left = await conferenceOf(stage, alice, ({ members }) => members.length === 1)
    stage.check('whom alice sees then', ['Alice (self)'], left && namesIn(left))
    stage.check(
      'who is in the room then',
      [['Alice']],
      stage.lab.rooms.rooms().map(({ people }) => people),
    )
  },
}
