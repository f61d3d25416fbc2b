// What the person's availability is made of, and what counts before what: the only place that decides.
import type { Availability, Choice, Presence, Reason } from '@openparley/contract'
import type { Said } from './meetings.ts'

/** Everything that is looked at. */
export interface Inputs {
  readonly choice: Choice
  readonly note: string | undefined
  /** Calls that are up on any phone of the person, if others may know. */
  readonly callsUp: number
  readonly calendar: Said | undefined
  /** Since when nobody has touched anything, as wall time; undefined: somebody just did, or nobody tells. */
  readonly idleSince: string | undefined
  /** Whether that is long enough to be away. */
  readonly idleIsAway: boolean
  readonly signedIn: boolean
}

/** A choice that counts over all that is found out (the original's override). */
const pins: readonly Choice[] = ['offline', 'do-not-disturb', 'vacation']

/** The first rule that says something counts; the rest is told for the explanation. */
const rules: readonly {
  readonly input: Reason['input']
  readonly says: (inputs: Inputs) => Availability | undefined
  readonly why: (inputs: Inputs) => string
}[] = [
  {
    input: 'sign-in',
    says: ({ signedIn }) => (signedIn ? undefined : 'offline'),
    why: ({ signedIn }) => (signedIn ? 'The person is signed in.' : 'The person is not signed in anywhere.'),
  },
  {
    input: 'choice',
    says: ({ choice }) => (pins.includes(choice) ? (choice as Availability) : undefined),
    why: ({ choice }) =>
      pins.includes(choice)
        ? `The person chose ${choice}, which counts over all else.`
        : 'No choice was made that counts over all else.',
  },
  {
    input: 'calls',
    says: ({ callsUp }) => (callsUp > 0 ? 'on-the-phone' : undefined),
    why: ({ callsUp }) => (callsUp > 0 ? `Calls are up: ${callsUp}.` : 'No call is up.'),
  },
  {
    input: 'calendar',
    says: ({ calendar }) => calendar?.says,
    why: ({ calendar }) =>
      calendar ? `The calendar says ${calendar.says} until ${calendar.until}.` : 'The calendar says nothing now.',
  },
  {
    input: 'choice',
    says: ({ choice }) => (choice === 'automatic' || pins.includes(choice) ? undefined : (choice as Availability)),
    why: ({ choice }) => (choice === 'automatic' ? 'Nothing is chosen.' : `The person chose ${choice}.`),
  },
  {
    input: 'idle',
    says: ({ idleIsAway }) => (idleIsAway ? 'away' : undefined),
    why: ({ idleSince }) =>
      idleSince === undefined ? 'Somebody is there.' : `Nobody has touched anything since ${idleSince}.`,
  },
]

export function compose(inputs: Inputs): { readonly own: Presence; readonly reasons: Reason[] } {
  let availability: Availability | undefined
  const reasons = rules.map(({ input, says, why }): Reason => {
    const said = says(inputs)
    const counts = availability === undefined && said !== undefined
    if (counts) availability = said
    return { input, ...(said === undefined ? {} : { says: said }), why: why(inputs), counts }
  })
  const { note, idleSince } = inputs
  return {
    own: {
      availability: availability ?? 'available',
      ...(note === undefined || note === '' ? {} : { note }),
      // Who is away by choice or in a meeting may sit at the keyboard: idle time is told beside it, never instead.
      ...(idleSince === undefined || availability === 'offline' ? {} : { idleSince }),
    },
    reasons,
  }
}
