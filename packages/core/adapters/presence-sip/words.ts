// Between the contract's words for availability and those of RFC 4480 §3.2.
import { type Availability, availabilities, type Presence } from '@openparley/contract'
import type { PresenceDocument } from '@openparley/protocols/events'

/** What others are told of the person at that address. */
export function documentOf(entity: string, own: Presence, at: string): PresenceDocument {
  const { availability, note, idleSince } = own
  const [activity, other] = activities[availability] ?? []
  return {
    entity,
    tuples: [{ id: 'calls', basic: availability === 'offline' ? 'closed' : 'open', contact: entity, timestamp: at }],
    persons: [
      {
        id: 'self',
        activities: activity === undefined ? [] : [activity],
        ...(other === undefined ? {} : { other }),
        ...(note === undefined ? {} : { note }),
        ...(idleSince === undefined ? {} : { userInput: { is: 'idle', lastInput: idleSince } }),
        timestamp: at,
      },
    ],
  }
}

/** Undefined: it says nothing of the person. */
export function presenceIn({ tuples, persons, note: ofAll }: PresenceDocument): Presence | undefined {
  const basics = tuples.flatMap(({ basic }) => basic ?? [])
  const said = persons.flatMap(({ activities: doing, other }) => [
    ...doing.flatMap((activity) => ofActivity[activity] ?? []),
    // A word of the contract that RFC 4480 has none for, as others of ours write it.
    ...availabilities.filter((each) => each === other && each !== 'unknown' && each !== 'offline'),
  ])
  if (basics.length === 0 && persons.length === 0) return undefined
  const isOpen = basics.length === 0 || basics.includes('open')
  const idle = persons.find(({ userInput }) => userInput?.is === 'idle')?.userInput
  const [busiest] = said.sort((a, b) => availabilities.indexOf(a) - availabilities.indexOf(b))
  const notes = [...persons, ...tuples].flatMap(({ note }) => note ?? [])
  const note = notes[0] ?? ofAll
  const idleSince = isOpen ? timeIn(idle?.lastInput) : undefined
  const lastSeen = isOpen ? undefined : timeIn(tuples.find(({ timestamp }) => timestamp !== undefined)?.timestamp)
  return {
    availability: isOpen ? (busiest ?? (idle ? 'away' : 'available')) : 'offline',
    ...(note === undefined ? {} : { note }),
    ...(idleSince === undefined ? {} : { idleSince }),
    ...(lastSeen === undefined ? {} : { lastSeen }),
    ...(isOpen && basics.length > 0 ? { can: ['call' as const] } : {}),
  }
}

function timeIn(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** The activity, and the very word where that says less. */
const activities: Partial<Record<Availability, readonly [activity: string, other?: string]>> = {
  'do-not-disturb': ['busy', 'do-not-disturb'],
  presenting: ['presentation'],
  'on-the-phone': ['on-the-phone'],
  'in-a-meeting': ['meeting'],
  busy: ['busy'],
  away: ['away'],
  vacation: ['vacation'],
}

const ofActivity: Readonly<Record<string, Availability>> = Object.assign(Object.create(null), {
  appointment: 'in-a-meeting',
  away: 'away',
  busy: 'busy',
  holiday: 'vacation',
  'in-transit': 'away',
  meal: 'away',
  meeting: 'in-a-meeting',
  'on-the-phone': 'on-the-phone',
  performance: 'busy',
  'permanent-absence': 'vacation',
  presentation: 'presenting',
  sleeping: 'away',
  steering: 'busy',
  travel: 'away',
  tv: 'away',
  vacation: 'vacation',
  worship: 'busy',
})
