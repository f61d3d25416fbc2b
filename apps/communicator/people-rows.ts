// The rows of the list of people: who is found, favourites first, under the head of their group.
import type { Contact } from '@openparley/sdk/browser'
import { peopleMessages } from './people-messages.ts'

export type GroupBy = 'availability' | 'group'

/** A head, or a contact and which of all contacts in the list it is, from 1. */
export type Row =
  | { readonly is: 'head'; readonly group: string }
  | { readonly is: 'contact'; readonly group: string; readonly contact: Contact; readonly place: number }

/** Everybody once: a favourite among favourites, who is in several groups in the first. */
export function rowsOf(contacts: Iterable<Contact>, filter: string, by: GroupBy): readonly Row[] {
  const { favourites, noGroup } = peopleMessages.people
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  const found = [...contacts].filter((contact) => isFound(contact, words))
  const groups = Map.groupBy(found, ({ favourite, groups: [first], presence }) =>
    favourite ? favourites : by === 'group' ? (first ?? noGroup) : peopleMessages.availability[presence.availability],
  )
  const order = by === 'group' ? [...groups.keys()].toSorted(inWriting) : availabilities
  const names = new Set([favourites, ...order.filter((name) => name !== noGroup), noGroup])
  const rows: Row[] = []
  let place = 0
  for (const group of names) {
    const members = groups.get(group)
    if (!members) continue
    rows.push({ is: 'head', group })
    for (const contact of members.toSorted((a, b) => inWriting(a.name, b.name) || inWriting(a.address, b.address)))
      rows.push({ is: 'contact', group, contact, place: ++place })
  }
  return rows
}

/** Every group that somebody is in, in writing's order. */
export function groupsOf(contacts: Iterable<Contact>): readonly string[] {
  return [...new Set([...contacts].flatMap(({ groups }) => groups))].toSorted(inWriting)
}

function isFound({ name, address, groups }: Contact, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = [name, address, ...groups].join(' ').toLowerCase()
  return words.every((word) => text.includes(word))
}

const { compare: inWriting } = new Intl.Collator(undefined, { numeric: true })
/** Whoever can be reached first. */
const availabilities: readonly string[] = (
  [
    'available',
    'busy',
    'on-the-phone',
    'in-a-meeting',
    'presenting',
    'do-not-disturb',
    'away',
    'vacation',
    'offline',
    'unknown',
  ] as const
).map((each) => peopleMessages.availability[each])
