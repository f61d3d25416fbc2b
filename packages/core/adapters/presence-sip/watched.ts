// The people whose presence is asked of the SIP server (RFC 3856): those that are named, each by a subscription, and those of its lists (RFC 4662).
import type { Presence } from '@openparley/contract'
import { ListWatch, type ListedResource, readPidf, readResourceList } from '@openparley/protocols/events'
import type { SubscriptionEvent } from '@openparley/protocols/sip'
import type { SharedLink, SipPart } from '../../links/sip/index.ts'
import type { World } from '../../runtime/world.ts'
import { Subscriptions } from './subscriptions.ts'
import { presenceIn } from './words.ts'

export interface WatchedParts {
  readonly world: World
  readonly link: SharedLink
  readonly part: () => SipPart
  readonly tell: (address: string, presence: Presence | undefined) => void
  /** Others are on the lists than before. */
  readonly listed: () => void
}

/** Somebody of a list. */
export interface Member {
  readonly address: string
  readonly name: string | undefined
}

interface List {
  readonly watch: ListWatch
  /** By the URI that the list has them by. */
  readonly members: Map<string, Member>
}

export class Watched {
  readonly #parts: WatchedParts
  readonly #people: Subscriptions
  readonly #onLists: Subscriptions
  /** What was told last of each address. */
  readonly #presences = new Map<string, Presence>()
  readonly #lists = new Map<string, List>()

  constructor(parts: WatchedParts) {
    this.#parts = parts
    const { world, link, part } = parts
    const asking = { event: 'presence', expiresS }
    this.#people = new Subscriptions({
      ...{ world, link, part },
      asking: { ...asking, accept: pidf },
      notified: (uri, { body }) => this.#take(addressIn(uri), body),
      lost: (uri) => this.#tell(addressIn(uri), undefined),
    })
    this.#onLists = new Subscriptions({
      ...{ world, link, part },
      asking: {
        ...asking,
        accept: `${pidf}, application/rlmi+xml, multipart/related`,
        headers: [['Supported', 'eventlist']],
      },
      notified: (uri, told) => this.#takeList(uri, told),
      lost: (uri) => this.#lose(uri),
    })
  }

  /** Those of the lists, as they are now. */
  get members(): readonly Member[] {
    return [...this.#lists.values()].flatMap(({ members }) => [...members.values()])
  }

  want(addresses: readonly string[], lists: readonly string[]): void {
    this.#people.want(addresses.map((address) => `sip:${address}`))
    this.#onLists.want(lists)
    for (const uri of [...this.#lists.keys()]) if (!lists.includes(uri)) this.#lists.delete(uri)
  }

  ready(is: boolean): void {
    this.#people.ready(is)
    this.#onLists.ready(is)
  }

  end(): void {
    this.#people.end()
    this.#onLists.end()
  }

  /** Tells it all again, to somebody who knows more people than before. */
  again(): void {
    for (const [address, presence] of this.#presences) this.#parts.tell(address, presence)
  }

  event(subscription: string, event: SubscriptionEvent): void {
    this.#people.event(subscription, event)
    this.#onLists.event(subscription, event)
  }

  #take(address: string, body: string): void {
    // Nothing is said while nobody has agreed to it (RFC 3856 §6.6.2), and a body that cannot be read changes nothing.
    const read = readPidf(body)
    if (!read && body.trim() !== '') return
    this.#tell(address, read && presenceIn(read))
  }

  #tell(address: string, presence: Presence | undefined): void {
    if (presence) this.#presences.set(address, presence)
    else this.#presences.delete(address)
    this.#parts.tell(address, presence)
  }

  #takeList(uri: string, { contentType, body }: Extract<SubscriptionEvent, { type: 'notified' }>): void {
    const read = readResourceList(contentType, body)
    if (!read) return
    const list = this.#lists.get(uri) ?? { watch: new ListWatch(), members: new Map<string, Member>() }
    this.#lists.set(uri, list)
    const news = list.watch.take(read)
    if (news === 'old') return
    if (news === 'incomplete') {
      list.watch.afresh()
      return this.#onLists.afresh(uri)
    }
    for (const gone of news.gone) this.#leave(list, gone)
    const before = list.members.size
    for (const { uri: of, name } of news.told) {
      const address = addressIn(of)
      if (!list.members.has(of) && list.members.size < mostMembers && address.includes('@'))
        list.members.set(of, { address, name })
    }
    // They are on the list before anything is told of them.
    if (news.gone.length > 0 || list.members.size !== before) this.#parts.listed()
    for (const each of news.told) this.#member(each)
  }

  #member({ uri, instances }: ListedResource): void {
    const address = addressIn(uri)
    const documents = instances.flatMap(({ state, document }) => (state === 'active' && document ? [document] : []))
    const [first] = documents
    if (first) this.#take(address, first.body)
    else if (instances.every(({ state }) => state !== 'active')) this.#tell(address, undefined)
  }

  #leave(list: List, uri: string): void {
    if (list.members.delete(uri)) this.#tell(addressIn(uri), undefined)
  }

  #lose(uri: string): void {
    const list = this.#lists.get(uri)
    // Who is on it is known as long as nothing else is said of it; how they are is not.
    for (const { address } of list?.members.values() ?? []) this.#tell(address, undefined)
    list?.watch.afresh()
  }
}

/** Of a URI what stands for the person. */
function addressIn(uri: string): string {
  return (uri.replace(/^(sips?|pres|im):/i, '').split(/[;?]/)[0] as string).toLowerCase()
}

const pidf = 'application/pidf+xml'
const expiresS = 3600
const mostMembers = 1000
