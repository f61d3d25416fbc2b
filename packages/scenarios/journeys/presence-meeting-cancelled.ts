import { meetingText } from '../meeting.ts'
import { addressOf, chatter, seenAfter, told } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const presenceMeetingCancelled: Scenario = {
  name: 'presence-meeting-cancelled',
  doc: 'Bob is in a meeting that is called off: Alice sees that he is available; one that he has declined she never sees.',
  sabotage: { withhold: 'the meeting is called off' },
  run: async (stage) => {
    const fromMs = Date.now() - 600_000
    const whole = { fromMs, untilMs: fromMs + 3_600_000 }
    const asked = (answer: string): string[] => [
      `ORGANIZER:mailto:${addressOf(stage, 'carol')}`,
      `ATTENDEE;PARTSTAT=${answer}:mailto:${addressOf(stage, 'bob')}`,
    ]
    const { calendar } = stage.lab
    calendar.put('bob', meetingText({ ...whole, lines: asked('ACCEPTED') }), 'accepted.ics')
    calendar.put('bob', meetingText({ ...whole, lines: asked('DECLINED') }), 'declined.ics')
    const [alice] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob', 'chat and calendar')])
    await seenAfter(stage, alice, 'bob', 'in-a-meeting')
    await stage.act('the meeting is called off', async () =>
      calendar.put('bob', meetingText({ ...whole, lines: [...asked('ACCEPTED'), 'STATUS:CANCELLED'] }), 'accepted.ics'),
    )
    // The calendar is asked every five seconds or so.
    stage.below('available within', 7000, await seenAfter(stage, alice, 'bob', 'available'))
    stage.atLeast('what the lab told alice of it', 2, told(stage, 'alice'))
  },
}
