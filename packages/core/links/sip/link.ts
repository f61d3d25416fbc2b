// The SIP link of a session: sockets, the user agent, and the registration, with every failure told by its cause.
import { errorValue, ParleyError, type PhoneState, type Settings } from '@openparley/contract'
import { type Driven, drive, dnsResolver, isUdpRefused, localAddressFor, netFailure } from '@openparley/net'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  escapeUser,
  type Hop,
  type HopResolver,
  isSip,
  parseUri,
  Registration,
  type RegistrationEffect,
  type RegistrationInput,
  resolveHops,
  responseTo,
  type SessionEvent,
  type SipRequest,
  type SipUri,
  writeUri,
} from '@openparley/protocols/sip'
import type { World } from '../../runtime/world.ts'
import { type Failure, finalCodes, networkFailure } from './causes.ts'
import { credentialsOf } from './credentials.ts'
import { type Flows, openFlows } from './flows.ts'
import { readRegistered } from './registered.ts'

export interface SipLinkOptions {
  readonly world: World
  readonly settings: () => Settings
  /** The system's own unless said. */
  readonly dns?: HopResolver
  readonly tell: (state: PhoneState) => void
  readonly onSession: (session: string, event: SessionEvent) => void
  /** A request that somebody must answer; the link answers 405 for methods that nobody named. */
  readonly onRequest?: (id: string, request: SipRequest, session: string | undefined) => void
}

export interface SipLink {
  feed(input: AgentInput): void
  /** The From and To of our own address, with the display name. */
  readonly address: string
  /** The URI for what was dialled: a user at our domain, or the SIP address itself. */
  targetOf(dialled: string): string
  /** Where new requests go, and under which URI we are reached there; undefined while there is no server. */
  way(): { readonly hop: Hop; readonly contact: string; readonly localAddress: string } | undefined
  /** Whether the other side of a session still answers. */
  isAlive(session: string): Promise<boolean>
  close(): Promise<void>
}

export function sipLink(options: SipLinkOptions): SipLink {
  const { world } = options
  const settings = options.settings()
  const servers = (settings['softphone.servers'] ?? []).map((text) => ({ text, uri: parseUri(text) as SipUri }))
  const user = escapeUser(settings['softphone.user'] ?? '')
  const first = servers[0]?.uri
  const domain =
    settings['softphone.domain'] ??
    (first?.port === undefined ? first?.host : `${first.host}:${first.port}`) ??
    'localhost'
  const aor = `sip:${user}@${domain}`
  const displayName = settings['softphone.displayName']
  const address = displayName === undefined ? `<${aor}>` : `"${displayName.replace(/[\\"]/g, '\\$&')}" <${aor}>`
  const dns = options.dns ?? dnsResolver()
  const credentials = credentialsOf(settings, world.dice)
  const callId = world.dice.token(128)

  let flows: Flows | undefined
  /** The server that is registered with, or tried. */
  let current: { readonly index: number; readonly hop: Hop } | undefined
  let attempt: { readonly id: string; readonly cancel: () => void } | undefined
  let cseq = 0
  let asked = 0
  let closing: (() => void) | undefined
  const names = new Map<string, string>()
  /** Questions to the other side of a session, by the id of the request. */
  const probes = new Map<string, (alive: boolean) => void>()
  const trusted = new Set<string>(settings['softphone.acceptFrom'])

  const contact = (hop: Hop): string => {
    const local = flows?.localOf(hop)
    const host = local?.address.includes(':') ? `[${local.address}]` : local?.address
    const transport = hop.transport === 'udp' ? '' : `;transport=${hop.transport === 'tls' ? 'tls' : 'tcp'}`
    return `sip:${user}@${host}:${local?.port}${transport}`
  }
  const agent = new Agent({
    dice: world.dice,
    sentBy: (hop) => {
      const local = flows?.localOf(hop)
      return local?.address.includes(':') ? `[${local.address}]:${local.port}` : `${local?.address}:${local?.port}`
    },
    contact,
    userAgent: 'Parley/0.1',
    ringMs: () => options.settings()['softphone.ringMs'],
    sessionExpiresS: () => options.settings()['softphone.sessionExpiresS'],
    mostSessions: 10_000,
    methods: [],
  })
  const registration = new Registration({
    servers: servers.length,
    expiresS: settings['softphone.expiresS'],
    dice: world.dice,
  })

  // The agent's effects.

  const perform = (effect: AgentEffect): void => {
    switch (effect.type) {
      case 'send': {
        const { id } = effect
        flows?.send(effect.message, effect.hop, (failure) => {
          if (id !== undefined) driven.feed({ type: 'failed', id, ...(failure ? { cause: failure.message } : {}) })
        })
        return
      }
      case 'resolve':
        void resolve(effect.id, effect.uri)
        return
      case 'challenged': {
        const answer = credentials.answer(effect, attempt?.id === effect.id)
        if ('failure' in answer && attempt?.id === effect.id) failed(answer.failure)
        driven.feed({ type: 'credentials', id: effect.id, header: 'header' in answer ? answer.header : undefined })
        return
      }
      case 'session':
        options.onSession(effect.session, effect.event)
        return
      case 'replied':
        // Whatever it answers, it is there; but a call that it does not know is none.
        probes.get(effect.id)?.(effect.response.status !== 481 && effect.response.status !== 408)
        if (effect.id === attempt?.id) {
          const result = readRegistered(effect.response, contact(current?.hop as Hop), settings['softphone.expiresS'])
          if ('grantedS' in result) granted(result.grantedS)
          else failed(result.failure, result.retryAfterMs, result.minExpiresS)
        }
        return
      case 'unanswered':
        probes.get(effect.id)?.(false)
        if (effect.id === attempt?.id)
          failed(effect.cause.is === 'timeout' ? { code: 'server-silent' } : { code: 'server-closed' })
        return
      case 'request':
        if (options.onRequest) options.onRequest(effect.id, effect.request, effect.session)
        else driven.feed({ type: 'reply', id: effect.id, status: 405 })
    }
  }
  const driven: Driven<AgentInput> = drive(agent, world.clock, perform)

  const resolve = async (id: string, uri: string): Promise<void> => {
    const parsed = parseUri(uri)
    const hops = isSip(parsed) ? await resolveHops(parsed, dns, world.dice) : []
    for (const { address: found } of hops) if (isSip(parsed)) names.set(found, parsed.host)
    driven.feed({ type: 'resolved', id, hops })
  }

  // The registration.

  const registering: Driven<RegistrationInput> = drive<RegistrationInput, RegistrationEffect>(
    registration,
    world.clock,
    (effect) => {
      if (effect.type === 'register') void register(effect.server, effect.expiresS)
      else show(effect.state)
    },
  )
  const register = async (index: number, expiresS: number): Promise<void> => {
    const server = servers[index]
    if (!server) return
    const id = `register-${++asked}`
    attempt?.cancel()
    const cancel = world.clock.at(world.clock.now() + attemptMs, () => failed({ code: 'server-silent' }))
    attempt = { id, cancel }
    try {
      const hop = await reach(server.uri)
      if (attempt?.id !== id) return
      current = { index, hop }
      if (hop.transport === 'udp') void probe(id, hop)
      driven.feed({
        type: 'ask',
        id,
        method: 'REGISTER',
        uri: writeUri({ scheme: 'sip', host: domainHost(domain), params: new Map(), ...domainPort(domain) }),
        from: address,
        to: address,
        headers: [
          ['Contact', `<${contact(hop)}>;expires=${expiresS}`],
          ['Expires', String(expiresS)],
          ['Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE'],
          ['Supported', 'timer'],
        ],
        hop,
        callId,
        // Each challenge takes the next number, and there may be some.
        cseq: (cseq += 8),
      })
    } catch (error) {
      if (attempt?.id === id) failed(error instanceof ParleyError ? error : networkFailure(netFailure(error)))
    }
  }
  /** The server's hop, with its connection open and our own address known. */
  const reach = async (uri: SipUri): Promise<Hop> => {
    const hops = await resolveHops(uri, dns, world.dice)
    const [hop] = hops
    if (!hop) throw new ParleyError('server-unresolved', uri.host)
    if (!flows) {
      flows = await openFlows({
        localAddress: settings['softphone.localAddress'] ?? (await localAddressFor(hop.address)),
        trust: {
          verify: settings['softphone.tls.verify'],
          ...(settings['softphone.tls.ca'] === undefined ? {} : { ca: settings['softphone.tls.ca'] }),
        },
        nameOf: (remote) => names.get(remote) ?? remote,
        connectTimeoutMs,
        onMessage: (message, from) => {
          // Requests of strangers are not even answered (DESIGN §8).
          if (message.kind === 'response' || trusted.has(from.address))
            driven.feed({ type: 'received', message, hop: from })
        },
        onMalformed: ({ method, answer, headers }, from) => {
          // A request costs its sender an answer, where it says who that is; an ACK is never answered.
          if (trusted.has(from.address) && answer !== undefined && method !== 'ACK' && headers.has('Via')) {
            const request: SipRequest = {
              kind: 'request',
              method: method ?? '',
              uri: '',
              headers,
              body: new Uint8Array(0),
            }
            flows?.send(responseTo(request, answer, world.dice.token(64)), from, () => {})
          }
          if (attempt && from.address === current?.hop.address) failed({ code: 'server-garbled' })
        },
        onLost: (lost, failure) => {
          if (lost.address === current?.hop.address && lost.port === current.hop.port && !closing)
            failed(networkFailure(failure))
          // A call that waits on it does not wait for its ring limit; the registration is told first, with the exact cause.
          driven.feed({ type: 'hop-failed', hop: lost, ...(failure ? { cause: failure.message } : {}) })
        },
      })
    }
    // One that refuses, is silent or fails in TLS is as good as none (RFC 3263 §4.3); the first failure is the one told.
    let failure: unknown
    for (const each of hops) {
      names.set(each.address, uri.host.replace(/^\[|\]$/g, ''))
      try {
        await flows.open(each)
        trusted.add(each.address)
        return each
      } catch (error) {
        failure ??= error
      }
    }
    throw failure
  }
  const probe = async (id: string, hop: Hop): Promise<void> => {
    if ((await isUdpRefused(hop.address, hop.port)) && attempt?.id === id) failed({ code: 'server-refused' })
  }
  const settle = (): void => {
    attempt?.cancel()
    attempt = undefined
  }
  const granted = (expiresS: number): void => {
    settle()
    registering.feed({ type: 'granted', expiresS })
  }
  const failed = (why: Failure, retryAfterMs?: number, minExpiresS?: number): void => {
    settle()
    registering.feed({
      type: 'refused',
      refusal: {
        scope: finalCodes.includes(why.code) ? 'final' : 'server',
        why,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        ...(minExpiresS === undefined ? {} : { minExpiresS }),
      },
    })
  }
  const show = (state: Registration['state']): void => {
    const since = world.wall()
    const server = 'server' in state ? servers[state.server]?.text : undefined
    const base = { since, ...(server === undefined ? {} : { server }) }
    const error = 'why' in state ? errorOf(state.why as Failure) : undefined
    switch (state.is) {
      case 'off':
        options.tell({ is: 'off', ...base })
        closing?.()
        return
      case 'registering':
        options.tell({ is: 'connecting', ...base })
        return
      case 'registered':
        options.tell({ is: 'ready', ...base })
        return
      case 'waiting':
        options.tell({
          is: 'waiting',
          ...base,
          ...(error ? { error } : {}),
          nextTryAt: new Date(Date.parse(since) + state.forMs).toISOString(),
        })
        return
      case 'failed':
        options.tell({ is: 'failed', ...base, ...(error ? { error } : {}) })
        return
      case 'leaving':
        return
    }
  }

  const start = async (): Promise<void> => {
    if (settings['softphone.register']) return registering.feed({ type: 'start' })
    // Without a registration the phone is ready when its server can be reached.
    try {
      const [server] = servers
      if (!server) throw new ParleyError('setting-missing', 'softphone.servers')
      options.tell({ is: 'connecting', since: world.wall(), server: server.text })
      current = { index: 0, hop: await reach(server.uri) }
      options.tell({ is: 'ready', since: world.wall(), server: server.text })
    } catch (error) {
      const why = error instanceof ParleyError ? error : networkFailure(netFailure(error))
      options.tell({ is: 'failed', since: world.wall(), error: errorOf(why) })
    }
  }
  void start()

  return {
    feed: (input) => driven.feed(input),
    address,
    targetOf: (dialled) =>
      /^sips?:/i.test(dialled)
        ? dialled
        : dialled.includes('@')
          ? `sip:${dialled}`
          : `sip:${escapeUser(dialled)}@${domain}`,
    way: () => {
      if (!flows || !current) return undefined
      return { hop: current.hop, contact: contact(current.hop), localAddress: flows.udp.address }
    },
    isAlive: (session) =>
      new Promise((resolve) => {
        const id = `probe-${++asked}`
        probes.set(id, (alive) => {
          probes.delete(id)
          resolve(alive)
        })
        driven.feed({ type: 'send', session, id, method: 'OPTIONS' })
        // Over UDP a machine where nobody listens says so at once; waiting for the request's own end takes half a minute.
        const hop = current?.hop
        if (hop?.transport === 'udp') {
          void isUdpRefused(hop.address, hop.port).then((refused) => refused && probes.get(id)?.(false))
        }
      }),
    close: async () => {
      await new Promise<void>((resolve) => {
        closing = resolve
        if (registration.state.is === 'off') resolve()
        else registering.feed({ type: 'stop' })
      })
      settle()
      registering.stop()
      driven.stop()
      await flows?.close()
    },
  }
}

function errorOf({ code, detail, peer }: Failure): ReturnType<typeof errorValue> {
  return errorValue(code, detail, peer)
}

function domainHost(domain: string): string {
  return domain.replace(/:\d+$/, '')
}

function domainPort(domain: string): { port?: number } {
  const port = /:(\d+)$/.exec(domain)?.[1]
  return port === undefined ? {} : { port: Number(port) }
}

/** How long one server is given to answer a REGISTER before the next is tried. */
const attemptMs = 10_000
const connectTimeoutMs = 5000
