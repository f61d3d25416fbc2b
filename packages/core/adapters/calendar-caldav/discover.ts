// From a server's address to the person's calendars: RFC 6764 where only a server is named, RFC 5397 and 4791 from there.
import { type Ask, CalendarFailure } from './asking.ts'
import { askCalendars, askPrincipal, askWhose, children, hrefIn, type Resource } from './dav.ts'

/** Where calendars are listed: below a home, or the one that the settings name. */
export interface Home {
  readonly url: URL
  readonly depth: 0 | 1
  /** Whose answers in them count. */
  readonly addresses: readonly string[]
}

export interface Calendar {
  readonly url: URL
  /** Another one when anything in it has changed; undefined: the server does not tell. */
  readonly tag: string | undefined
}

export async function findHome(ask: Ask, server: URL): Promise<Home> {
  const ways = server.pathname === '/' ? [new URL('/.well-known/caldav', server), server] : [server]
  for (const url of ways) {
    const self = await whose(ask, url, ways.length > 1 && url !== server)
    if (!self) continue
    if (isCalendar(self)) return { url, depth: 0, addresses: [] }
    const principal = hrefIn(self.property('dav', 'current-user-principal'))
    const [person] =
      principal === undefined
        ? []
        : ((await ask.resources({
            url: addressIn(principal, url),
            method: 'PROPFIND',
            depth: 0,
            body: askPrincipal,
          })) ?? [])
    const home = [person, self].map((each) => hrefIn(each?.property('caldav', 'calendar-home-set'))).find(Boolean)
    if (home !== undefined) return { url: addressIn(home, url), depth: 1, addresses: addressesOf(person) }
    // Below an address that the settings name there may be calendars without more being said.
    if (server.pathname !== '/') return { url, depth: 1, addresses: addressesOf(person) }
  }
  throw new CalendarFailure('calendar-none-found')
}

/** Of a place that is only tried, a refusal says nothing: servers guard what they do not have. */
async function whose(ask: Ask, url: URL, isTried: boolean): Promise<Resource | undefined> {
  try {
    return (await ask.resources({ url, method: 'PROPFIND', depth: 0, body: askWhose }))?.[0]
  } catch (thrown) {
    const isRefused = thrown instanceof CalendarFailure && triedInVain.includes(thrown.error.code)
    if (isTried && isRefused) return undefined
    throw thrown
  }
}

/** Undefined: the home is not there any more. */
export async function listCalendars(ask: Ask, { url, depth }: Home): Promise<Calendar[] | undefined> {
  const resources = await ask.resources({ url, method: 'PROPFIND', depth, body: askCalendars })
  return resources
    ?.filter((each) => isCalendar(each) && hasEvents(each) && takesTime(each))
    .slice(0, mostCalendars)
    .map((each) => {
      const tag = each.property('server', 'getctag') ?? each.property('dav', 'sync-token')
      return { url: addressIn(each.href, url), tag: tag && JSON.stringify(tag.content) }
    })
}

function addressIn(href: string, base: URL): URL {
  if (!URL.canParse(href, base.href)) throw new CalendarFailure('server-garbled', 'an address that is none')
  return new URL(href, base)
}

function isCalendar(resource: Resource): boolean {
  const type = resource.property('dav', 'resourcetype')
  return type !== undefined && children(type, 'caldav', 'calendar').length > 0
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

function addressesOf(person: Resource | undefined): string[] {
  const set = person?.property('caldav', 'calendar-user-address-set')
  return set
    ? children(set, 'dav', 'href')
        .map(({ content }) => content.join('').trim().toLowerCase())
        .filter((each) => each.startsWith('mailto:'))
        .slice(0, mostAddresses)
    : []
}

const triedInVain: readonly string[] = ['account-forbidden', 'server-garbled', 'server-failed']
const mostCalendars = 32
const mostAddresses = 32
