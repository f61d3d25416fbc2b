// A stateful proxy, RFC 3261 §16: forks to all phones of a person, stays in the path, and forwards the best answer.
import type { Dice, Millis } from '@openparley/protocols/common'
import {
  type Headers,
  type Hop,
  listOf,
  isSip,
  numericHop,
  parseNameAddr,
  parseNumber,
  parseUri,
  responseTo,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  type TransactionEffect,
  TransactionLayer,
  topVia,
  uriOf,
  userOf,
  fromOf,
} from '@openparley/protocols/sip'
import { hostNames, zone } from '../dns/zone.ts'
import type { Recorder } from '../record.ts'
import type { Forwards } from './forwards.ts'
import type { Lines } from './lines.ts'
import { collected } from './collector.ts'
import { asksToken, isKeepAlive } from './cucm.ts'
import { assertIdentity, bestOf, cancelFor, dropOwnRoutes, recordRoute, tagOf, withoutTopVia } from './proxy-fields.ts'
import type { Registrar } from './registrar.ts'

export interface ProxyOptions {
  readonly dice: Dice
  readonly registrar: Registrar
  readonly recorder: Recorder
  /** Our own port for a transport. */
  readonly portOf: (transport: Hop['transport']) => number
  readonly isPerson: (user: string) => boolean
  /** A number of the lab itself: where its phone is. */
  readonly numberAt: (user: string) => Hop | undefined
  readonly forwards: Forwards
  /** Where that person's voicemail is, if what they do not answer goes there, and after how long. */
  readonly voicemailOf: (user: string) => (Target & { readonly afterMs: number }) | undefined
  /** A conference of that user part, or the number that makes one. */
  readonly conferenceAt: (user: string) => Hop | undefined
  /** What stands against this request; undefined: nothing. */
  readonly judge: (
    request: SipRequest,
  ) => { readonly status: number; readonly headers?: [string, string][]; readonly ringMs?: number } | undefined
  /** A body on its way from one side to the other may be changed: media in the path. */
  readonly through: (message: SipMessage, callId: string, fromCaller: boolean) => Promise<void> | undefined
  readonly onAnswered: () => void
  /** Who tells of the people's calls, and takes subscriptions to them. */
  readonly lines: Pick<Lines, 'hop' | 'called' | 'answered' | 'over'>
  /** What a call manager says of a call to that person in Call-Info. */
  readonly callInfo: (user: string) => string | undefined
  readonly send: (message: SipMessage, hop: Hop) => boolean
  readonly later: (ms: number, act: (now: Millis) => void) => void
}

interface Target {
  readonly uri: string
  readonly hop: Hop
}

interface Forwarding {
  /** The server transaction. */
  readonly id: string
  readonly request: SipRequest
  /** Whence it came. */
  readonly from: Hop
  readonly branches: Map<string, { readonly request: SipRequest; readonly hop: Hop; response?: SipResponse }>
  over: boolean
  /** Nobody answers, or whoever calls has given up: who was called is not asked any more. */
  state: 'calling' | 'diverted' | 'cancelled'
}

export class Proxy {
  readonly #options: ProxyOptions
  readonly #transactions = new TransactionLayer()
  readonly #forwardings = new Map<string, Forwarding>()
  readonly #branches = new Map<string, Forwarding>()
  /** Who began each call: by this its two sides are told apart. */
  readonly #callers = new Map<string, string>()
  #count = 0

  constructor(options: ProxyOptions) {
    this.#options = options
  }

  get deadline(): Millis | undefined {
    return this.#transactions.deadline
  }

  received(message: SipMessage, hop: Hop, now: Millis): void {
    this.#pass(this.#transactions.handle({ type: 'received', message, hop }, now), now)
  }

  wake(now: Millis): void {
    this.#pass(this.#transactions.wake(now), now)
  }

  #pass(effects: TransactionEffect[], now: Millis): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          if (!this.#options.send(effect.message, effect.hop) && effect.id !== undefined) {
            this.#pass(this.#transactions.handle({ type: 'failed', id: effect.id }, now), now)
          }
          break
        case 'request':
          this.#request(effect.id, effect.request, effect.hop, effect.cancels, now)
          break
        case 'ack':
          void this.#forwardAck(effect.request)
          break
        case 'response':
          void this.#response(effect.id, effect.response, now)
          break
        case 'stray':
          this.#forwardStray(effect.response)
          break
        case 'over':
          this.#over(effect.id, effect.why, now)
      }
    }
  }

  #respond(id: string, response: SipResponse, now: Millis): void {
    this.#pass(this.#transactions.handle({ type: 'respond', id, response }, now), now)
  }

  #request(id: string, request: SipRequest, hop: Hop, cancels: string | undefined, now: Millis): void {
    const { dice, registrar, recorder, isPerson, judge, later } = this.#options
    const respond = (status: number, extra: [string, string][] = []): void =>
      this.#respond(id, responseTo(request, status, dice.token(64), extra), now)
    const { headers, method } = request
    const unable = judge(request)
    if (method === 'CANCEL') {
      const forwarding = cancels === undefined ? undefined : this.#forwardings.get(cancels)
      respond(forwarding ? 200 : 481)
      if (forwarding) this.#cancel(forwarding, now)
      return
    }
    if (method === 'REGISTER' && isKeepAlive(request)) {
      recorder.keptAlive(userOf(uriOf(parseNameAddr(headers.get('To') ?? ''))) ?? '')
      return respond(unable?.status ?? 200)
    }
    if (method === 'REFER' && asksToken(request)) return respond(unable?.status ?? 202)
    if (method === 'REGISTER') {
      if (unable) return respond(unable.status, unable.headers)
      const response = registrar.register(request, hop, now)
      if (response.status === 200) recorder.registered(userOf(uriOf(parseNameAddr(headers.get('To') ?? ''))) ?? '')
      return this.#respond(id, response, now)
    }
    const hops = parseNumber(headers.get('Max-Forwards'), 255) ?? 70
    if (hops === 0) return respond(483)
    const inDialog = /;\s*tag=/i.test(headers.get('To') ?? '')
    dropOwnRoutes(request, (port) => this.#isOwnPort(port))
    if (!inDialog) {
      const from = this.#callerOf(headers)
      if (isPerson(from)) {
        const refused = registrar.authenticate(request, from, now, true)
        if (refused) return this.#respond(id, refused, now)
        headers.remove('Proxy-Authorization')
        assertIdentity(headers, from)
      }
      const told = collected(request, dice.token(64), recorder)
      if (told) return respond(told.status, told.headers)
      if (method === 'INVITE') {
        const callId = headers.get('Call-ID') ?? ''
        const dialled = userOf(parseUri(request.uri)) ?? ''
        recorder.begun(callId, from, dialled)
        if (!unable) this.#options.forwards.dialled(from, dialled)
        this.#callers.set(callId, tagOf(headers.get('From')))
        if (this.#callers.size > 10_000) this.#callers.delete(this.#callers.keys().next().value as string)
        respond(100)
        if (unable) {
          const refuse = (): void => {
            recorder.final(callId, unable.status)
            respond(unable.status, unable.headers)
          }
          if (unable.ringMs === undefined) return refuse()
          respond(180)
          return later(unable.ringMs, refuse)
        }
      }
    }
    const targets = this.#targets(request, inDialog, now)
    if (typeof targets === 'number') {
      if (method === 'INVITE') recorder.final(headers.get('Call-ID') ?? '', targets)
      return respond(targets)
    }
    if (method === 'BYE') {
      const callId = headers.get('Call-ID') ?? ''
      recorder.ended(callId, this.#isFromCaller(request) ? 'caller' : 'callee')
      this.#options.lines.over(callId)
    }
    headers.set('Max-Forwards', String(hops - 1))
    void this.#forward(id, request, hop, targets, now)
  }

  /** Where the request goes: a route, a phone in its dialog, or all phones of a person. */
  #targets(request: SipRequest, inDialog: boolean, now: Millis): readonly Target[] | number {
    const { registrar, isPerson, numberAt } = this.#options
    const [route] = listOf(request.headers, 'Route')
    const next = route === undefined ? request.uri : (parseNameAddr(route)?.uri ?? '')
    const direct = numericHop(next)
    const uri = parseUri(request.uri)
    if (!isSip(uri)) return 416
    const isOurs = ownHosts.has(uri.host.toLowerCase()) && (uri.port === undefined || this.#isOwnPort(uri.port))
    if (inDialog) {
      // A peer that left the route out sends to us what is for nobody here: passed on, it would come back.
      const self = direct?.address === '127.0.0.1' && this.#isOwnPort(direct.port)
      return direct && !self ? [{ uri: request.uri, hop: direct }] : 481
    }
    // The address of a phone of ours itself, as the target of a transfer is named.
    const phone = registrar.at(request.uri, now)
    if (route === undefined && phone) return [phone]
    const user = userOf(uri) ?? ''
    const conference = ownHosts.has(uri.host.toLowerCase()) ? this.#options.conferenceAt(user) : undefined
    if (route === undefined && conference)
      return [{ uri: `sip:${user}@${conference.address}:${conference.port}`, hop: conference }]
    if (route !== undefined || !isOurs) return 404
    if (request.method === 'SUBSCRIBE' && isPerson(user)) return [{ uri: request.uri, hop: this.#options.lines.hop }]
    const called = request.method === 'INVITE' ? this.#options.forwards.of(user) : user
    const number = request.method === 'SUBSCRIBE' ? undefined : numberAt(called)
    if (number) return [{ uri: `sip:${called}@${number.address}:${number.port}`, hop: number }]
    const contacts = registrar.contacts(called, now)
    if (contacts.length > 0) return contacts.map(({ uri: contact, hop }) => ({ uri: contact, hop }))
    const voicemail = request.method === 'INVITE' ? this.#options.voicemailOf(called) : undefined
    if (voicemail) return [voicemail]
    return isPerson(user) ? 480 : 404
  }

  async #forward(id: string, request: SipRequest, from: Hop, targets: readonly Target[], now: Millis): Promise<void> {
    const { through } = this.#options
    const forwarding: Forwarding = { id, request, from, branches: new Map(), over: false, state: 'calling' }
    this.#forwardings.set(id, forwarding)
    await through(request, request.headers.get('Call-ID') ?? '', this.#isFromCaller(request))
    const isFirst = request.method === 'INVITE' && !/;\s*tag=/i.test(request.headers.get('To') ?? '')
    const called = userOf(parseUri(request.uri)) ?? ''
    if (isFirst) this.#options.lines.called(called, request)
    for (const target of targets) this.#branch(forwarding, target, isFirst, now)
    const voicemail = this.#voicemailFor(request)
    if (voicemail)
      this.#options.later(voicemail.afterMs, (later) => {
        if (!forwarding.over && forwarding.state === 'calling') this.#cancelOthers(forwarding, undefined, later)
      })
  }

  /** Where a call goes on to that is not answered. */
  #voicemailFor({ method, uri, headers }: SipRequest): ReturnType<ProxyOptions['voicemailOf']> {
    const isFirst = method === 'INVITE' && !/;\s*tag=/i.test(headers.get('To') ?? '')
    return isFirst ? this.#options.voicemailOf(userOf(parseUri(uri)) ?? '') : undefined
  }

  #branch(forwarding: Forwarding, { uri, hop }: Target, isFirst: boolean, now: Millis): void {
    const { dice } = this.#options
    const { request, from } = forwarding
    const info = isFirst ? this.#options.callInfo(userOf(parseUri(request.uri)) ?? '') : undefined
    const branch = `forward-${++this.#count}`
    const headers = request.headers.clone()
    if (isFirst) recordRoute(headers, from, hop, this.#options.portOf)
    if (info !== undefined) headers.append('Call-Info', info)
    headers.prepend(
      'Via',
      `SIP/2.0/${hop.transport.toUpperCase()} 127.0.0.1:${this.#options.portOf(hop.transport)};branch=z9hG4bK${dice.token(96)};rport`,
    )
    const sent: SipRequest = { ...request, uri, headers }
    forwarding.branches.set(branch, { request: sent, hop })
    this.#branches.set(branch, forwarding)
    this.#pass(this.#transactions.handle({ type: 'request', id: branch, request: sent, hop }, now), now)
  }

  async #response(branch: string, response: SipResponse, now: Millis): Promise<void> {
    const { recorder, through, onAnswered } = this.#options
    const forwarding = this.#branches.get(branch)
    if (!forwarding || response.status === 100) return
    const callId = response.headers.get('Call-ID') ?? ''
    const isInvite = forwarding.request.method === 'INVITE'
    const upstream: SipResponse = { ...response, headers: withoutTopVia(response.headers) }
    if (isInvite) this.#offerCompletion(upstream, userOf(parseUri(forwarding.request.uri)) ?? '')
    if (isInvite && response.status < 300) this.#options.lines.answered(callId, response)
    if (response.status < 300) {
      await through(upstream, callId, !this.#isFromCaller(forwarding.request))
      if (response.status >= 200) {
        forwarding.over = true
        if (isInvite) {
          recorder.final(callId, response.status)
          this.#cancelOthers(forwarding, branch, now)
          onAnswered()
        }
      }
      return this.#respond(forwarding.id, upstream, now)
    }
    const mine = forwarding.branches.get(branch)
    if (mine) mine.response = upstream
    // A 6xx speaks for all (§16.7 step 5).
    if (response.status >= 600) this.#cancelOthers(forwarding, branch, now)
    this.#decide(forwarding, now)
  }

  /** When every branch has answered, the best answer goes back (§16.7 step 6). */
  #decide(forwarding: Forwarding, now: Millis): void {
    const responses = [...forwarding.branches.values()].map(({ response }) => response)
    if (forwarding.over || responses.some((response) => response === undefined)) return
    const voicemail = forwarding.state === 'calling' ? this.#voicemailFor(forwarding.request) : undefined
    if (voicemail) {
      forwarding.state = 'diverted'
      return this.#branch(forwarding, voicemail, true, now)
    }
    forwarding.over = true
    const best = bestOf(responses as SipResponse[])
    if (!best) return
    if (forwarding.request.method === 'INVITE') {
      this.#options.recorder.final(best.headers.get('Call-ID') ?? '', best.status)
      this.#options.lines.answered(best.headers.get('Call-ID') ?? '', best)
    }
    this.#respond(forwarding.id, best, now)
  }

  #over(id: string, why: 'done' | 'timeout' | 'transport-error', now: Millis): void {
    this.#forwardings.delete(id)
    const forwarding = this.#branches.get(id)
    if (!forwarding) return
    this.#branches.delete(id)
    const branch = forwarding.branches.get(id)
    if (why === 'done' || !branch || branch.response) return
    branch.response = responseTo(forwarding.request, why === 'timeout' ? 408 : 480, this.#options.dice.token(64))
    this.#decide(forwarding, now)
  }

  #cancel(forwarding: Forwarding, now: Millis): void {
    forwarding.state = 'cancelled'
    this.#cancelOthers(forwarding, undefined, now)
  }

  #cancelOthers(forwarding: Forwarding, but: string | undefined, now: Millis): void {
    for (const [branch, { request, hop, response }] of forwarding.branches) {
      if (branch === but || response || request.method !== 'INVITE') continue
      const cancel = cancelFor(request, but !== undefined)
      this.#pass(
        this.#transactions.handle({ type: 'request', id: `cancel-${++this.#count}`, request: cancel, hop }, now),
        now,
      )
    }
  }

  async #forwardAck(request: SipRequest): Promise<void> {
    const { dice, through, send, portOf } = this.#options
    dropOwnRoutes(request, (port) => this.#isOwnPort(port))
    const [route] = listOf(request.headers, 'Route')
    const hop = numericHop(route === undefined ? request.uri : (parseNameAddr(route)?.uri ?? ''))
    if (!hop || (hop.address === '127.0.0.1' && this.#isOwnPort(hop.port))) return
    await through(request, request.headers.get('Call-ID') ?? '', this.#isFromCaller(request))
    request.headers.prepend(
      'Via',
      `SIP/2.0/${hop.transport.toUpperCase()} 127.0.0.1:${portOf(hop.transport)};branch=z9hG4bK${dice.token(96)}`,
    )
    send(request, hop)
  }

  /** A 2xx that comes again after its transaction is over: without state, by the next Via. */
  #forwardStray(response: SipResponse): void {
    const headers = withoutTopVia(response.headers)
    const via = response.status >= 200 && response.status < 300 ? topVia(headers) : undefined
    const transport = via?.transport.toLowerCase()
    if (!via || (transport !== 'udp' && transport !== 'tcp' && transport !== 'tls')) return
    const port = parseNumber(via.params.get('rport'), 65_535) ?? via.port ?? 5060
    this.#options.send({ ...response, headers }, { transport, address: via.params.get('received') ?? via.host, port })
  }

  /** Who calls: of a caller who is not to be shown as they tell us alone (RFC 3325 §9.1). */
  #callerOf(headers: Headers): string {
    const from = userOf(uriOf(fromOf(headers))) ?? ''
    const preferred = headers.get('P-Preferred-Identity')
    if (preferred === undefined || this.#options.isPerson(from)) return from
    return userOf(uriOf(parseNameAddr(preferred))) ?? from
  }

  /** Who can tell when that person can be called (RFC 6910 §5.2). */
  #offerCompletion({ status, headers }: SipResponse, called: string): void {
    const mode = ({ 180: 'NR', 480: 'NR', 486: 'BS' } as const)[status]
    if (mode === undefined || !this.#options.isPerson(called)) return
    const port = this.#options.portOf('udp')
    headers.append('Call-Info', `<sip:${called}@127.0.0.1:${port}>;purpose=call-completion;m=${mode}`)
  }

  #isOwnPort(port: number): boolean {
    return (['udp', 'tcp', 'tls'] as const).some((transport) => this.#options.portOf(transport) === port)
  }

  #isFromCaller(request: SipRequest): boolean {
    return this.#callers.get(request.headers.get('Call-ID') ?? '') === tagOf(request.headers.get('From'))
  }
}

/** The names that requests for our people and numbers bear. */
const ownHosts: ReadonlySet<string> = new Set(['127.0.0.1', zone, hostNames.sip])
