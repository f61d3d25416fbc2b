// What several sources know of one person, as one.
import { availabilities, type Presence } from '@openparley/contract'

/** What several sources know of one person, as one: what counts most is first in the contract's order. */
export function merged(sources: Iterable<Presence>): Presence {
  const all = [...sources].sort((a, b) => rank(a) - rank(b))
  const [first] = all
  if (!first) return { availability: 'unknown' }
  const note = all.find((each) => each.note !== undefined)?.note
  const can = [...new Set(all.flatMap((each) => each.can ?? []))]
  const lastSeen = all
    .flatMap((each) => each.lastSeen ?? [])
    .sort()
    .at(-1)
  return {
    availability: first.availability,
    ...(note === undefined ? {} : { note }),
    ...(first.idleSince === undefined ? {} : { idleSince: first.idleSince }),
    ...(first.availability === 'offline' && lastSeen !== undefined ? { lastSeen } : {}),
    ...(can.length === 0 ? {} : { can }),
  }
}

const rank = ({ availability }: Presence): number => availabilities.indexOf(availability)
