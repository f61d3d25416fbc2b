// The person's availability over XMPP: <presence/> (RFC 6121 §4), idle time (XEP-0319), and what they do by PEP (XEP-0108).
import type { Availability, Presence } from '@openparley/contract'
import { capabilities, type Stanza, type XmppLink, xml } from '../../links/xmpp/index.ts'
import type { PresencePort } from '../../services/presence/port.ts'

/** `published`: whether the server tells others. */
export function xmppPresence(link: XmppLink, published: (is: boolean) => void): PresencePort {
  let own: Presence | undefined
  let activity: string | undefined
  const tell = (): void => {
    if (!own) return
    link.send(stanzaOf(own))
    const now = activities[own.availability]
    // Whoever was never busy with anything has nothing to take back.
    if (now?.join() === activity) return
    activity = now?.join()
    link.ask('set', undefined, published108(now)).catch(() => {
      // A server without PEP: what the presence itself says must do.
    })
  }
  link.use({
    online: (resumed) => {
      if (!resumed) {
        activity = undefined
        tell()
      }
      published(true)
    },
    offline: () => published(false),
  })
  return {
    publish: (next) => {
      own = next
      tell()
    },
  }
}

function stanzaOf({ availability, note, idleSince }: Presence): Stanza {
  if (availability === 'offline')
    return xml('presence', { type: 'unavailable' }, note === undefined ? undefined : xml('status', {}, note))
  const show = shows[availability]
  return xml(
    'presence',
    {},
    show === undefined ? undefined : xml('show', {}, show),
    // Others of ours are told the very word, which <show/> has no room for.
    xml('availability', { xmlns: 'urn:openparley:availability:0' }, availability),
    note === undefined ? undefined : xml('status', {}, note),
    idleSince === undefined ? undefined : xml('idle', { xmlns: 'urn:xmpp:idle:1', since: idleSince }),
    capabilities(),
  )
}

function published108(activity: readonly [string, string] | undefined): Stanza {
  const ns = 'http://jabber.org/protocol/activity'
  const item = activity
    ? xml('activity', { xmlns: ns }, xml(activity[0], {}, xml(activity[1])))
    : xml('activity', { xmlns: ns })
  return xml(
    'pubsub',
    { xmlns: 'http://jabber.org/protocol/pubsub' },
    xml('publish', { node: ns }, xml('item', { id: 'current' }, item)),
  )
}

/** RFC 6121 §4.7.2.1; available has none. */
const shows: Partial<Record<Availability, string>> = {
  'do-not-disturb': 'dnd',
  presenting: 'dnd',
  'on-the-phone': 'away',
  'in-a-meeting': 'away',
  busy: 'dnd',
  away: 'away',
  vacation: 'xa',
}

/** XEP-0108 §2: the general and the specific. */
const activities: Partial<Record<Availability, readonly [string, string]>> = {
  'on-the-phone': ['talking', 'on_the_phone'],
  'in-a-meeting': ['working', 'in_a_meeting'],
  presenting: ['working', 'in_a_meeting'],
  vacation: ['inactive', 'on_vacation'],
}
