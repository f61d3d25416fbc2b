import { atLab, conferenceOf, visit } from '../conferences.ts'
import { addressOf, chatter, lastIn } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const conferenceBigbluebutton: Scenario = {
  name: 'conference-bigbluebutton',
  doc: 'Alice makes a conference at a BigBlueButton server and asks Bob by chat: she is its host, he a guest under his own name, and whoever has the link a guest, too; all are seen, and it ends for all.',
  sabotage: { fault: 'conference-wrong-checksum' },
  run: async (stage) => {
    const { settings } = stage.lab.bigbluebutton
    const [alice, bob] = await Promise.all([
      chatter(stage, 'alice', 'chat', settings),
      chatter(stage, 'bob', 'chat', settings),
    ])
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    const made = await alice.session.conferences.create({ subject: 'Plans', kind: 'bigbluebutton', invite: [ofBob] })
    const { open: hers = '' } = await alice.session.conferences.join({ ...made, name: 'Alice' })
    await visit(stage, hers)

    const asked = await conferenceOf(stage, bob, ({ from }) => from === ofAlice)
    if (!asked) return
    await visit(stage, asked.invitation ?? '')
    const { open: his = '' } = await bob.session.conferences.join({ conference: asked.conference, name: 'Bob' })
    const seen = await conferenceOf(stage, bob, ({ members }) => members.length === 2)
    stage.check(
      'whom Bob sees there',
      [
        ['Alice', true],
        ['Guest', false],
      ],
      seen?.members.map(({ name, host }) => [name, host]),
    )
    const page = await visit(stage, his)
    stage.check('what his page says', [true, true], [page.includes('Plans'), page.includes('Bob (you)')])
    stage.check('who is there', [['Alice (host)', 'Guest', 'Bob']], atLab(stage))
    const secret = String(settings['conferences.bigbluebutton.secret'])
    const got = JSON.stringify([await bob.session.chat.list({ conversation: ofAlice }), asked, his])
    stage.check('whether anything that he got holds the secret', false, got.includes(secret))

    await alice.session.conferences.end(made)
    stage.check('what is left of it', [], atLab(stage))
    await lastIn(stage, bob, ofAlice, ({ invitation }) => invitation?.withdrawn === true)
  },
}
