// Presence: what others may know of the person, and why.
import { z } from 'zod'
import { Time } from './values.ts'
import { change, method, service } from './vocabulary.ts'

/** From what counts most to what counts least, where several things are true at once. */
export const availabilities = [
  'do-not-disturb',
  'presenting',
  'on-the-phone',
  'in-a-meeting',
  'busy',
  'available',
  'away',
  'vacation',
  'offline',
  'unknown',
] as const

export const Availability = z.enum(availabilities).describe('How reachable a person is.')
export type Availability = z.output<typeof Availability>

/** What a person may choose: the rest is found out. */
export const Choice = z.enum(['automatic', 'available', 'busy', 'away', 'do-not-disturb', 'vacation', 'offline'])
export type Choice = z.output<typeof Choice>

export const Presence = z
  .object({
    availability: Availability,
    /** The person's own words. Text from others: never markup. */
    note: z.string().max(1024).optional(),
    /** Since when the person has been away from the keyboard (XEP-0319, RFC 4480 §3.12). */
    idleSince: Time.optional(),
    /** When an offline person was last there, where somebody told. */
    lastSeen: Time.optional(),
    /** What the person's clients can do now. */
    can: z.array(z.enum(['chat', 'call', 'video', 'files'])).optional(),
  })
  .describe('What is known of a person’s availability.')
export type Presence = z.output<typeof Presence>

export const Reason = z
  .object({
    /** What was looked at. */
    input: z.enum(['choice', 'calls', 'calendar', 'idle', 'sign-in']),
    /** What it alone would make of the person; absent where it says nothing. */
    says: Availability.optional(),
    /** A sentence for a person. */
    why: z.string(),
    /** Whether it is the one that counts. */
    counts: z.boolean(),
  })
  .describe('One thing that the person’s availability is made of.')
export type Reason = z.output<typeof Reason>

export const presence = service({
  doc: 'The person’s own availability: composed of a choice, calls, the calendar and idle time, and published. That of others is with their contact.',
  perSession: true,
  watched: {
    scope: 'presence.read',
    state: z.object({
      own: Presence,
      choice: Choice,
      /** Whether a server tells others of it now. */
      published: z.boolean(),
    }),
    changes: {
      own: change({
        doc: 'The person’s own availability is another.',
        since: '0.1',
        payload: z.object({ own: Presence, choice: Choice, published: z.boolean() }),
      }),
    },
  },
  methods: {
    set: method({
      doc: 'Choose an availability. A choice holds until it is taken back by `automatic`; do not disturb, vacation and offline count over all else, available, busy and away only where no call and no meeting says more.',
      since: '0.1',
      scope: 'presence.write',
      params: z.object({
        choice: Choice.optional(),
        note: z.string().max(1024).optional().describe('Empty takes it away.'),
      }),
      result: z.object({}),
      errors: [],
      example: { choice: 'do-not-disturb', note: 'Writing' },
    }),
    idle: method({
      doc: 'An application tells how long nobody has touched keyboard or pointer. Several may tell; the shortest time counts.',
      since: '0.1',
      scope: 'presence.write',
      params: z.object({ idleMs: z.number().int().min(0).max(31_536_000_000) }),
      result: z.object({}),
      errors: [],
      example: { idleMs: 0 },
    }),
    explain: method({
      doc: 'Why the person’s availability is what it is: everything that was looked at, what counts first.',
      since: '0.1',
      scope: 'presence.read',
      params: z.object({}),
      result: z.object({ own: Presence, reasons: z.array(Reason) }),
      errors: [],
      example: {},
    }),
  },
})
