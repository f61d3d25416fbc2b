// Where a meeting takes place that needs no room: the addresses in an event, the likeliest first.
import type { PlannedPlace } from '../../services/conferences/port.ts'
import type { CalendarEvent } from './occurrences.ts'

/** In that order: what says it is the conference (RFC 7986 §5.11), then where addresses are found that programs wrote there. */
export function placesIn(event: CalendarEvent): PlannedPlace[] {
  const said = event
    .getAllProperties('conference')
    .slice(0, mostProperties)
    .flatMap((property) => {
      const rank = rankOf(property.getParameter('feature') as unknown)
      const address = String(property.getFirstValue())
      return rank === undefined ? [] : [{ address, rank }]
    })
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ address }) => address)
  const mentioned = mentions.flatMap((name) => addressesIn(String(event.getFirstPropertyValue(name) ?? '')))
  const all = [
    ...said.map((address) => ({ address, isSaid: true })),
    ...mentioned.map((address) => ({ address, isSaid: false })),
  ]
  return all
    .filter(({ address }, n) => address.length <= longest && all.findIndex((each) => each.address === address) === n)
    .slice(0, mostPlaces)
}

/** Pictures are better than sound alone; undefined: nobody takes part by it (RFC 7986 §6.3). */
function rankOf(feature: unknown): number | undefined {
  const features = [feature].flat().flatMap((each) =>
    String(each ?? '')
      .toUpperCase()
      .split(','),
  )
  if (features.includes('MODERATOR')) return undefined
  if (features.includes('VIDEO')) return 0
  return features.every((each) => each === '')
    ? 1
    : features.some((each) => each === 'AUDIO' || each === 'SCREEN')
      ? 2
      : undefined
}

/** As text has them: what a sentence puts behind an address is none of it. */
function addressesIn(text: string): string[] {
  const found = text.slice(0, mostText).match(/\b[a-z][a-z0-9+.-]{1,31}:\/\/[^\s<>"\\^`{|}]{1,4096}/gi) ?? []
  return found.slice(0, mostPlaces).map((each) => each.replace(/[).,;:!?\]'*]+$/, ''))
}

/** X-GOOGLE-CONFERENCE, and what Outlook’s servers write. */
const mentions = [
  'x-google-conference',
  'x-microsoft-skypeteamsmeetingurl',
  'x-microsoft-onlinemeetingconflink',
  'url',
  'location',
  'description',
]
const mostProperties = 32
const mostPlaces = 16
const longest = 4096
const mostText = 65_536
