// The people that are known, by address: the only place that decides what a contact is.
import type { Contact, ContactNumber, ContactRequest, DirectoryEntry, Presence } from '@openparley/contract'
import { merged } from './merged.ts'
import type { ContactsEvent, Listed } from './port.ts'

export interface People {
  readonly listed: Map<string, Listed>
  /** By address, then by source: a person may be known of by several. */
  readonly presences: Map<string, Map<string, Presence>>
  /** The names of their pictures, by address. */
  readonly photos: Map<string, string>
  /** What a directory has of them, by address. */
  readonly known: Map<string, DirectoryEntry>
  /** Whose number it is by a directory, by all its digits. */
  readonly byDigits: Map<string, Set<string>>
  /** The numbers of calls with them, by address, the last one first. */
  readonly called: Map<string, readonly ContactNumber[]>
  readonly requests: Map<string, ContactRequest>
  readonly blocked: Set<string>
  current: boolean
}

/** What is different, for whoever must be told. */
export type Told =
  | { readonly contact: string }
  | { readonly removed: string }
  | { readonly request: ContactRequest }
  | { readonly requestOver: string }
  | { readonly current: boolean }

export function nobody(): People {
  return {
    listed: new Map(),
    presences: new Map(),
    photos: new Map(),
    known: new Map(),
    byDigits: new Map(),
    called: new Map(),
    requests: new Map(),
    blocked: new Set(),
    current: false,
  }
}

/** Takes in what happened; what it changes is returned. */
export function take(people: People, event: ContactsEvent): Told[] {
  const { listed, presences, requests, blocked } = people
  switch (event.type) {
    case 'list': {
      const before = new Map(listed)
      listed.clear()
      for (const each of event.contacts.slice(0, most)) listed.set(each.address, each)
      const told: Told[] = [...before.keys()].filter((address) => !listed.has(address)).map((removed) => ({ removed }))
      for (const [address, each] of listed)
        if (JSON.stringify(before.get(address)) !== JSON.stringify(each)) told.push({ contact: address })
      if (!people.current) told.push({ current: true })
      people.current = true
      return told
    }
    case 'listed':
      if (!listed.has(event.contact.address) && listed.size >= most) return []
      listed.set(event.contact.address, event.contact)
      return [{ contact: event.contact.address }]
    case 'unlisted':
      return listed.delete(event.address) ? [{ removed: event.address }] : []
    case 'presence': {
      const { address, source, presence } = event
      // Only of those on the list is anything kept: others would fill the memory.
      if (!listed.has(address)) return []
      const known = presences.get(address) ?? new Map<string, Presence>()
      const before = JSON.stringify(merged(known.values()))
      if (presence && (known.has(source) || known.size < mostSources)) known.set(source, presence)
      else if (!presence) known.delete(source)
      if (known.size > 0) presences.set(address, known)
      else presences.delete(address)
      return JSON.stringify(merged(known.values())) === before ? [] : [{ contact: address }]
    }
    case 'photo': {
      const { address, photo } = event
      if (!listed.has(address) || people.photos.get(address) === photo) return []
      if (photo === undefined) people.photos.delete(address)
      else people.photos.set(address, photo)
      return [{ contact: address }]
    }
    case 'known': {
      const { address, entry } = event
      if (!listed.has(address) || JSON.stringify(people.known.get(address)) === JSON.stringify(entry)) return []
      for (const digits of digitsIn(people.known.get(address))) people.byDigits.get(digits)?.delete(address)
      for (const digits of digitsIn(entry)) {
        const those = people.byDigits.get(digits)
        if (those) those.add(address)
        else people.byDigits.set(digits, new Set([address]))
      }
      if (entry) people.known.set(address, entry)
      else people.known.delete(address)
      return [{ contact: address }]
    }
    case 'called': {
      const { address, number } = event
      const before = people.called.get(address) ?? []
      if (before.some((each) => each.number === number.number)) return []
      // Also of those whose list is not there yet.
      if (!people.called.has(address) && people.called.size >= mostCalled) return []
      people.called.set(address, [number, ...before].slice(0, mostNumbers))
      return listed.has(address) ? [{ contact: address }] : []
    }
    case 'request':
      if (requests.size >= mostRequests || blocked.has(event.request.from)) return []
      requests.set(event.request.from, event.request)
      return [{ request: event.request }]
    case 'request-over':
      return requests.delete(event.address) ? [{ requestOver: event.address }] : []
    case 'blocked': {
      const before = new Set(blocked)
      blocked.clear()
      for (const address of event.addresses.slice(0, most)) blocked.add(address)
      const different = [...before, ...blocked].filter((address) => before.has(address) !== blocked.has(address))
      return [...new Set(different)].filter((address) => listed.has(address)).map((contact) => ({ contact }))
    }
    case 'away': {
      const told: Told[] = []
      for (const [address, known] of presences) {
        for (const source of known.keys()) if (source.startsWith(event.source)) known.delete(source)
        if (known.size === 0) presences.delete(address)
        told.push({ contact: address })
      }
      if (people.current) told.push({ current: false })
      people.current = false
      return told
    }
  }
}

/** Those of the group are favourites: it is kept where the list is, and so the same on every machine. */
export function contactOf(people: People, address: string, favourites: string): Contact | undefined {
  const each = people.listed.get(address)
  if (!each) return undefined
  const entry = people.known.get(address)
  const photo = people.photos.get(address) ?? (entry?.hasPhoto ? entry.id : undefined)
  const numbers = numbersOf(people, address)
  return {
    address,
    name: each.name ?? entry?.name ?? address,
    ...(numbers.length === 0 ? {} : { numbers }),
    ...(entry === undefined || entry.mail.length === 0 ? {} : { mail: entry.mail }),
    ...(entry?.title === undefined ? {} : { title: entry.title }),
    ...(entry?.organisation === undefined ? {} : { organisation: entry.organisation }),
    groups: each.groups.filter((group) => group !== favourites),
    favourite: each.groups.includes(favourites),
    sees: each.sees,
    blocked: people.blocked.has(address),
    ...(photo === undefined ? {} : { photo }),
    presence: merged(people.presences.get(address)?.values() ?? []),
  }
}

function digitsIn(entry: DirectoryEntry | undefined): Set<string> {
  return new Set((entry?.numbers ?? []).flatMap((each) => [digitsOf(each), digitsOf({ number: each.number })]))
}

/** The directory’s first, then those of calls that it does not have. */
function numbersOf(people: People, address: string): ContactNumber[] {
  const listed = (people.known.get(address)?.numbers ?? []).map((each) => ({ ...each, from: 'directory' as const }))
  const known = new Set(listed.map(digitsOf))
  const called = (people.called.get(address) ?? []).filter((each) => !known.has(digitsOf(each)))
  return [...listed, ...called].slice(0, mostNumbers)
}

export function digitsOf({ number, e164 }: { readonly number: string; readonly e164?: string | undefined }): string {
  return (e164 ?? number).replaceAll(/\D/g, '')
}

const mostCalled = 5000
const mostNumbers = 32
const most = 50_000
const mostSources = 32
const mostRequests = 1000
