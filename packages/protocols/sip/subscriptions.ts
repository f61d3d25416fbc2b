// The subscriptions of an agent, both ways (RFC 6665): which SUBSCRIBE and NOTIFY is of which, and their clocks.
import { Deadlines, type Dice, type Millis } from '../common/index.ts'
import type { AgentEffect, Field, SubscriptionAct, WatcherAct } from './agent-types.ts'
import type { ClientRequests } from './client-requests.ts'
import { type Dialog, dialogOfRequest, inOrder, nextHopOf } from './dialog.ts'
import { firstRequest } from './first-request.ts'
import { contactsOf, parseValue, toOf } from './header-values.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { Subscription, subscribeFields } from './subscription.ts'
import type { Hop } from './transactions.ts'
import { Watcher } from './watcher.ts'

export interface SubscriptionsOptions {
  readonly dice: Dice
  readonly requests: ClientRequests
  readonly contact: (hop: Hop, request: SipRequest) => string
  readonly userAgent: string
  /** The event packages that others may subscribe to, without parameters. */
  readonly events: readonly string[]
  respond(transaction: string, response: SipResponse, now: Millis, effects: AgentEffect[]): void
  refuse(
    transaction: string,
    request: SipRequest,
    status: number,
    headers: readonly Field[],
    now: Millis,
    effects: AgentEffect[],
  ): void
  /** The hop of a URI; the open connection that something came by, where it leads to the same place. */
  flowTo(uri: string, used: Hop | undefined): Hop | undefined
}

/** A SUBSCRIBE as it came, in the dialog of a session where there is one. */
export interface Subscribing {
  readonly transaction: string
  readonly request: SipRequest
  readonly hop: Hop
  readonly session?: { readonly id: string; readonly dialog: Dialog }
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions
  readonly #deadlines = new Deadlines<(now: Millis, effects: AgentEffect[]) => void, string>()
  readonly #ours = new Map<string, Subscription>()
  /** Ours by Call-ID and our tag. */
  readonly #byDialog = new Map<string, Subscription>()
  readonly #watchers = new Map<string, Watcher>()
  /** Theirs by Call-ID, our tag and event. */
  readonly #watching = new Map<string, Watcher>()
  #asked = 0

  constructor(options: SubscriptionsOptions) {
    this.#options = options
  }

  get deadline(): Millis | undefined {
    return this.#deadlines.soonest
  }

  get size(): number {
    return this.#ours.size + this.#watchers.size
  }

  get timers(): number {
    return this.#deadlines.size
  }

  wake(now: Millis, effects: AgentEffect[]): void {
    for (let due = this.#deadlines.take(now); due; due = this.#deadlines.take(now)) due.owner(now, effects)
  }

  act(act: SubscriptionAct | WatcherAct, now: Millis, effects: AgentEffect[]): void {
    switch (act.type) {
      case 'subscribe':
        return this.#subscribe(act, now, effects)
      case 'unsubscribe':
        return this.#ours.get(act.subscription)?.unsubscribe(now, effects)
      case 'watch':
        return this.#watchers.get(act.watcher)?.watch(act.expiresS, now, effects)
      case 'refuse-watch':
        return this.#watchers.get(act.watcher)?.refuse(act.status, act.headers ?? [], now, effects)
      case 'notify':
        this.#watchers.get(act.watcher)?.notify(act, now, effects)
    }
  }

  /** Whether a NOTIFY was one of a subscription of ours. */
  notified(transaction: string, request: SipRequest, now: Millis, effects: AgentEffect[]): boolean {
    const subscription = this.#byDialog.get(keyOf(request))
    if (!subscription) return false
    if (subscription.isWith(request)) subscription.notified(transaction, request, now, effects)
    // Of a fork that is not followed.
    else this.#options.refuse(transaction, request, 481, [], now, effects)
    return true
  }

  /** Whether it asks for a subscription outside of any dialog: a REFER does where its progress can be told. */
  asks({ method }: SipRequest): boolean {
    return method === 'SUBSCRIBE' || (method === 'REFER' && this.#options.events.includes('refer'))
  }

  /** Whether a SUBSCRIBE is of a dialog that began with one. */
  isWatching(request: SipRequest): boolean {
    return this.#watching.has(watchKeyOf(request))
  }

  subscribed({ transaction, request, hop, session }: Subscribing, now: Millis, effects: AgentEffect[]): void {
    const { dice, events, refuse, respond } = this.#options
    const no = (status: number, headers: readonly Field[] = []): void =>
      refuse(transaction, request, status, headers, now, effects)
    const watching = this.#watching.get(watchKeyOf(request))
    if (watching) {
      // A session has looked to the order of its dialog itself.
      if (!session && !inOrder(watching.dialog, request)) return no(500, [['Retry-After', '1']])
      return watching.subscribed(transaction, request, false, session?.id, now, effects)
    }
    const name = eventOf(request)
    if (!events.includes(name)) return no(489, [['Allow-Events', events.join(', ')]])
    if (this.#watchers.size >= mostWatchers) return no(503, [['Retry-After', '60']])
    if (!contactsOf(request.headers)?.some((contact) => contact !== '*')) return no(400)
    const id = `watcher-${++this.#asked}-${dice.token(64)}`
    const localTag = session?.dialog.localTag ?? dice.token(64)
    const dialog = session?.dialog ?? dialogOfRequest(request, localTag)
    const key = `${dialog.callId} ${localTag} ${name}`
    const watcher = new Watcher(id, transaction, request, {
      contact: this.#options.contact(hop, request),
      localTag,
      dialog,
      respond,
      ask: (notify, at, into) =>
        this.#send(`${id} ${++this.#asked}`, notify, hop, () => ++dialog.localCSeq, at, into, {
          replied: (response, then, more) => watcher.replied(response.status, then, more),
          failed: (_cause, then, more) => watcher.replied(undefined, then, more),
        }),
      expireAt: (at) => this.#deadlines.set(at, (_now, into) => watcher.expired(into), 'expired'),
      over: () => {
        this.#watchers.delete(id)
        this.#watching.delete(key)
      },
    })
    this.#watchers.set(id, watcher)
    this.#watching.set(key, watcher)
    watcher.subscribed(transaction, request, true, session?.id, now, effects)
  }

  #subscribe(act: Extract<SubscriptionAct, { type: 'subscribe' }>, now: Millis, effects: AgentEffect[]): void {
    if (this.#ours.has(act.subscription)) return
    const { dice, userAgent } = this.#options
    const request = firstRequest(
      {
        ...act,
        method: act.method ?? 'SUBSCRIBE',
        headers: [['User-Agent', userAgent], ...subscribeFields(act, act.expiresS)],
      },
      dice,
    )
    const { headers } = request
    const [, tag] = /;tag=([^;]+)/.exec(headers.get('From') as string) ?? []
    const key = `${headers.get('Call-ID')} ${tag}`
    let way = act.hop
    const subscription = new Subscription(act, request, {
      ask: (asked, at, into) =>
        this.#send(
          `${act.subscription} ${++this.#asked}`,
          asked,
          way,
          () => subscription.nextCSeq(),
          at,
          into,
          {
            replied: (response, then, more) => subscription.replied(response, then, more),
            failed: (cause, then, more) => subscription.failed(cause, then, more),
            sent: (sent, by) => {
              way = by
              subscription.sent(sent)
            },
          },
          asked === request ? act.hop : undefined,
        ),
      respond: this.#options.respond,
      timer: (name, at) => this.#deadlines.set(at, (then, into) => subscription.wake(name, then, into), name),
      roll: () => dice.roll(),
      over: () => {
        this.#ours.delete(act.subscription)
        this.#byDialog.delete(key)
      },
    })
    this.#ours.set(act.subscription, subscription)
    this.#byDialog.set(key, subscription)
    subscription.begin(now, effects)
  }

  #send(
    id: string,
    request: SipRequest,
    used: Hop | undefined,
    nextCSeq: () => number,
    now: Millis,
    effects: AgentEffect[],
    told: {
      replied(response: SipResponse, now: Millis, effects: AgentEffect[]): void
      failed(cause: Parameters<Subscription['failed']>[0], now: Millis, effects: AgentEffect[]): void
      sent?(request: SipRequest, hop: Hop): void
    },
    hop?: Hop,
  ): void {
    const { requests, flowTo } = this.#options
    requests.begin(
      {
        id,
        request,
        nextCSeq,
        onResponse: (response, at, into) => {
          if (response.status >= 200) told.replied(response, at, into)
        },
        onFailure: (cause, at, into) => told.failed(cause, at, into),
        onSent: (sent, by) => told.sent?.(sent, by),
      },
      hop ?? flowTo(nextHopOf(request), used),
      now,
      effects,
    )
  }
}

function keyOf(request: SipRequest): string {
  return `${request.headers.get('Call-ID')} ${toOf(request.headers)?.params.get('tag')}`
}

function watchKeyOf(request: SipRequest): string {
  return `${keyOf(request)} ${eventOf(request)}`
}

function eventOf({ method, headers }: SipRequest): string {
  return method === 'REFER' ? 'refer' : (parseValue(headers.get('Event') ?? '')?.value.toLowerCase() ?? '')
}

const mostWatchers = 1000
