// Contacts: what the list says and what is known of each person, as one thing.
import {
  type ChangeOf,
  type Contact,
  ParleyError,
  type Party,
  type Photo,
  type Settings,
  type services,
  type StateOf,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'
import type { World } from '../../runtime/world.ts'
import type { ContactsEvent, ContactsPort } from './port.ts'
import { contactOf, digitsOf, nobody, take, type Told } from './state.ts'
import { cardNumbers } from './ways.ts'

type Service = (typeof services)['contacts']

export interface ContactsService extends ServiceBody<Service> {
  readonly state: Broadcast<StateOf<Service>, ChangeOf<Service>>
  take(event: ContactsEvent): void
  /** How the contact of that address is called; undefined: it is no contact. Throws `contact-no-number`. */
  reach(address: string): string | undefined
  /** The contact that this side of a call is. */
  personAt(party: Party): string | undefined
  /** Numbers and names by which the contact is called, as far as is known soon. */
  waysTo(address: string): Promise<readonly string[]>
  /** The contacts whose names and addresses have words that begin like all of these: a bounded few. */
  named(words: string): readonly string[]
  /** The contact of that address, as it is shown. */
  contact(address: string): Contact | undefined
  /** The addresses of all contacts. */
  addresses(): readonly string[]
  close(): void
}

export interface ContactsNeeds {
  /** The list that is kept; undefined where there is none. */
  readonly port: () => ContactsPort | undefined
  readonly settings: () => Settings
  /** The person’s own address, whose domain they share with those that are called by name. */
  readonly own: () => string | undefined
  /** The picture of that entry in a directory. */
  readonly directoryPhoto: (entry: string) => Promise<Photo | undefined>
}

export function contacts(
  world: World,
  epoch: string,
  { port, settings, own, directoryPhoto }: ContactsNeeds,
): ContactsService {
  const people = nobody()
  const favourites = (): string => settings()['contacts.favouritesGroup']
  const contact = (address: string) => contactOf(people, address, favourites())
  const state = broadcast<StateOf<Service>, ChangeOf<Service>>(epoch, () => ({
    contacts: [...people.listed.keys()].flatMap((address) => contact(address) ?? []),
    requests: [...people.requests.values()],
    current: people.current,
  }))
  const tell = (told: Told): void => {
    if ('contact' in told) {
      const whole = contact(told.contact)
      if (whole) state.publish({ type: 'contact', contact: whole })
    } else if ('removed' in told) state.publish({ type: 'removed', address: told.removed })
    else if ('request' in told) state.publish({ type: 'request', request: told.request })
    else if ('requestOver' in told) state.publish({ type: 'requestOver', from: told.requestOver })
    else state.publish({ type: 'current', current: told.current })
  }
  const numbersOf = cardNumbers(world.clock, port)
  const reach = (address: string): string | undefined => {
    const to = lower(address)
    if (!people.listed.has(to)) return undefined
    const how = settings()['contacts.reach']
    if (how === 'address') return `sip:${to}`
    const name = how === 'user' ? nameAt(to, domainOf(own())) : undefined
    if (name === undefined) throw new ParleyError('contact-no-number', address)
    return name
  }
  const list = (): ContactsPort => {
    const there = port()
    if (!there) throw new ParleyError('contacts-unavailable', 'no server keeps a list of contacts')
    return there
  }
  const known = (address: string) => {
    const each = people.listed.get(lower(address))
    if (!each) throw new ParleyError('contact-unknown', address)
    return each
  }
  const show = (event: ContactsEvent): void => {
    for (const told of take(people, event)) tell(told)
  }
  /** The one who has that number by the directory; nobody where several have it: it is a whole house’s. */
  const withNumber = (number: string): string | undefined => {
    const digits = digitsOf({ number })
    if (digits.length < leastDigits || /[^+\d\s().-]/.test(number)) return undefined
    const [one, ...others] = people.byDigits.get(digits) ?? []
    return one !== undefined && others.length === 0 && people.listed.has(one) ? one : undefined
  }
  /** Of those whom the person asked it is no question what they ask. */
  const isAwaited = (from: string): boolean => {
    const sees = people.listed.get(from)?.sees
    return settings()['contacts.seeBack'] && (sees === 'asked' || sees === 'to')
  }
  const accept = async (from: string): Promise<void> => list().accept(from)
  return {
    state,
    take: (event) => {
      if (event.type === 'request' && isAwaited(event.request.from)) {
        // Where it does not come to that, the person is asked as by anybody else.
        accept(event.request.from).catch(() => show(event))
      } else show(event)
    },
    reach,
    contact: (address) => contact(lower(address)),
    addresses: () => [...people.listed.keys()],
    personAt: ({ number, uri }) => {
      const domain = domainOf(own())
      const byName = settings()['contacts.reach'] === 'user' && domain !== undefined ? `${lower(number)}@${domain}` : ''
      const named = [addressIn(uri ?? number), byName].find((address) => people.listed.has(address))
      return named ?? withNumber(number)
    },
    waysTo: async (address) => {
      const to = lower(address)
      if (!people.listed.has(to)) return []
      const name = settings()['contacts.reach'] === 'none' ? undefined : nameAt(to, domainOf(own()))
      const known = contact(to)?.numbers?.map(({ number }) => number) ?? []
      return [...(name === undefined ? [] : [name]), ...known, ...(await numbersOf(to))]
    },
    named: (words) => {
      const begun = wordsIn(words)
      if (begun.length === 0) return []
      return [...people.listed.values()]
        .filter(({ address, name = '' }) => {
          const own = wordsIn(`${name} ${address}`)
          return begun.every((word) => own.some((each) => each.startsWith(word)))
        })
        .slice(0, mostNamed)
        .map(({ address }) => address)
    },
    close: () => state.close(),
    handlers: {
      add: async ({ address, name, groups = [] }) => {
        const to = lower(address)
        await list().put({ address: to, name, groups })
        await list().ask(to)
        return {}
      },
      update: async ({ address, name, groups, favourite }) => {
        const before = known(address)
        const isFavourite = favourite ?? before.groups.includes(favourites())
        const plain = (groups ?? before.groups).filter((group) => group !== favourites())
        await list().put({
          address: before.address,
          name: name ?? before.name,
          groups: isFavourite ? [...plain, favourites()] : plain,
        })
        return {}
      },
      remove: async ({ address }) => {
        await list().remove(known(address).address)
        return {}
      },
      card: async ({ address }) => {
        const card = await list().card(lower(address))
        if (!card) throw new ParleyError('contact-no-card', address)
        return { card }
      },
      photo: async ({ address }) => {
        const { address: of } = known(address)
        const id = people.photos.get(of)
        const entry = people.known.get(of)
        const own = id === undefined ? undefined : await list().photo(of, id)
        const photo = own ?? (entry?.hasPhoto ? await directoryPhoto(entry.id).catch(() => undefined) : undefined)
        if (!photo) throw new ParleyError('contact-no-photo', address)
        return { photo }
      },
      publishCard: async ({ card }) => {
        await list().publishCard(card)
        return {}
      },
      publishPhoto: async ({ photo }) => {
        await list().publishPhoto(photo)
        return {}
      },
      accept: async ({ address }) => {
        const from = lower(address)
        if (!people.requests.has(from) && !people.listed.has(from)) throw new ParleyError('contact-unknown', address)
        await list().accept(from)
        for (const told of take(people, { type: 'request-over', address: from })) tell(told)
        const sees = people.listed.get(from)?.sees ?? 'none'
        if (sees === 'none' || sees === 'from') await list().ask(from)
        return {}
      },
      decline: async ({ address }) => {
        const from = lower(address)
        if (!people.requests.has(from) && !people.listed.has(from)) throw new ParleyError('contact-unknown', address)
        await list().decline(from)
        for (const told of take(people, { type: 'request-over', address: from })) tell(told)
        return {}
      },
      block: async ({ address }) => {
        await list().block(lower(address))
        return {}
      },
      unblock: async ({ address }) => {
        await list().unblock(lower(address))
        return {}
      },
    },
  }
}

const domainOf = (address: string | undefined): string | undefined => address?.split('@')[1]

/** The name that the address has in that domain. */
function nameAt(address: string, domain: string | undefined): string | undefined {
  const [name, of] = address.split('@')
  return of === domain ? name : undefined
}

/** Of a SIP address the part that is a person’s. */
function addressIn(uri: string): string {
  return lower(uri.replace(/^sips?:/i, '').split(/[;?]/)[0] as string)
}

const wordsIn = (text: string): string[] => lower(text).match(/[\p{L}\p{N}]+/gu) ?? []
const mostNamed = 50

const lower = (address: string): string => address.toLowerCase()

/** A shorter number is somebody’s inside of one house, and another’s in the next. */
const leastDigits = 3
