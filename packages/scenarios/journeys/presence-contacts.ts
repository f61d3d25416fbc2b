import { addressOf, chatter, sees, told } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const presenceContacts: Scenario = {
  name: 'presence-contacts',
  doc: 'Alice renames Bob, puts him into groups and makes him a favourite: it is the same on her other core, and when she removes him he is gone there as well.',
  sabotage: { withhold: 'alice makes him a favourite' },
  run: async (stage) => {
    const [here, there] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'alice')])
    const address = addressOf(stage, 'bob')
    await here.session.contacts.update({ address, name: 'Robert', groups: ['Work', 'Tennis'] })
    await stage.act('alice makes him a favourite', async () =>
      here.session.contacts.update({ address, favourite: true }),
    )
    for (const [where, person] of [
      ['here', here],
      ['on the other core', there],
    ] as const) {
      const seen = await sees(stage, person, 'bob', ({ favourite, name }) => favourite && name === 'Robert')
      stage.check(`groups ${where}`, ['Tennis', 'Work'], seen?.groups.toSorted())
    }
    await here.session.contacts.remove({ address })
    const { contacts } = await there.session.until('contacts', (state) => state.contacts.length === 0, 5000)
    stage.check('he is gone', [], contacts)
    stage.atLeast('what the lab told alice', 1, told(stage, 'alice'))
  },
}
