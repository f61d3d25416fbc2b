// What the phone does, whoever has it do so: its dialog events (RFC 4235), from whoever tells them at its address, the phone or the server.
import { type ErrorValue, errorValue, type PhoneState } from '@openparley/contract'
import { backoff } from '@openparley/protocols/common'
import { LineCalls, type LineDialog, type LineTold, readDialogInfo } from '@openparley/protocols/events'
import type { Cause, SubscriptionEnd, SubscriptionEvent } from '@openparley/protocols/sip'
import { type CallingLink, callFailure, type SipPart } from '../../links/sip/index.ts'
import type { World } from '../../runtime/world.ts'

export interface WatchingParts {
  readonly world: World
  readonly link: CallingLink
  readonly part: SipPart
  /** The phone’s address; undefined while there is no link. */
  readonly phone: () => string | undefined
  readonly state: (state: PhoneState) => void
  readonly told: (told: LineTold) => void
}

export class Watching {
  readonly #parts: WatchingParts
  readonly #calls = new LineCalls()
  #subscription: string | undefined
  #again: (() => void) | undefined
  #failures = 0
  #isTold = false

  constructor(parts: WatchingParts) {
    this.#parts = parts
    const { clock } = parts.world
    this.#again = clock.at(clock.now() + firstMs, () => this.#stands('waiting', errorValue('server-closed')))
  }

  /** Requests can be sent, or no longer: then it is not known what the phone does. */
  ready(is: boolean): void {
    this.stop()
    if (is) return this.#subscribe()
    this.#stands('waiting', errorValue('server-closed'))
  }

  dialogOf(call: string): LineDialog | undefined {
    return this.#calls.dialogOf(call)
  }

  /** False: it is of another. */
  event(name: string, event: SubscriptionEvent): boolean {
    if (name !== this.#subscription) return false
    if (event.type === 'notified') this.#notified(event)
    else {
      this.#subscription = undefined
      this.#later(event.end)
    }
    return true
  }

  stop(): void {
    this.#again?.()
    this.#again = undefined
    const subscription = this.#subscription
    this.#subscription = undefined
    this.#isTold = false
    if (subscription !== undefined) this.#parts.link.unsubscribe(subscription)
  }

  #subscribe(): void {
    const { link, part, phone } = this.#parts
    const uri = phone()
    if (uri === undefined) return
    this.#calls.anew()
    this.#subscription = link.subscribe(part, { uri, event: 'dialog', accept: 'application/dialog-info+xml', expiresS })
  }

  #notified({ state, body }: Extract<SubscriptionEvent, { type: 'notified' }>): void {
    if (state === 'pending') return
    const info = readDialogInfo(body)
    const { told, missed } = info ? this.#calls.take(info) : { told: [], missed: false }
    // Of what was there before, what is gone is told before it is said to be ready.
    for (const each of told) this.#parts.told(each)
    if (!this.#isTold) {
      this.#isTold = true
      this.#failures = 0
      this.#stands('ready')
    }
    if (!missed) return
    this.stop()
    this.#isTold = true
    this.#subscribe()
  }

  #later(end: SubscriptionEnd): void {
    const { clock, dice } = this.#parts.world
    const isLost = end.why === 'refused' || end.why === 'silent' || end.why === 'terminated'
    this.#failures += 1
    const after = end.why === 'terminated' ? end.retryAfterMs : undefined
    const ms = Math.max(after ?? 0, backoff(this.#failures, { baseMs: 2000, mostMs: 60_000 }, dice))
    if (isLost) this.#stands('waiting', whyOf(end), ms)
    this.#isTold = false
    this.#again = clock.at(clock.now() + ms, () => this.#subscribe())
  }

  #stands(is: 'ready' | 'waiting', error?: ErrorValue, ms?: number): void {
    const { world, state, phone } = this.#parts
    const since = world.wall()
    const server = phone()
    const nextTryAt = ms === undefined ? undefined : new Date(Date.parse(since) + ms).toISOString()
    state({
      is,
      since,
      ...(server === undefined ? {} : { server }),
      ...(error ? { error } : {}),
      ...(nextTryAt === undefined ? {} : { nextTryAt }),
    })
  }
}

/** Who is not there is another thing than who tells nothing. */
function whyOf(end: SubscriptionEnd): ErrorValue {
  if (end.why !== 'refused') return errorValue('phone-untold')
  const { cause } = end
  if (cause.is !== 'status') return errorValue(callFailure(cause, false)?.code ?? 'server-silent')
  return errorValue(untold(cause), undefined, { protocol: 'sip', status: cause.status, text: cause.reason })
}

function untold({ status }: Extract<Cause, { is: 'status' }>) {
  if (status === 404 || status === 604) return 'account-unknown'
  if (status === 408 || status === 480) return 'phone-unavailable'
  if (status === 401 || status === 407) return 'credentials-rejected'
  return status === 403 ? 'account-forbidden' : 'phone-untold'
}

const expiresS = 3600
/** How long there may be no registration of a soft phone before it is said that it is waited for. */
const firstMs = 10_000
