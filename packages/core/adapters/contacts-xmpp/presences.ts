// What <presence/> and PEP say of somebody (RFC 6121 §4.7, XEP-0319, XEP-0108).
import { availabilities, type Availability, type Presence } from '@openparley/contract'
import type { Stanza } from '../../links/xmpp/index.ts'

export function presenceIn(stanza: Stanza, activity: Availability | undefined, at: string): Presence {
  const note = stanza.getChildText('status')?.slice(0, 1024)
  if (stanza.attrs['type'] === 'unavailable')
    return { availability: 'offline', lastSeen: at, ...(note === undefined || note === '' ? {} : { note }) }
  const show = stanza.getChildText('show') ?? ''
  const said = stanza.getChildText('availability', 'urn:openparley:availability:0')
  const exact = availabilities.find((each) => each === said && each !== 'unknown' && each !== 'offline')
  const idleSince = timeIn(stanza.getChild('idle', 'urn:xmpp:idle:1')?.attrs['since'])
  const plain: Availability = Object.hasOwn(ofShow, show) ? (ofShow[show] as Availability) : 'available'
  return {
    // Who does not wish to be disturbed does not, whatever they do.
    availability: exact ?? (plain === 'do-not-disturb' ? plain : (activity ?? plain)),
    ...(note === undefined || note === '' ? {} : { note }),
    ...(idleSince === undefined ? {} : { idleSince }),
    can: ['chat'],
  }
}

/** Of an activity that is published; undefined: none that says how reachable somebody is. */
export function activityIn(item: Stanza | undefined): Availability | undefined {
  const activity = item?.getChild('activity', 'http://jabber.org/protocol/activity')
  const general = activity?.getChildElements()[0]
  const specific = general?.getChildElements()[0]?.name ?? ''
  return Object.hasOwn(ofActivity, specific) ? ofActivity[specific] : undefined
}

function timeIn(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

const ofShow: Readonly<Record<string, Availability>> = {
  away: 'away',
  xa: 'away',
  dnd: 'do-not-disturb',
  chat: 'available',
}

const ofActivity: Readonly<Record<string, Availability>> = {
  on_the_phone: 'on-the-phone',
  on_video_phone: 'on-the-phone',
  in_a_meeting: 'in-a-meeting',
  on_vacation: 'vacation',
}
