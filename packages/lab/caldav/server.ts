// The lab's server of calendars and address books: CalDAV and CardDAV over HTTPS on loopback, one of each for each person, empty at the start.
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isXml, readXml } from '@openparley/protocols/common'
import { type Comings, httpsComings } from '../comings.ts'
import type { FaultSet } from '../faults.ts'
import {
  askedIn,
  calendarProperties,
  entryProperties,
  type Found,
  freeBusy,
  href,
  multistatus,
  rangeIn,
} from './answers.ts'
import { bookProperties, bookReport, cardProperties } from '../carddav/answers.ts'
import { Collection } from './collection.ts'
import { within as eventsWithin } from './times.ts'

export interface CalendarServerOptions {
  readonly people: readonly string[]
  readonly domain: string
  readonly passwordOf: (person: string) => string | undefined
  readonly tls: { readonly key: string; readonly cert: string }
  /** Whose certificate that is, for people's settings. */
  readonly ca: string
  readonly faults: FaultSet
}

export interface CalendarServer extends Pick<Comings, 'go' | 'comeBack' | 'close'> {
  readonly address: string
  settings(person: string): Readonly<Record<string, unknown>>
  /** The same for their address book. */
  bookSettings(person: string): Readonly<Record<string, unknown>>
  /** An event, as a calendar program writes it: BEGIN:VCALENDAR … The same name is the same event. */
  put(person: string, ics: string, name?: string): void
  remove(person: string, name?: string): void
  /** A card, as an address book writes it: BEGIN:VCARD … The same name is the same card. */
  putCard(person: string, vcard: string, name?: string): void
  removeCard(person: string, name?: string): void
  /** What was asked: method and path, the last thousand. */
  asked(): readonly string[]
}

interface Answer {
  readonly status: number
  readonly body?: string
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

export async function openCalendarServer(options: CalendarServerOptions): Promise<CalendarServer> {
  const { people, passwordOf, tls, ca, faults } = options
  const calendars = new Map(people.map((person) => [person, new Collection()]))
  const books = new Map(people.map((person) => [person, new Collection()]))
  const asked: string[] = []
  const server = await httpsComings({
    tls,
    answer: (request, response) => {
      asked.push(`${request.method} ${request.url}`)
      if (asked.length > mostAsked) asked.shift()
      if (faults.has('calendar-silent')) return
      void answered(request, response, { ...options, calendars, books })
    },
  })
  if (faults.has('calendar-gone')) await server.go()
  const of = (all: ReadonlyMap<string, Collection>, person: string): Collection => {
    const found = all.get(person)
    if (!found) throw new Error(`There is nobody named ${person}.`)
    return found
  }
  const address = `https://127.0.0.1:${server.ports[0]}`
  return {
    address,
    settings: (person) => ({
      'calendar.servers': [address],
      'calendar.user': person,
      'calendar.password': passwordOf(person),
      'calendar.tls.ca': ca,
      'calendar.pollS': 5,
    }),
    put: (person, ics, name = usualName) => {
      if (!ics.includes('BEGIN:VCALENDAR') || !of(calendars, person).put(name, ics))
        throw new Error('An event begins with BEGIN:VCALENDAR and is of a usual size.')
    },
    remove: (person, name = usualName) => void of(calendars, person).remove(name),
    bookSettings: (person) => ({
      'directory.carddav.servers': [address],
      'directory.carddav.user': person,
      'directory.carddav.password': passwordOf(person),
      'directory.carddav.tls.ca': ca,
      'directory.carddav.pollS': 5,
    }),
    putCard: (person, vcard, name = usualCard) => {
      if (!vcard.includes('BEGIN:VCARD') || !of(books, person).put(name, vcard))
        throw new Error('A card begins with BEGIN:VCARD and is of a usual size.')
    },
    removeCard: (person, name = usualCard) => void of(books, person).remove(name),
    asked: () => [...asked],
    go: server.go,
    comeBack: server.comeBack,
    close: server.close,
  }
}

interface House extends CalendarServerOptions {
  readonly calendars: ReadonlyMap<string, Collection>
  readonly books: ReadonlyMap<string, Collection>
}

async function answered(request: IncomingMessage, response: ServerResponse, house: House): Promise<void> {
  const body = await bodyOf(request).catch(() => undefined)
  const {
    status,
    body: said = '',
    type = 'application/xml; charset=utf-8',
    headers = {},
  } = body === undefined ? { status: 413 } : answerTo(request, body, house)
  response.writeHead(status, { 'content-type': type, dav: '1, calendar-access, addressbook', ...headers })
  response.end(said)
}

function answerTo(request: IncomingMessage, body: string, house: House): Answer {
  const { faults } = house
  const path = (request.url ?? '/').replace(/\?.*$/, '')
  if (faults.has('calendar-elsewhere')) return { status: 301, headers: { location: 'https://elsewhere.example/dav/' } }
  if (path === '/.well-known/caldav' || path === '/.well-known/carddav')
    return { status: 301, headers: { location: '/dav/' } }
  if (faults.has('calendar-error')) return { status: 500 }
  if (faults.has('calendar-overload')) return { status: 503 }
  if (faults.has('calendar-forbidden')) return { status: 403 }
  if (faults.has('calendar-html')) return { status: 200, type: 'text/html', body: '<!DOCTYPE html><p>Welcome!' }
  const person = personOf(request, house)
  if (person === undefined || faults.has('calendar-refused'))
    return { status: 401, headers: { 'www-authenticate': 'Basic realm="lab"' } }
  const kind = path.startsWith(`/dav/${person}/contacts/`) ? 'contacts' : 'calendar'
  const collection = (kind === 'contacts' ? house.books : house.calendars).get(person) as Collection
  const at = `/dav/${person}/${kind}/`
  const [, name] = path.startsWith(at) ? (/^([\w.@-]{1,200})$/.exec(path.slice(at.length)) ?? []) : []
  switch (request.method) {
    case 'PROPFIND':
      return properties(path, person, request.headers.depth === '1', body, house)
    case 'REPORT':
      if (path !== at) return { status: 404 }
      return kind === 'contacts' ? reportOfBook(collection, at, body) : report(collection, at, body, faults)
    case 'GET':
    case 'PUT':
    case 'DELETE':
      return name === undefined ? { status: 404 } : kept(request.method, collection, name, body, kind)
    default:
      return { status: 405 }
  }
}

function properties(path: string, person: string, isDeep: boolean, body: string, house: House): Answer {
  const root = readXml(body)
  if (!isXml(root) || root.local !== 'propfind') return { status: 400 }
  const { faults, calendars, books, domain } = house
  const home = `/dav/${person}/`
  const elsewhere = faults.has('calendar-stray') ? 'https://elsewhere.example' : ''
  const whose = { 'd:current-user-principal': [href(home)], 'd:resourcetype': [] }
  const principal = {
    ...whose,
    'd:resourcetype': [],
    'c:calendar-home-set': [href(elsewhere + home)],
    'a:addressbook-home-set': [href(elsewhere + home)],
    'c:calendar-user-address-set': [href(`mailto:${person}@${domain}`), href(home)],
  }
  const own = calendars.get(person)
  const calendar: Found[] =
    own && !faults.has('calendar-none')
      ? [{ href: `${home}calendar/`, has: { ...whose, ...calendarProperties(own, !faults.has('calendar-no-tags')) } }]
      : []
  const ownBook = books.get(person) as Collection
  const book: Found[] = faults.has('calendar-none')
    ? []
    : [{ href: `${home}contacts/`, has: { ...whose, ...bookProperties(ownBook) } }]
  const cards = isDeep
    ? ownBook.all().map((card) => ({ href: `${home}contacts/${card.name}`, has: cardProperties(card) }))
    : []
  const found: readonly Found[] =
    path === '/' || path === '/dav/'
      ? [{ href: path, has: whose }]
      : path === home
        ? [{ href: home, has: principal }, ...(isDeep ? [...calendar, ...book] : [])]
        : path === `${home}contacts/`
          ? [...book, ...cards]
          : calendar.filter((each) => each.href === path)
  return found.length === 0 ? { status: 404 } : { status: 207, body: multistatus(found, askedIn(root)) }
}

function reportOfBook(book: Collection, at: string, body: string): Answer {
  const root = readXml(body)
  return isXml(root) ? bookReport(root, book, at) : { status: 400 }
}

function report(calendar: Collection, at: string, body: string, faults: FaultSet): Answer {
  const root = readXml(body)
  if (!isXml(root)) return { status: 400 }
  const within = eventsWithin(calendar, rangeIn(root) ?? { fromMs: -Infinity, untilMs: Infinity })
  if (root.local === 'free-busy-query') return { status: 200, type: 'text/calendar', body: freeBusy(within) }
  if (root.local !== 'calendar-query') return { status: 403 }
  if (faults.has('calendar-no-reading')) return { status: 403 }
  if (faults.has('calendar-huge')) return { status: 207, body: `<x>${' '.repeat(20_000_000)}</x>` }
  const found = within.map((entry) => ({ href: at + entry.name, has: entryProperties(entry) }))
  return { status: 207, body: multistatus(found, askedIn(root)) }
}

function kept(
  method: 'GET' | 'PUT' | 'DELETE',
  calendar: Collection,
  name: string,
  body: string,
  kind: 'calendar' | 'contacts',
): Answer {
  const before = calendar.at(name)
  if (method === 'PUT') {
    if (!body.includes(kind === 'contacts' ? 'BEGIN:VCARD' : 'BEGIN:VCALENDAR')) return { status: 415 }
    return calendar.put(name, body) ? { status: before ? 204 : 201 } : { status: 507 }
  }
  if (!before) return { status: 404 }
  if (method === 'GET')
    return {
      status: 200,
      type: kind === 'contacts' ? 'text/vcard' : 'text/calendar',
      body: before.text,
      headers: { etag: before.etag },
    }
  calendar.remove(name)
  return { status: 204 }
}

/** Whose name and password the request bears; undefined: nobody's. */
function personOf(request: IncomingMessage, { passwordOf, calendars }: House): string | undefined {
  const [, given = ''] = /^Basic ([\w+/=]{1,4096})$/.exec(request.headers.authorization ?? '') ?? []
  const [, name = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(given, 'base64').toString()) ?? []
  const [right, said] = [passwordOf(name) ?? '', password].map((each) => Buffer.from(each))
  if (!calendars.has(name) || right?.length === 0 || right?.length !== said?.length) return undefined
  return timingSafeEqual(right as Buffer, said as Buffer) ? name : undefined
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > largestBody) throw new Error('too large')
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

const usualName = 'event.ics'
const usualCard = 'card.vcf'
const largestBody = 1_000_000
const mostAsked = 1000
