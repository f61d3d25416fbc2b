// The SIP link of a session: sockets, the user agent, and the registration, with every failure told by its cause.
import type { PhoneState, Settings } from '@openparley/contract'
import { type Driven, drive, dnsResolver, isUdpRefused, localAddressFor } from '@openparley/net'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  type Cause,
  type DialogName,
  escapeUser,
  type Field,
  type Hop,
  type HopResolver,
  isSip,
  type Malformed,
  parseUri,
  resolveHops,
  responseTo,
  type SessionEvent,
  type SipRequest,
  type SipResponse,
  type SipUri,
  type SubscriptionEvent,
  type WatcherEvent,
  writeUri,
} from '@openparley/protocols/sip'
import type { EngineRecord, Recorder } from '../../runtime/recorder.ts'
import type { World } from '../../runtime/world.ts'
import { networkFailure } from './causes.ts'
import { type Account, credentialsOf } from './credentials.ts'
import { deviceFields, isDevice, type ServiceControl, serviceControlOf } from './cucm.ts'
import type { Flows } from './flows.ts'
import { readRegistered } from './registered.ts'
import { registering } from './registering.ts'
import { standingBy } from './standing-by.ts'
import { type Wires, wires } from './wires.ts'
import { secretOf } from '../../runtime/secret.ts'

export interface SipLinkOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly recorder: Recorder
  /** The sockets, where other links have part in them. */
  readonly wires?: Wires
  /** The system's own unless said. */
  readonly dns?: HopResolver
  readonly tell: (state: PhoneState) => void
  readonly onSession: (session: string, event: SessionEvent) => void
  /** The call manager wants its device to begin anew, or to look at its configuration again. */
  readonly onServiceControl: (asks: ServiceControl) => void
  /** A request that must be answered by `reply`. */
  readonly onRequest: (id: string, request: SipRequest, session: string | undefined) => void
  /** What becomes of a subscription of ours. */
  readonly onSubscription: (subscription: string, event: SubscriptionEvent) => void
  /** Somebody wants to be told of something: `watch` or `refuse-watch`. */
  readonly onWatcher: (watcher: string, event: WatcherEvent) => void
  /** What became of an `ask` that was fed; its id tells it from the link's own. */
  readonly onAnswer?: (id: string, answer: SipResponse | Cause['is']) => void
}

export interface SipLink {
  feed(input: AgentInput): void
  /** The From and To of our own address, with the display name. */
  readonly address: string
  /** Our own address as a URI. */
  readonly own: string
  /** The URI for what was dialled: a user at our domain, or the SIP address itself. */
  targetOf(dialled: string): string
  /** Where new requests go, and under which URI we are reached there; undefined while there is no server. */
  way(): { readonly hop: Hop; readonly contact: string; readonly localAddress: string } | undefined
  /** The dialog of a session; undefined where it has none yet. */
  dialogOf(session: string): DialogName | undefined
  /** A request in a session's dialog; the cause where nobody answers it. */
  ask(session: string, method: string, headers: readonly Field[], body?: Body): Promise<SipResponse | Cause['is']>
  /** Keeps what an engine of a call does: of those of one kind, the last few. */
  record(kind: string, options: Readonly<Record<string, unknown>>): EngineRecord
  /** Whether the other side of a session still answers. */
  isAlive(session: string): Promise<boolean>
  close(): Promise<void>
}

export interface Body {
  readonly contentType: string
  readonly body: string
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
  const dns = options.dns ?? dnsResolver(settings['discovery.dns'])
  const credentials = credentialsOf(accountOf(settings), world.dice)
  const callId = world.dice.token(128)

  let flows: Flows | undefined
  let opening: Promise<Flows> | undefined
  let cseq = 0
  let asked = 0
  const names = new Map<string, string>()
  /** Who waits for what becomes of a request in a session, by its id. */
  const askers = new Map<string, (answer: SipResponse | Cause['is']) => void>()
  let recorded = 0
  const trusted = new Set<string>(settings['softphone.acceptFrom'])

  const contactUser = isDevice(settings) ? (settings['softphone.cucm.contact'] ?? user) : user
  const contact = (hop: Hop): string => {
    const local = flows?.localOf(hop)
    const host = local?.address.includes(':') ? `[${local.address}]` : local?.address
    const transport = hop.transport === 'udp' ? '' : `;transport=${hop.transport === 'tls' ? 'tls' : 'tcp'}`
    return `sip:${contactUser}@${host}:${local?.port}${transport}`
  }
  const device = deviceFields(settings)
  const made = {
    userAgent: isDevice(settings) ? settings['softphone.cucm.userAgent'] : 'Parley/0.1',
    mostSessions: 10_000,
    methods: ['NOTIFY', 'REFER', 'SUBSCRIBE', 'MESSAGE', 'INFO'],
    events: ['kpml'],
  }
  const record = options.recorder.engine('sip', 'agent', made)
  const agent = new Agent({
    ...made,
    dice: {
      roll: () => record.answer(world.dice.roll()),
      token: (bits) => record.answer(world.dice.token(bits)),
    },
    sentBy: (hop) => {
      const local = flows?.localOf(hop)
      const host = local?.address.includes(':') ? `[${local.address}]` : local?.address
      return record.answer(`${host}:${local?.port}`)
    },
    contact: (hop) => record.answer(contact(hop)),
    ringMs: () => record.answer(options.settings()['softphone.ringMs']),
    sessionExpiresS: () => record.answer(options.settings()['softphone.sessionExpiresS']),
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
        const registers = registration.isAttempt(effect.id)
        const answer = credentials.answer(effect, registers)
        if ('failure' in answer && registers) registration.failed(answer.failure)
        driven.feed({ type: 'credentials', id: effect.id, header: 'header' in answer ? answer.header : undefined })
        return
      }
      case 'session':
        options.onSession(effect.session, effect.event)
        return
      case 'watcher':
        options.onWatcher(effect.watcher, effect.event)
        return
      case 'subscription':
        options.onSubscription(effect.subscription, effect.event)
        return
      case 'replied':
        askers.get(effect.id)?.(effect.response)
        options.onAnswer?.(effect.id, effect.response)
        if (standby.answered(effect.id, effect.response.status < 300)) return
        if (registration.hop) {
          const own = contact(registration.hop)
          registration.answered(effect.id, readRegistered(effect.response, own, settings['softphone.expiresS']))
        }
        return
      case 'unanswered':
        askers.get(effect.id)?.(effect.cause.is)
        options.onAnswer?.(effect.id, effect.cause.is)
        if (standby.answered(effect.id, false)) return
        if (registration.isAttempt(effect.id))
          registration.failed({ code: effect.cause.is === 'timeout' ? 'server-silent' : 'server-closed' })
        return
      case 'request': {
        const asks = serviceControlOf(effect.request, settings['softphone.cucm.versionStamp'])
        if (asks !== undefined && !effect.session) {
          driven.feed({ type: 'reply', id: effect.id, status: 200 })
          return options.onServiceControl(asks)
        }
        options.onRequest(effect.id, effect.request, effect.session)
      }
    }
  }
  const driven: Driven<AgentInput> = drive(agent, world.clock, perform, record.turn)

  const resolve = async (id: string, uri: string): Promise<void> => {
    const parsed = parseUri(uri)
    const hops = isSip(parsed) ? await resolveHops(parsed, dns, world.dice) : []
    for (const { address: found } of hops) if (isSip(parsed)) names.set(found, parsed.host)
    driven.feed({ type: 'resolved', id, hops })
  }

  const shared = options.wires ?? wires()
  const openFlowsFor = async (hop: Hop): Promise<Flows> =>
    shared.open(`sip:${contactUser}@${domainHost(domain)}`, {
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
      onMalformed: (malformed, from) => {
        if (trusted.has(from.address)) refuse(malformed, from)
        if (from.address === registration.hop?.address && registration.isTrying)
          registration.failed({ code: 'server-garbled' })
      },
      onLost: (lost, failure) => {
        registration.failedAt(lost, networkFailure(failure))
        // A call that waits on it does not wait for its ring limit; the registration is told first, with the exact cause.
        driven.feed({ type: 'hop-failed', hop: lost, ...(failure ? { cause: failure.message } : {}) })
      },
    })
  /** A request costs its sender an answer, where it says who that is; an ACK is never answered. */
  const refuse = ({ method, answer, headers }: Malformed, from: Hop): void => {
    if (answer === undefined || method === 'ACK' || !headers.has('Via')) return
    const request: SipRequest = { kind: 'request', method: method ?? '', uri: '', headers, body: new Uint8Array(0) }
    flows?.send(responseTo(request, answer, world.dice.token(64)), from, () => {})
  }

  const hopsOf = (uri: SipUri): Promise<Hop[]> => resolveHops(uri, dns, world.dice)
  const open = async (hop: Hop, uri: SipUri): Promise<void> => {
    flows ??= await (opening ??= openFlowsFor(hop).finally(() => {
      opening = undefined
    }))
    names.set(hop.address, uri.host.replace(/^\[|\]$/g, ''))
    await flows.open(hop)
    trusted.add(hop.address)
  }
  const registrarUri = writeUri({ scheme: 'sip', host: domainHost(domain), params: new Map(), ...domainPort(domain) })
  const standby = standingBy({
    world,
    recorder: options.recorder,
    servers: isDevice(settings) ? servers : [],
    keepAliveMs: settings['softphone.cucm.keepAliveS'] * 1000,
    steadyMs: settings['softphone.cucm.steadyS'] * 1000,
    hopsOf,
    open,
    ask: (id, what, hop, server) =>
      driven.feed({
        type: 'ask',
        id,
        method: what === 'token' ? 'REFER' : 'REGISTER',
        uri: what === 'token' ? writeUri({ ...server.uri, params: new Map() }) : registrarUri,
        from: address,
        to: address,
        headers:
          what === 'token'
            ? [
                ['Contact', `<${contact(hop)}>`],
                ['Refer-To', '<urn:X-cisco-remotecc:token-registration>'],
                ['Referred-By', `<${aor}>`],
                ['Refer-Sub', 'false'],
              ]
            : [['Contact', `<${contact(hop)}>${device.contact};expires=0;cisco-keep-alive`]],
        hop,
      }),
    use: (server) => registration.use(server),
  })
  const registration = registering({
    world,
    recorder: options.recorder,
    servers,
    register: settings['softphone.register'],
    expiresS: settings['softphone.expiresS'],
    failsBack: !isDevice(settings),
    refreshBeforeS: isDevice(settings) ? settings['softphone.cucm.registerDeltaS'] : undefined,
    tell: options.tell,
    registered: (server) => standby.registered(server),
    hopsOf,
    open,
    isRefused: ({ address: at, port }) => isUdpRefused(at, port),
    ask: (id, hop, expiresS) =>
      driven.feed({
        type: 'ask',
        id,
        method: 'REGISTER',
        uri: registrarUri,
        from: address,
        to: address,
        ...(device.body === undefined ? {} : { body: device.body }),
        headers: [
          ['Contact', `<${contact(hop)}>${device.contact};expires=${expiresS}`],
          ['Expires', String(expiresS)],
          ['Allow', ['INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK', ...made.methods].join(', ')],
          ...device.headers,
        ],
        hop,
        callId,
        // Each challenge takes the next number, and there may be some.
        cseq: (cseq += 8),
      }),
  })
  registration.start()

  const ask: SipLink['ask'] = (session, method, headers, body) =>
    new Promise((resolve) => {
      const id = `ask-${++asked}`
      askers.set(id, (answer) => {
        askers.delete(id)
        resolve(answer)
      })
      driven.feed({ type: 'send', session, id, method, headers, ...body })
    })

  return {
    feed: (input) => driven.feed(input),
    address,
    own: aor,
    targetOf: (dialled) =>
      /^sips?:/i.test(dialled)
        ? dialled
        : dialled.includes('@')
          ? `sip:${dialled}`
          : `sip:${escapeUser(dialled)}@${domain}`,
    way: () => {
      const { hop } = registration
      if (!flows || !hop) return undefined
      return { hop, contact: contact(hop), localAddress: flows.udp.address }
    },
    dialogOf: (session) => agent.dialogOf(session),
    ask,
    record: (kind, what) => options.recorder.engine(`${kind} ${1 + (recorded++ % recordedEach)}`, kind, what),
    isAlive: async (session) => {
      // Over UDP a machine where nobody listens says so at once; waiting for the request's own end takes half a minute.
      const { hop } = registration
      const answered = ask(session, 'OPTIONS', []).then(
        // Whatever it answers, it is there; but a call that it does not know is none.
        (answer) => typeof answer !== 'string' && answer.status !== 481 && answer.status !== 408,
      )
      if (hop?.transport !== 'udp') return answered
      const refused = isUdpRefused(hop.address, hop.port)
      return Promise.race([answered, refused.then((is) => (is ? false : answered))])
    },
    close: async () => {
      standby.stop()
      await registration.stop()
      driven.stop()
      await flows?.close()
    },
  }
}

function accountOf(settings: Settings): Account {
  const given = settings['softphone.password']
  return {
    user: settings['softphone.authUser'] ?? settings['softphone.user'] ?? '',
    password: () => secretOf(given),
    realms: settings['softphone.realms'] ?? [],
    learnsFrom: settings['softphone.register'] ? 'registrar' : 'any',
  }
}

function domainHost(domain: string): string {
  return domain.replace(/:\d+$/, '')
}

function domainPort(domain: string): { port?: number } {
  const port = /:(\d+)$/.exec(domain)?.[1]
  return port === undefined ? {} : { port: Number(port) }
}

const connectTimeoutMs = 5000
const recordedEach = 8
