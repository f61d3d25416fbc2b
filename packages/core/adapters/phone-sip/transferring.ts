// A call on its way to somebody else: our REFER, theirs (RFC 5589), or a 3xx of whom we call (RFC 3261 §8.1.3.4).
import { type CallEnd, type ErrorCode, errorValue, type Party, type PeerCause } from '@openparley/contract'
import type { Clock } from '@openparley/protocols/common'
import type { HeaderField, SessionEvent, SipRequest } from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneCommand, PhoneEvent } from '../../services/calls/port.ts'
import type { Leg } from '../../services/media/port.ts'
import { type Asking, redirectionIn } from './asking.ts'
import { endOf } from './ending.ts'
import { assertedIn } from './parties.ts'
import type { Side } from './side.ts'
import { Followed, Referral } from './referral.ts'

export interface TransferringParts {
  readonly call: string
  readonly link: SipLink
  readonly clock: Clock
  /** Of the call as it is now. */
  readonly session: () => string
  /** Undefined where there is no sound, or no call any more. */
  readonly leg: () => Promise<Leg | undefined>
  readonly newSide: () => Side
  readonly tell: (event: PhoneEvent) => void
  /** The call is in that session from now on. */
  readonly goOn: (side: Side) => void
  readonly connected: (remote: Party, headers: Iterable<HeaderField>, leg: Leg) => void
  readonly hangUp: () => void
  readonly end: (end: CallEnd) => void
}

/** The other side redirects us, and the call ends so where that is not followed. */
interface Redirected {
  readonly asking: Asking
  readonly to: Party
  readonly end: CallEnd
}

export class Transferring {
  readonly #parts: TransferringParts
  /** Our asking of the other side to call somebody else. */
  #referral: Referral | undefined
  /** Their asking us to call somebody, until it is decided on. */
  #asked: Followed | undefined
  /** What takes the call's place when it is answered. */
  #next: { readonly side: Side; readonly followed: Followed } | undefined
  /** The session is over, and what takes its place is not answered yet. */
  #left = false
  #redirected: Redirected | undefined
  #redirects = 0

  constructor(parts: TransferringParts) {
    this.#parts = parts
  }

  /** Nobody is in the call now who could be asked for anything. */
  get left(): boolean {
    return this.#left
  }

  /** Whom the other side is calling for us. */
  get takenTo(): Party | undefined {
    return this.#referral?.taken
  }

  /** Asks the other side to call somebody else: whom we talk to in that session, where it is named. */
  ask({ to, with: other }: Extract<PhoneCommand, { type: 'transfer' }>, session: string | undefined): void {
    const { call, clock, link, tell, hangUp } = this.#parts
    const target = session === undefined ? undefined : link.dialogOf(session)
    if (this.#left || this.#referral?.isUnderWay || (other !== undefined && !target))
      return this.#refused('call-wrong-state')
    this.#referral = new Referral({
      link,
      clock,
      session: this.#parts.session(),
      to,
      uri: target?.remoteTarget ?? link.targetOf(to.number),
      replaces: target,
      mostMs: transferredMs,
      tell: (progress) => {
        if (progress.is === 'refused') return this.#refused(progress.code, progress.cause)
        if (progress.is === 'done') return hangUp()
        tell({ type: 'transferring', call, transfer: progress })
      },
    })
  }

  /** A NOTIFY of what the other side was asked; false: of something else. */
  notified(id: string, request: SipRequest): boolean {
    return this.#referral?.notified(id, request) ?? false
  }

  /** What was asked of the one before concerns nobody any more. */
  forget(): void {
    this.#referral?.giveUp()
    this.#referral = undefined
  }

  stop(): void {
    this.#referral?.stop()
  }

  /** A REFER of the other side; false: it asks for something else than a call. */
  asked(id: string, request: SipRequest): boolean {
    const { call, link, session, tell } = this.#parts
    if (this.#asked || this.#next) {
      link.feed({ type: 'reply', id, status: 491 })
      return true
    }
    this.#asked = Followed.asked(id, request, session(), link)
    if (this.#asked) tell({ type: 'asked-to-transfer', call, to: this.#asked.to })
    return this.#asked !== undefined
  }

  /** Whether the refusal of a call of ours names somebody else to call. */
  redirects({ cause, headers }: Extract<SessionEvent, { type: 'ended' }>, asking: Asking, end: CallEnd): boolean {
    if (cause.is !== 'status' || cause.status < 300 || cause.status > 399) return false
    const redirection = redirectionIn(headers)
    // Who sends us round in circles is not followed for ever.
    if (!redirection || ++this.#redirects > mostRedirects) return false
    const { uri, to } = redirection
    this.#redirected = { asking: { ...asking, uri }, to, end }
    this.#parts.tell({ type: 'redirected', call: this.#parts.call, to })
    return true
  }

  /** What was decided on the one or the other. */
  async decided(follow: boolean, from: string): Promise<void> {
    if (this.#redirected) return this.#redirect(this.#redirected, follow)
    const asked = this.#asked
    this.#asked = undefined
    if (asked) return follow ? this.#follow(asked, from) : asked.refuse()
  }

  /** Whether the event is of what is to take the call's place. */
  event(event: SessionEvent, session: string, leg: Leg | undefined): boolean {
    if (session !== this.#next?.side.session) return false
    this.#nextEvent(event, this.#next, leg)
    return true
  }

  /** The other side has left. Whether something may still take its place. */
  isLeft(): boolean {
    const { call, tell } = this.#parts
    // Whoever transferred us may leave before it is answered.
    if (this.#next && !this.#left) {
      this.#left = true
      tell({ type: 'left', call, awaits: this.#next.followed.to })
    }
    return this.#left
  }

  /** We hang up; true: and that ends the call, for there is nothing else that could end. */
  hungUp(): boolean {
    if (this.#redirected) {
      void this.#redirect(this.#redirected, false)
      return true
    }
    const next = this.#next
    this.#next = undefined
    if (next) {
      next.followed.progress(487)
      this.#parts.link.feed({ type: 'end', session: next.side.session })
    }
    if (this.#left) this.#parts.end({ by: 'local' })
    return this.#left
  }

  #refused(code: ErrorCode, cause?: PeerCause): void {
    const { call, tell } = this.#parts
    tell({ type: 'refused', call, command: 'transfer', code, ...(cause === undefined ? {} : { cause }) })
  }

  async #redirect({ asking, to, end }: Redirected, follow: boolean): Promise<void> {
    this.#redirected = undefined
    const { call, leg, newSide, tell, goOn } = this.#parts
    const sound = await leg()
    if (!follow || !sound) return this.#parts.end(end)
    tell({ type: 'updated', call, remote: to })
    const side = newSide()
    goOn(side)
    void side.invite(sound, asking)
  }

  async #follow(followed: Followed, from: string): Promise<void> {
    const { leg, newSide } = this.#parts
    const sound = await leg()
    if (!sound) return followed.refuse()
    const side = newSide()
    this.#next = { side, followed }
    followed.take()
    void side.invite(sound, { uri: followed.uri, from, headers: followed.headers })
  }

  #nextEvent(
    event: SessionEvent,
    { side, followed }: { readonly side: Side; readonly followed: Followed },
    leg: Leg | undefined,
  ): void {
    const { clock, link, session, goOn, connected, end } = this.#parts
    if (event.type === 'provisional') followed.progress(event.status)
    else if (event.type === 'ended') {
      this.#next = undefined
      followed.progress(event.cause.is === 'status' ? event.cause.status : 503)
      if (this.#left) end(endOf(event, side.answered, undefined))
    } else if (event.type === 'accepted') {
      this.#next = undefined
      const agreed = event.body === undefined ? undefined : leg && side.read(leg, event.body)
      if (!leg || !agreed || 'refused' in agreed) {
        link.feed({ type: 'end', session: side.session })
        followed.progress(488)
        if (this.#left) end({ by: 'local', error: errorValue('call-incompatible') })
        return
      }
      followed.progress(200)
      const before = session()
      goOn(side)
      // The one who transferred us hangs up; who forgets is not waited for.
      if (!this.#left) clock.at(clock.now() + leaveMs, () => link.feed({ type: 'end', session: before }))
      this.#left = false
      connected(assertedIn(event.headers) ?? followed.to, event.headers, leg)
    }
  }
}

const mostRedirects = 5
/** For what remains of a session that another has taken the place of. */
const leaveMs = 2000
const transferredMs = 90_000
