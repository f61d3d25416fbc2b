// The people that are known, by address: the only place that decides what a contact is.
import type { Contact, ContactRequest, Presence } from '@openparley/contract'
import { merged } from './merged.ts'
import type { ContactsEvent, Listed } from './port.ts'

export interface People {
  readonly listed: Map<string, Listed>
  /** By address, then by source: a person may be known of by several. */
  readonly presences: Map<string, Map<string, Presence>>
  /** The names of their pictures, by address. */
  readonly photos: Map<string, string>
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
  const photo = people.photos.get(address)
  return {
    address,
    name: each.name ?? address,
    groups: each.groups.filter((group) => group !== favourites),
    favourite: each.groups.includes(favourites),
    sees: each.sees,
    blocked: people.blocked.has(address),
    ...(photo === undefined ? {} : { photo }),
    presence: merged(people.presences.get(address)?.values() ?? []),
  }
}

const most = 50_000
const mostSources = 32
const mostRequests = 1000
