// How reachable somebody is: a mark of a shape of its own, and the word.
import type { JSX } from 'preact'
import { peopleMessages } from './people-messages.ts'
import type { Availability } from './people-model.ts'

export function AvailabilityMark({ is }: { readonly is: Availability }): JSX.Element {
  return (
    <svg class={`availability is-${is}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {shapes[is]}
    </svg>
  )
}

/** Available · At my desk */
export function availabilityText({
  availability,
  note,
}: {
  availability: Availability
  note?: string | undefined
}): string {
  return [peopleMessages.availability[availability], note].filter(Boolean).join(' · ')
}

const disc = <circle cx="8" cy="8" r="7" fill="currentColor" />
const ring = <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" />
const square = <rect x="1" y="1" width="14" height="14" rx="2" fill="currentColor" />
const cut = (d: string): JSX.Element => <path d={d} fill="none" stroke="var(--card)" stroke-width="2" />

const shapes: Readonly<Record<Availability, JSX.Element>> = {
  available: (
    <>
      {disc}
      {cut('M4.5 8.2 7 10.7 11.5 5.8')}
    </>
  ),
  busy: square,
  'on-the-phone': (
    <>
      {square}
      {cut('M5 4v2.5a5 5 0 0 0 5 5h2')}
    </>
  ),
  'in-a-meeting': (
    <>
      {square}
      {cut('M4 6h8M4 10h8')}
    </>
  ),
  presenting: (
    <>
      {square}
      {cut('M6 4.5 11 8l-5 3.5z')}
    </>
  ),
  'do-not-disturb': (
    <>
      {disc}
      {cut('M4 8h8')}
    </>
  ),
  away: (
    <>
      {ring}
      <path d="M8 4.5V8l2.5 2" fill="none" stroke="currentColor" stroke-width="1.5" />
    </>
  ),
  vacation: <path d="M8 1 15 8 8 15 1 8z" fill="none" stroke="currentColor" stroke-width="2" />,
  offline: ring,
  unknown: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="2 2.7" />,
}
