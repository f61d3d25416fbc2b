// What of a calendar can be joined, and when it is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { PlannedMeeting } from './port.ts'
import { scheduledIn, scheduling } from './scheduled.ts'

const startMs = Date.parse('2026-03-10T09:00Z')
const hourMs = 3_600_000
const isJoinable = (address: string): boolean => address.startsWith('https://meet.own.example/')

function meeting(inHours: number, addresses: readonly string[], more: Partial<PlannedMeeting> = {}): PlannedMeeting {
  const fromMs = startMs + inHours * hourMs
  return {
    ...{ event: `at ${inHours}`, subject: 'Plans', fromMs, untilMs: fromMs + hourMs },
    places: addresses.map((address) => ({ address, isSaid: false })),
    ...more,
  }
}

const invitations = (planned: readonly PlannedMeeting[]): string[] =>
  scheduledIn(planned, startMs, isJoinable).map(({ invitation }) => invitation)

test('those of the next two days are told, the soonest first, and none that is over', () => {
  const own = ['https://meet.own.example/1']
  const all = [meeting(30, own), meeting(-0.5, own), meeting(-1, own), meeting(49, own), meeting(2, own)]
  assert.deepEqual(
    scheduledIn(all, startMs, isJoinable).map(({ event }) => event),
    ['at -0.5', 'at 2', 'at 30'],
  )
  assert.deepEqual(scheduledIn([meeting(2, own)], startMs, isJoinable), [
    {
      event: 'at 2',
      subject: 'Plans',
      startsAt: '2026-03-10T11:00:00.000Z',
      endsAt: '2026-03-10T12:00:00.000Z',
      invitation: 'https://meet.own.example/1',
    },
  ])
})

test('an address of the person’s own servers goes before any other', () => {
  assert.deepEqual(invitations([meeting(1, ['https://meet.google.com/abc-defg-hij', 'https://meet.own.example/1'])]), [
    'https://meet.own.example/1',
  ])
})

test('pages of services that hold nothing but conferences are told, and other pages are not', () => {
  for (const address of [
    'https://acme.webex.com/meet/pr1',
    'https://acme.webex.com/acme/j.php?MTID=m1',
    'https://meet.jit.si/Plans',
    'https://meet.google.com/abc-defg-hij',
    'https://us02web.zoom.us/j/123?pwd=a',
    'https://teams.microsoft.com/l/meetup-join/19%3ameeting',
    'https://bbb.example.com/bigbluebutton/api/join?meetingID=1&checksum=a',
    'https://bbb.example.com/rooms/abc-def/join',
  ])
    assert.deepEqual(invitations([meeting(1, [address])]), [address])
  for (const address of [
    'https://example.com/agenda',
    'https://zoom.us.evil.example/j/1',
    'https://evil.example/meet.google.com/abc-defg-hij',
    'https://meet.google.com/',
    'http://meet.jit.si/Plans',
    'javascript://meet.jit.si/%0aalert(1)',
    'https://meet.jit.si@evil.example/Plans',
    'https://',
    `https://meet.jit.si/${'x'.repeat(5000)}`,
  ])
    assert.deepEqual(invitations([meeting(1, [address])]), [], address.slice(0, 60))
})

test('what an event says is its conference is told where it is a page by https, whose ever it is', () => {
  const said = (address: string): PlannedMeeting => meeting(1, [], { places: [{ address, isSaid: true }] })
  assert.deepEqual(invitations([said('https://video.example.com/room')]), ['https://video.example.com/room'])
  for (const address of ['http://video.example.com/room', 'tel:+1555', 'javascript:alert(1)', 'nonsense'])
    assert.deepEqual(invitations([said(address)]), [], address)
})

test('a subject is one line, whatever somebody wrote', () => {
  const [one] = scheduledIn(
    [meeting(1, ['https://meet.own.example/1'], { subject: `Plans\n\u202E<b>${'x'.repeat(1000)}` })],
    startMs,
    isJoinable,
  )
  assert.match(one?.subject ?? '', /^Plans <b>x+$/)
  assert.equal(one?.subject.length, 256)
})

test('what is over goes by itself, what comes in sight comes, and other settings make others of them', () => {
  const clock = virtualClock()
  const told: string[][] = []
  let own = false
  const all = scheduling(
    { clock, dice: seededDice(1), wall: () => new Date(startMs + clock.now()).toISOString() },
    { isJoinable: () => own, tell: (scheduled) => told.push(scheduled.map(({ event }) => event)) },
  )
  all.are([
    meeting(1, ['https://meet.jit.si/1']),
    meeting(50, ['https://meet.jit.si/1']),
    meeting(3, ['https://mine.example/1']),
  ])
  assert.deepEqual(told, [['at 1']])
  clock.pass(2 * hourMs + 1000)
  assert.deepEqual(told.at(-1), ['at 50'])
  own = true
  all.look()
  assert.deepEqual(told.at(-1), ['at 3', 'at 50'])
  clock.pass(60 * hourMs)
  assert.deepEqual(told.at(-1), [])
  assert.equal(clock.pending, 0)
  all.are([meeting(70, ['https://meet.jit.si/1'])])
  all.close()
  assert.equal(clock.pending, 0)
})
