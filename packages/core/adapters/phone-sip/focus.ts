// The other side of a call that is a conference on a server (RFC 4579): whether it is one, who is in it (RFC 4575), and what
// it is asked to do.
import type { ErrorCode, Focus as Shown, Member, PeerCause } from '@openparley/contract'
import type { Clock } from '@openparley/protocols/common'
import { type ConferenceMember, ConferenceWatch, readConferenceInfo } from '@openparley/protocols/events'
import {
  contactsOf,
  type DialogName,
  type HeaderField,
  Headers,
  isSip,
  parseUri,
  type SipRequest,
  type SubscriptionEvent,
  writeUri,
} from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneEvent } from '../../services/calls/port.ts'
import { partyAt } from './parties.ts'
import { Referral } from './referral.ts'

export interface FocusParts {
  readonly call: string
  readonly link: SipLink
  readonly clock: Clock
  /** Of the call as it is now. */
  readonly session: () => string
  /** What becomes of a subscription of that name is this call’s. */
  readonly adopt: (subscription: string) => void
  readonly tell: (event: PhoneEvent) => void
}

export class Focus {
  readonly #parts: FocusParts
  #uri: string | undefined
  #watch = new ConferenceWatch()
  #subscription: string | undefined
  #subscribed = 0
  #referral: Referral | undefined

  constructor(parts: FocusParts) {
    this.#parts = parts
  }

  /** What the other side says of itself, in any message: one without a Contact says nothing (RFC 4579 §4). */
  look(fields: Iterable<HeaderField>): void {
    const [contact] = contactsOf(fields instanceof Headers ? fields : new Headers(fields)) ?? []
    if (contact === undefined || contact === '*') return
    const uri = contact.params.has('isfocus') ? contact.uri.slice(0, 512) : undefined
    if (uri === this.#uri) return
    this.stop()
    this.#uri = uri
    this.#watch = new ConferenceWatch()
    if (uri !== undefined) this.#subscribe(uri)
    this.#tell()
  }

  subscribed(subscription: string, event: SubscriptionEvent): void {
    if (subscription !== this.#subscription) return
    if (event.type === 'ended') {
      this.#subscription = undefined
      return
    }
    const info = readConferenceInfo(event.body)
    if (!info || this.#uri === undefined) return
    const taken = this.#watch.take(info)
    // What was missed is asked for again, as a whole (RFC 4575 §4.4).
    if (taken === 'incomplete') this.#subscribe(this.#uri)
    else if (taken !== 'old') this.#tell()
  }

  /** It is to call the other side of that dialog, in its place (RFC 4579 §5.5). */
  bring(dialog: DialogName): void {
    this.#ask({ uri: dialog.remoteTarget, replaces: dialog, command: 'bring', done: 'brought' })
  }

  /** It is to let that member go (RFC 4579 §5.11). */
  drop(member: string): void {
    const uri = parseUri(member)
    if (!isSip(uri) || !this.#watch.members.some(({ entity }) => entity === member))
      return this.#refused('drop', 'call-wrong-state')
    const leaving = writeUri({ ...uri, params: new Map([...uri.params, ['method', 'BYE']]) })
    this.#ask({ uri: leaving, replaces: undefined, command: 'drop', done: 'dropped' })
  }

  /** A NOTIFY of what it was asked; false: of something else. */
  notified(id: string, request: SipRequest): boolean {
    return this.#referral?.notified(id, request) ?? false
  }

  stop(): void {
    this.#referral?.stop()
    if (this.#subscription !== undefined)
      this.#parts.link.feed({ type: 'unsubscribe', subscription: this.#subscription })
    this.#subscription = undefined
  }

  #ask(what: {
    readonly uri: string
    readonly replaces: DialogName | undefined
    readonly command: 'bring' | 'drop'
    readonly done: 'brought' | 'dropped'
  }): void {
    const { call, link, clock, session, tell } = this.#parts
    if (this.#uri === undefined || this.#referral?.isUnderWay) return this.#refused(what.command, 'call-wrong-state')
    this.#referral = new Referral({
      link,
      clock,
      session: session(),
      to: partyAt(what.uri, undefined) ?? { number: what.uri },
      uri: what.uri,
      replaces: what.replaces,
      // Sooner than whoever waits for it gives up.
      mostMs: askedMs,
      tell: (progress) => {
        if (progress.is === 'asked' || progress.is === 'ringing') return
        // What comes next is another asking.
        this.#referral = undefined
        if (progress.is === 'done') tell({ type: what.done, call })
        else this.#refused(what.command, 'conference-refused', progress.cause)
      },
    })
  }

  #refused(command: 'bring' | 'drop', code: ErrorCode, cause?: PeerCause): void {
    const { call, tell } = this.#parts
    tell({ type: 'refused', call, command, code, ...(cause === undefined ? {} : { cause }) })
  }

  #subscribe(uri: string): void {
    const { call, link, adopt } = this.#parts
    const way = link.way()
    if (!way) return
    if (this.#subscription !== undefined) link.feed({ type: 'unsubscribe', subscription: this.#subscription })
    const subscription = `focus-${call}-${++this.#subscribed}`
    this.#subscription = subscription
    adopt(subscription)
    link.feed({
      type: 'subscribe',
      subscription,
      uri,
      from: link.address,
      to: `<${uri}>`,
      event: 'conference',
      accept: 'application/conference-info+xml',
      expiresS: 3600,
      contact: way.contact,
      hop: way.hop,
    })
  }

  #tell(): void {
    const { call, link, tell } = this.#parts
    const { subject, members } = this.#watch
    const focus: Shown | undefined =
      this.#uri === undefined
        ? undefined
        : {
            uri: this.#uri,
            ...(subject === undefined ? {} : { subject }),
            members: members.map((member) => shown(member, link.own)),
          }
    tell({ type: 'focus', call, focus })
  }
}

function shown({ entity, displayText, status }: ConferenceMember, own: string): Member {
  return {
    ...(partyAt(entity, displayText) ?? { number: entity }),
    // Who is listed without a telephone is there all the same.
    is: status === undefined ? 'connected' : isOf[status],
    muted: status === 'muted-via-focus',
    self: placeOf(entity) === placeOf(own),
  }
}

/** Who at which host: ports and parameters differ between who writes an address. */
function placeOf(text: string): string {
  const uri = parseUri(text)
  return isSip(uri) ? `${uri.user ?? ''}@${uri.host.toLowerCase()}` : text
}

const isOf: Readonly<Record<NonNullable<ConferenceMember['status']>, Member['is']>> = {
  pending: 'waiting',
  'dialing-out': 'dialling',
  'dialing-in': 'dialling',
  alerting: 'alerting',
  connected: 'connected',
  'muted-via-focus': 'connected',
  'on-hold': 'held',
  disconnecting: 'left',
  disconnected: 'left',
  'connect-fail': 'left',
}
const askedMs = 30_000
