import { conferee, createdBy, joinedBy } from '../rooms.ts'
import type { Scenario } from '../scenario.ts'

export const conferenceFull: Scenario = {
  name: 'conference-full',
  doc: 'Four people are in the lab’s room: a fifth is told that it is full, and comes in when somebody has left.',
  sabotage: { withhold: 'dave joins' },
  people: ['alice', 'bob', 'carol', 'dave', 'eve'],
  run: async (stage) => {
    const [alice, ...others] = await Promise.all(
      ['alice', 'bob', 'carol', 'dave', 'eve'].map((name) => conferee(stage, name)),
    )
    const [bob, carol, dave, eve] = others
    if (!alice || !bob || !carol || !dave || !eve) return
    const one = await createdBy(stage, alice, 'Crowd')
    for (const person of [alice, bob, carol]) await joinedBy(person, one)
    const his = await stage.act('dave joins', () => joinedBy(dave, one))
    const refused = await joinedBy(eve, one).catch((error: unknown) => (error as { code?: string }).code)
    stage.check('what eve is told', 'conference-full', refused)
    if (his !== undefined) await dave.session.conferences.leave({ conference: his })
    await joinedBy(eve, one)
    stage.check(
      'who is there',
      [['Alice', 'Bob', 'Carol', 'Eve']],
      stage.lab.rooms.rooms().map(({ people }) => people),
    )
  },
}
