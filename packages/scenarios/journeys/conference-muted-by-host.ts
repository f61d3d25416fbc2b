import { conferenceOf } from '../conferences.ts'
import { conferee, createdBy, joinedBy, speakIn } from '../rooms.ts'
import type { Scenario } from '../scenario.ts'

export const conferenceMutedByHost: Scenario = {
  name: 'conference-muted-by-host',
  doc: 'Bob speaks in Alice’s conference, and she mutes him: both see it, he cannot do the same to her, and she lets him be heard again.',
  sabotage: { withhold: 'alice mutes him' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([conferee(stage, 'alice'), conferee(stage, 'bob')])
    const one = await createdBy(stage, alice, 'Plans')
    const hers = await joinedBy(alice, one)
    const his = await joinedBy(bob, one)
    const page = await speakIn(bob, his)
    try {
      const heard = await conferenceOf(stage, alice, ({ members }) =>
        members.some(({ name, muted }) => name === 'Bob' && !muted),
      )
      const member = heard?.members.find(({ name }) => name === 'Bob')?.member ?? ''
      await stage.act('alice mutes him', async () =>
        alice.session.conferences.mute({ conference: hers, member, muted: true }),
      )
      const isMuted = await conferenceOf(stage, bob, ({ members }) => members.some(({ self, muted }) => self && muted))
      stage.check('he sees it', true, isMuted !== undefined)
      if (!isMuted) return
      const other = isMuted.members.find(({ name }) => name === 'Alice')?.member ?? ''
      const refused = await bob.session.conferences
        .mute({ conference: his, member: other, muted: true })
        .catch((error: unknown) => (error as { code?: string }).code)
      stage.check('what he can do', 'conference-not-possible', refused)
      await alice.session.conferences.mute({ conference: hers, member, muted: false })
      const again = await conferenceOf(stage, bob, ({ members }) => members.some(({ self, muted }) => self && !muted))
      stage.check('he is heard again', true, again !== undefined)
      stage.check(
        'who is there',
        [['Alice', 'Bob']],
        stage.lab.rooms.rooms().map(({ people }) => people),
      )
    } finally {
      page.close()
    }
  },
}
