import { atLab, conferenceOf, visit } from '../conferences.ts'
import { addressOf, chatter, delivered, lastIn } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const conferenceFromChat: Scenario = {
  name: 'conference-from-chat',
  doc: 'Alice and Bob write to each other, and she goes on in a conference: the invitation stands in their conversation, and he joins by it. Carol, whose settings name no such server, reads the link.',
  sabotage: { withhold: 'bob joins' },
  run: async (stage) => {
    const { settings } = stage.lab.bigbluebutton
    const [alice, bob, carol] = await Promise.all([
      chatter(stage, 'alice', 'chat', settings),
      chatter(stage, 'bob', 'chat', settings),
      chatter(stage, 'carol'),
    ])
    const [ofAlice, ofBob, ofCarol] = [addressOf(stage, 'alice'), addressOf(stage, 'bob'), addressOf(stage, 'carol')]
    await bob.session.chat.send({ to: ofAlice, text: 'That is too long to write.' })
    await lastIn(stage, alice, ofBob, ({ text }) => text === 'That is too long to write.')

    const made = await alice.session.conferences.create({ invite: [ofBob, ofCarol], kind: 'bigbluebutton' })
    const got = await lastIn(stage, bob, ofAlice, ({ invitation }) => invitation !== undefined)
    const address = got?.invitation?.address ?? ''
    stage.check('what any program shows', [got?.text, true], [address, got?.invitation?.video])
    const read = await lastIn(stage, carol, ofAlice, ({ invitation }) => invitation !== undefined)
    stage.check('what Carol reads', [address, undefined], [read?.text, read?.invitation?.conference])
    const { state } = await carol.session.conferences.get()
    stage.check('what Carol can join here', [], state.conferences)

    const { open: hers = '' } = await alice.session.conferences.join({ ...made, name: 'Alice' })
    await visit(stage, hers)
    await stage.act('bob joins', async () => {
      const { open = '' } = await bob.session.conferences.join({ invitation: address, name: 'Bob' })
      await visit(stage, open)
    })
    await visit(stage, read?.text ?? '')
    stage.check('who is there', [['Alice (host)', 'Bob', 'Guest']], atLab(stage))
    stage.check(
      'the same conference',
      got?.invitation?.conference,
      (await conferenceOf(stage, bob, ({ state: is }) => is === 'joined'))?.conference,
    )

    await alice.session.conferences.end(made)
    await lastIn(stage, carol, ofAlice, ({ invitation }) => invitation?.withdrawn === true)
    await lastIn(stage, alice, ofBob, ({ invitation }) => invitation?.withdrawn === true)
    stage.check('what the lab brought', [address], delivered(stage, 'carol'))
  },
}
