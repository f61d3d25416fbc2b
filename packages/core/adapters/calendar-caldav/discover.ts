// The person's calendars, from what their server says of itself (RFC 4791, 6638).
import {
  addressIn,
  type Ask,
  children,
  type Home,
  type HomeKind,
  isCollection,
  type Resource,
} from '../../links/dav/index.ts'
import { askCalendars } from './queries.ts'

export const calendarHome: HomeKind = {
  wellKnown: 'caldav',
  collection: 'calendar',
  further: ['c:calendar-user-address-set'],
  noneFound: 'calendar-none-found',
}

export interface Calendar {
  readonly url: URL
  /** Another one when anything in it has changed; undefined: the server does not tell. */
  readonly tag: string | undefined
}

/** Undefined: the home is not there any more. */
export async function listCalendars(ask: Ask, { url, depth }: Home): Promise<Calendar[] | undefined> {
  const resources = await ask.resources({ url, method: 'PROPFIND', depth, body: askCalendars })
  return resources
    ?.filter((each) => isCollection(each, 'caldav', 'calendar') && hasEvents(each) && takesTime(each))
    .slice(0, mostCalendars)
    .map((each) => {
      const tag = each.property('server', 'getctag') ?? each.property('dav', 'sync-token')
      return { url: addressIn(each.href, url), tag: tag && JSON.stringify(tag.content) }
    })
}

/** One of tasks alone is none for us. */
function hasEvents(resource: Resource): boolean {
  const kinds = resource.property('caldav', 'supported-calendar-component-set')
  return !kinds || children(kinds, 'caldav', 'comp').some(({ attributes }) => attributes['name'] === 'VEVENT')
}

/** A calendar may say that nothing in it takes the person's time (RFC 6638 §9.1). */
function takesTime(resource: Resource): boolean {
  const says = resource.property('caldav', 'schedule-calendar-transp')
  return !says || children(says, 'caldav', 'transparent').length === 0
}

/** Whose answers in the person's calendars count. */
export function addressesOf({ person }: Home): string[] {
  const set = person?.property('caldav', 'calendar-user-address-set')
  return set
    ? children(set, 'dav', 'href')
        .map(({ content }) => content.join('').trim().toLowerCase())
        .filter((each) => each.startsWith('mailto:'))
        .slice(0, mostAddresses)
    : []
}

const mostCalendars = 32
const mostAddresses = 32
