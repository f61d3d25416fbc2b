import { addressOf, chatter, sees, told } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const presenceAsked: Scenario = {
  name: 'presence-asked',
  doc: 'Carol asks to see Bob: he is told who asks, lets her, and each sees the other; when he takes it back she sees nothing any more. Whom she asked she need not let see her.',
  sabotage: { withhold: 'bob lets her' },
  run: async (stage) => {
    const [bob, carol] = await Promise.all([chatter(stage, 'bob'), chatter(stage, 'carol')])
    const [ofBob, ofCarol] = [addressOf(stage, 'bob'), addressOf(stage, 'carol')]
    await carol.session.contacts.add({ address: ofBob, name: 'Bob', groups: ['Friends'] })
    const asked = await sees(stage, carol, 'bob', ({ sees: how }) => how === 'asked')
    stage.check('she sees nothing yet', ['unknown', ['Friends']], [asked?.presence.availability, asked?.groups])
    const { requests } = await bob.session.until('contacts', (state) => state.requests.length > 0, 5000)
    stage.check(
      'he is told who asks',
      [ofCarol],
      requests.map(({ from }) => from),
    )
    await stage.act('bob lets her', async () => bob.session.contacts.accept({ address: ofCarol }))
    await sees(stage, carol, 'bob', ({ presence }) => presence.availability === 'available')
    await sees(
      stage,
      bob,
      'carol',
      ({ sees: how, presence }) => how === 'both' && presence.availability === 'available',
    )
    const { state } = await carol.session.contacts.get()
    stage.check('she, who asked first, is not asked', [], state.requests)
    await bob.session.contacts.decline({ address: ofCarol })
    await sees(stage, carol, 'bob', ({ sees: how }) => how !== 'both' && how !== 'to')
    stage.atLeast('what the lab told carol of it', 1, told(stage, 'carol'))
  },
}
