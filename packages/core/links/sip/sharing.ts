// The link of a phone, shared with those who tell of people and carry messages by the same registration.
import type {
  AgentInput,
  Cause,
  Field,
  Hop,
  SessionAct,
  SessionEvent,
  SipRequest,
  SipResponse,
  SubscriptionEvent,
} from '@openparley/protocols/sip'
import type { World } from '../../runtime/world.ts'
import { type SipLink, type SipLinkOptions, sipLink } from './link.ts'

/** Whoever has part in the link beside the phone. */
export interface SipPart {
  /** Requests can be sent, or no longer. */
  readonly ready: (is: boolean) => void
  /** It is about to be closed: what must be taken back at the server is, by whoever does it until then. */
  readonly leaving?: () => Promise<void>
  /** Those of its own, by the name that `subscribe` returned. */
  readonly subscription?: (subscription: string, event: SubscriptionEvent) => void
  /** A request outside of any dialog. False: it is of somebody else. */
  readonly request?: (id: string, request: SipRequest) => boolean
  /** Those of its own, by the name that `invite` returned. */
  readonly session?: (session: string, event: SessionEvent) => void
  /** A request in one of them, which must be answered by `reply`. */
  readonly within?: (id: string, request: SipRequest, session: string) => void
}

export interface Subscribing {
  readonly uri: string
  /** A REFER outside of any dialog, told of as a subscription to `refer`. */
  readonly method?: 'REFER'
  readonly event: string
  readonly accept: string
  readonly headers?: readonly Field[]
  readonly expiresS: number
}

export interface Asking {
  readonly method: string
  readonly uri: string
  readonly headers: readonly Field[]
  readonly body?: string
}

export interface Inviting {
  readonly uri: string
  readonly headers?: readonly Field[]
  readonly body: string
}

export interface SharedLink {
  /** Our own address as a URI; undefined while there is no link. */
  readonly own: string | undefined
  /** How requests go to the server; undefined while there is none. */
  readonly transport: Hop['transport'] | undefined
  use(part: SipPart): void
  /** A request outside of any dialog; the cause where nobody answers it. */
  ask(asking: Asking): Promise<SipResponse | Cause['is']>
  reply(id: string, status: number, headers?: readonly Field[]): void
  /** The name of the subscription; undefined while there is no server. */
  subscribe(part: SipPart, subscribing: Subscribing): string | undefined
  unsubscribe(subscription: string): void
}

/** For who makes calls as well. */
export interface CallingLink extends SharedLink {
  /** Where we are reached, and the address that sound would come to; undefined while there is no server. */
  readonly here: { readonly contact: string; readonly address: string } | undefined
  /** The URI for what is dialled; undefined while there is no link. */
  targetOf(dialled: string): string | undefined
  leave(part: SipPart): void
  /** The name of the session; undefined while there is no server. */
  invite(part: SipPart, inviting: Inviting): string | undefined
  act(act: SessionAct): void
  /** A request in a session. */
  askWithin(session: string, method: string, headers: readonly Field[]): Promise<SipResponse | Cause['is']>
}

export interface Sharing extends CallingLink {
  /** Opens the phone's link as one that is shared, for whoever makes the phone. */
  open(options: SipLinkOptions): SipLink
}

/** `make`: another link than that to the network. */
export function sharing(world: World, make: (options: SipLinkOptions) => SipLink = sipLink): Sharing {
  const parts = new Set<SipPart>()
  const subscriptions = new Map<string, SipPart>()
  const sessions = new Map<string, SipPart>()
  const askers = new Map<string, (answer: SipResponse | Cause['is']) => void>()
  let link: SipLink | undefined
  let isReady = false
  let openings = 0
  let count = 0

  const ready = (is: boolean): void => {
    if (is === isReady) return
    isReady = is
    for (const part of parts) part.ready(is)
  }
  const feed = (input: AgentInput): void => link?.feed(input)
  const open = (options: SipLinkOptions): SipLink => {
    const opening = ++openings
    const opened = make({
      ...options,
      tell: (state) => {
        options.tell(state)
        // One that is closed tells of its end, when the next one may be open; one that opens may tell at once, and is none yet.
        if (opening === openings && link) ready(state.is === 'ready')
      },
      onRequest: (id, request, session) => {
        if (session === undefined) for (const part of parts) if (part.request?.(id, request)) return
        const of = session === undefined ? undefined : sessions.get(session)
        if (of && session !== undefined) of.within?.(id, request, session)
        else options.onRequest(id, request, session)
      },
      onSession: (session, event) => {
        const part = sessions.get(session)
        if (!part) return options.onSession(session, event)
        if (event.type === 'ended') sessions.delete(session)
        part.session?.(session, event)
      },
      onSubscription: (subscription, event) => {
        const part = subscriptions.get(subscription)
        if (!part) return options.onSubscription(subscription, event)
        if (event.type === 'ended') subscriptions.delete(subscription)
        part.subscription?.(subscription, event)
      },
      onAnswer: (id, answer) => {
        const asker = askers.get(id)
        if (asker) asker(answer)
        else options.onAnswer?.(id, answer)
      },
    })
    link = opened
    return {
      ...opened,
      close: async () => {
        await within(world, leavingMs, Promise.all([...parts].map(async (part) => part.leaving?.())))
        if (opening === openings) {
          ready(false)
          link = undefined
        }
        await opened.close()
        for (const answer of [...askers.values()]) answer('transport')
        subscriptions.clear()
        sessions.clear()
      },
    }
  }
  return {
    open,
    get own() {
      return link?.own
    },
    get transport() {
      return link?.way()?.hop.transport
    },
    get here() {
      const way = link?.way()
      return way && { contact: way.contact, address: way.localAddress }
    },
    targetOf: (dialled) => link?.targetOf(dialled),
    use: (part) => {
      parts.add(part)
      if (isReady) part.ready(true)
    },
    leave: (part) => void parts.delete(part),
    ask: ({ method, uri, headers, body }) =>
      new Promise((resolve) => {
        const way = link?.way()
        if (!link || !way) return resolve('transport')
        const id = `shared-${++count}`
        askers.set(id, (answer) => {
          askers.delete(id)
          resolve(answer)
        })
        const { address: from } = link
        const { hop } = way
        const to = `<${uri}>`
        feed({ type: 'ask', id, method, uri, from, to, headers, hop, ...(body === undefined ? {} : { body }) })
      }),
    reply: (id, status, headers = []) => feed({ type: 'reply', id, status, headers }),
    subscribe: (part, subscribing) => {
      const way = link?.way()
      if (!link || !way) return undefined
      const subscription = `shared-${++count}`
      subscriptions.set(subscription, part)
      const { address: from } = link
      const { contact, hop } = way
      feed({ type: 'subscribe', subscription, ...subscribing, from, to: `<${subscribing.uri}>`, contact, hop })
      return subscription
    },
    unsubscribe: (subscription) => feed({ type: 'unsubscribe', subscription }),
    invite: (part, inviting) => {
      const way = link?.way()
      if (!link || !way) return undefined
      const session = `shared-${++count}`
      sessions.set(session, part)
      const { address: from } = link
      const { contact, hop } = way
      feed({ type: 'invite', session, ...inviting, from, to: `<${inviting.uri}>`, contact, hop })
      return session
    },
    act: feed,
    askWithin: async (session, method, headers) => link?.ask(session, method, headers) ?? 'transport',
  }
}

function within({ clock }: World, ms: number, act: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.at(clock.now() + ms, resolve)
    const over = (): void => {
      cancel()
      resolve()
    }
    act.then(over, over)
  })
}

/** A server that no longer answers is not waited for. */
const leavingMs = 1000
