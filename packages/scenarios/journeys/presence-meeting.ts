import { meetingText, wholeSecond } from '../meeting.ts'
import { chatter, seenAfter, told } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const presenceMeeting: Scenario = {
  name: 'presence-meeting',
  doc: 'Bob’s calendar has a meeting: Alice sees within a second of its beginning that he is in one and of its end that he is available, and never what it is about.',
  sabotage: { withhold: 'bob has a meeting' },
  run: async (stage) => {
    const alice = await chatter(stage, 'alice')
    const before = told(stage, 'alice')
    const fromMs = wholeSecond(Date.now() + 2500)
    const untilMs = fromMs + 4000
    const title = 'The merger that nobody may hear of'
    await stage.act('bob has a meeting', async () =>
      stage.lab.calendar.put('bob', meetingText({ fromMs, untilMs, title })),
    )
    const bob = await chatter(stage, 'bob', 'chat and calendar')
    const readyMs = Date.now()
    if (readyMs < fromMs) await seenAfter(stage, alice, 'bob', 'available')
    await seenAfter(stage, alice, 'bob', 'in-a-meeting')
    // Whoever signs in late is in it from then on.
    stage.below('ms after its beginning', 1000, Date.now() - Math.max(fromMs, readyMs))
    const { reasons } = await bob.session.presence.explain()
    stage.check(
      'what counts, and until when',
      [`The calendar says in-a-meeting until ${new Date(untilMs).toISOString()}.`],
      reasons.filter(({ counts }) => counts).map(({ why }) => why),
    )
    await seenAfter(stage, alice, 'bob', 'available')
    stage.below('ms after its end', 1000, Date.now() - untilMs)
    stage.atLeast('ms after its end', 0, Date.now() - untilMs)
    stage.atLeast('what the lab told alice of it', before + 2, told(stage, 'alice'))
    const { contacts } = (await alice.session.contacts.get()).state
    const everything = JSON.stringify([contacts, reasons, stage.lab.record().xmpp])
    stage.check('whether it is said what it is about', false, everything.includes('merger'))
  },
}
