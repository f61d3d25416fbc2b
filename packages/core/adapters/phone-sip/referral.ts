// REFER (RFC 3515, 3891, 3892, 4488): asking the other side to call somebody, and being asked.
import { type ErrorCode, type Party, type PeerCause, type Transfer } from '@openparley/contract'
import type { Clock } from '@openparley/protocols/common'
import {
  type DialogName,
  isSip,
  parseNameAddr,
  parseUri,
  type SipRequest,
  type SipUri,
  writeUri,
} from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import { partyOf } from './parties.ts'

export type Progress =
  | Transfer
  | { readonly is: 'done' }
  | { readonly is: 'refused'; readonly code: ErrorCode; readonly cause?: PeerCause }

export interface ReferralParts {
  readonly link: SipLink
  readonly clock: Clock
  /** Of the one who is to call somebody else. */
  readonly session: string
  readonly to: Party
  readonly uri: string
  /** The dialog that its call is to replace: a consultation. */
  readonly replaces: DialogName | undefined
  /** How long it may take until it is told how it went. */
  readonly mostMs: number
  readonly tell: (progress: Progress) => void
}

/** Our REFER: what becomes of it is told until it is done, or has failed. */
export class Referral {
  readonly #parts: ReferralParts
  #is: 'asked' | 'taken' | 'over' = 'asked'
  #giveUp: (() => void) | undefined

  constructor(parts: ReferralParts) {
    this.#parts = parts
    void this.#ask()
  }

  get isUnderWay(): boolean {
    return this.#is !== 'over'
  }

  /** To whom, once the other side has taken it on. */
  get taken(): Party | undefined {
    return this.#is === 'taken' ? this.#parts.to : undefined
  }

  /** A NOTIFY of the subscription that the REFER made; false: of another. */
  notified(id: string, { headers, body }: SipRequest): boolean {
    if (!/^\s*refer\b/i.test(headers.get('Event') ?? headers.get('o') ?? '') || !this.isUnderWay) return false
    this.#parts.link.feed({ type: 'reply', id, status: 200 })
    const [, code] = /^SIP\/2\.0 (\d{3})/.exec(new TextDecoder().decode(body)) ?? []
    const status = Number(code)
    const isLast = /^\s*terminated\b/i.test(headers.get('Subscription-State') ?? '')
    if (status >= 200 && status < 300) this.#done()
    else if (status >= 300) this.#failed({ protocol: 'sip', status, text: '' })
    // It is told no more, and not how it went: the other side's call goes on without us, or it comes back by itself.
    else if (isLast) this.#failed(undefined)
    else if (status === 180) this.#parts.tell({ is: 'ringing', to: this.#parts.to })
    return true
  }

  stop(): void {
    this.#giveUp?.()
    this.#is = 'over'
  }

  /** The call is with somebody else now. */
  giveUp(): void {
    const wasAsked = this.#is === 'asked'
    this.stop()
    if (wasAsked) this.#parts.tell({ is: 'refused', code: 'transfer-refused' })
  }

  async #ask(): Promise<void> {
    const { link, clock, session, to, uri, replaces, mostMs, tell } = this.#parts
    const target = parseUri(uri)
    const headers: [string, string][] = [
      ['Refer-To', `<${replaces && isSip(target) ? writeUri(withReplaces(target, replaces)) : uri}>`],
      ['Referred-By', link.address.replace(/^"[^"]*"\s*/, '')],
    ]
    let answer = await link.ask(session, 'REFER', headers)
    // A request that was sent after it has overtaken it (RFC 3261 §12.2.2).
    if (typeof answer !== 'string' && answer.status === 500 && answer.headers.has('Retry-After'))
      answer = await link.ask(session, 'REFER', headers)
    if (this.#is !== 'asked') return
    if (typeof answer === 'string' || answer.status >= 300) {
      this.#is = 'over'
      const cause: PeerCause | undefined =
        typeof answer === 'string' ? undefined : { protocol: 'sip', status: answer.status, text: answer.reason }
      return tell({ is: 'refused', code: 'transfer-refused', ...(cause === undefined ? {} : { cause }) })
    }
    this.#is = 'taken'
    tell({ is: 'asked', to })
    // Nothing is told of it (RFC 4488): it is the other side's from now on.
    if (/^\s*false\b/i.test(answer.headers.get('Refer-Sub') ?? '')) return this.#done()
    this.#giveUp = clock.at(clock.now() + mostMs, () => this.#failed(undefined))
  }

  #done(): void {
    this.#giveUp?.()
    this.#is = 'taken'
    this.#parts.tell({ is: 'done' })
  }

  #failed(cause: PeerCause | undefined): void {
    this.stop()
    const { to, tell } = this.#parts
    tell({ is: 'failed', to, ...(cause === undefined ? {} : { cause }) })
  }
}

/** Their REFER: held until it is decided on, then told how it goes. */
export class Followed {
  readonly #id: string
  readonly #session: string
  readonly #link: SipLink
  readonly #told: boolean
  readonly to: Party
  readonly uri: string
  readonly headers: readonly (readonly [string, string])[]

  private constructor(id: string, session: string, link: SipLink, target: SipUri, request: SipRequest) {
    const { user, headers, params } = target
    this.#id = id
    this.#session = session
    this.#link = link
    // Who wants to hear nothing of it says so (RFC 4488).
    this.#told = !/^\s*false\b/i.test(request.headers.get('Refer-Sub') ?? '')
    const kept = new Map([...params].filter(([name]) => name !== 'method'))
    const { headers: _, ...bare } = target
    this.uri = writeUri({ ...bare, params: kept })
    this.to = partyOf(request.headers, 'Refer-To') ?? { number: user ?? target.host }
    const by = request.headers.get('Referred-By')
    const replaces = new URLSearchParams((headers ?? '').replaceAll('+', '%2B')).get('Replaces')
    this.headers = [
      ...(by === undefined ? [] : ([['Referred-By', by]] as const)),
      ...(replaces === null ? [] : ([['Replaces', replaces.replace(/[\r\n]/g, '')]] as const)),
    ]
  }

  /** Undefined where it asks for something else than a call. */
  static asked(id: string, request: SipRequest, session: string, link: SipLink): Followed | undefined {
    const uri = parseUri(parseNameAddr(request.headers.get('Refer-To') ?? '')?.uri ?? '')
    if (!isSip(uri) || (uri.params.get('method') ?? 'INVITE').toUpperCase() !== 'INVITE') return undefined
    return new Followed(id, session, link, uri, request)
  }

  refuse(): void {
    this.#link.feed({ type: 'reply', id: this.#id, status: 603 })
  }

  take(): void {
    const headers: [string, string][] = this.#told ? [] : [['Refer-Sub', 'false']]
    this.#link.feed({ type: 'reply', id: this.#id, status: 202, headers })
    this.progress(100)
  }

  /** The status of the call that it asked for, as a message within a message (RFC 3420). */
  progress(status: number): void {
    if (!this.#told) return
    void this.#link.ask(
      this.#session,
      'NOTIFY',
      [
        ['Event', 'refer'],
        ['Subscription-State', status < 200 ? 'active;expires=60' : 'terminated;reason=noresource'],
      ],
      {
        contentType: 'message/sipfrag;version=2.0',
        body: `SIP/2.0 ${status} ${status < 200 ? 'Trying' : status < 300 ? 'OK' : 'Failed'}\r\n`,
      },
    )
  }
}

/** From the view of whoever it replaces the tags change places: to is theirs, from is ours (RFC 3891 §3). */
function withReplaces(uri: SipUri, { callId, localTag, remoteTag }: DialogName): SipUri {
  const replaces = `${callId};to-tag=${remoteTag};from-tag=${localTag}`
  return { ...uri, headers: `Replaces=${encodeURIComponent(replaces)}` }
}
