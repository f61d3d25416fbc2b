import { atLab, visit } from '../conferences.ts'
import { meetingText, wholeSecond } from '../meeting.ts'
import { addressOf, chatter } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const conferenceScheduled: Scenario = {
  name: 'conference-scheduled',
  doc: 'Alice makes a conference and Bob’s calendar has it: he sees it among what is planned and joins from there. What leads to no conference is not among it, and nothing of the calendar reaches anybody else.',
  sabotage: { withhold: 'bob has a meeting' },
  run: async (stage) => {
    const { settings } = stage.lab.bigbluebutton
    const alice = await chatter(stage, 'alice', 'chat', settings)
    const made = await alice.session.conferences.create({ subject: 'Plans', kind: 'bigbluebutton' })
    const { conferences } = (await alice.session.conferences.get()).state
    const invitation = conferences.find(({ conference }) => conference === made.conference)?.invitation ?? ''
    const fromMs = wholeSecond(Date.now() + 3_600_000)
    const untilMs = fromMs + 3_600_000
    const put = (name: string, title: string, line: string): void =>
      stage.lab.calendar.put('bob', meetingText({ fromMs, untilMs, title, lines: [line] }), name)
    put('lunch.ics', 'The merger', 'URL:https://restaurant.example/menu')
    await stage.act('bob has a meeting', async () =>
      put('plans.ics', 'Plans', `CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:${invitation}`),
    )
    const bob = await chatter(stage, 'bob', 'chat and calendar', settings)
    const { scheduled } = await bob.session
      .until('conferences', (state) => state.scheduled.length > 0, 8000)
      .catch(async () => (await bob.session.conferences.get()).state)
    stage.check(
      'what is planned',
      [['Plans', new Date(fromMs).toISOString(), new Date(untilMs).toISOString(), invitation]],
      scheduled.map(({ subject, startsAt, endsAt, invitation: to }) => [subject, startsAt, endsAt, to]),
    )
    const { open = '' } = await bob.session.conferences.join({
      invitation: scheduled[0]?.invitation ?? '',
      name: 'Bob',
    })
    await visit(stage, open)
    stage.check('who is there', [['Bob']], atLab(stage))
    const { reasons } = await bob.session.presence.explain()
    const { contacts } = (await alice.session.contacts.get()).state
    const others = JSON.stringify([contacts, reasons, scheduled, stage.lab.record().xmpp])
    stage.check(
      'whether it is said what he does else',
      [false, true],
      [others.includes('merger'), contacts.some(({ address }) => address === addressOf(stage, 'bob'))],
    )
  },
}
