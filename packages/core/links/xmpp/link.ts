// The XMPP stream of a session: one, whoever of its adapters speaks on it. It is made again for as long as it is wanted, with each
// server of the list in turn, and taken up where it broke off where the server can (XEP-0198).
import { errorValue, ParleyError, type Settings } from '@openparley/contract'
import { type DnsResolver, NetFailure } from '@openparley/net'
import { backoff } from '@openparley/protocols/common'
import { trustIn } from '../../runtime/trust.ts'
import type { World } from '../../runtime/world.ts'
import { bareOf } from './address.ts'
import { described, disco } from './capabilities.ts'
import { asStanzaFailure, errorOf, isFinal } from './causes.ts'
import { type Entity, type Stanza, xml, xmppEntity } from './entity.ts'
import { connectSecurely, type Place } from './secure.ts'
import { StanzaFailure } from './stanza-failure.ts'

export interface XmppState {
  /** off: not wanted, or nobody is signed in there; waiting: tried again later; failed: not before somebody changes something. */
  readonly is: 'off' | 'connecting' | 'online' | 'waiting' | 'failed'
  readonly server?: string
  readonly error?: ReturnType<typeof errorValue>
  readonly nextTryAt?: string
}

/** What an adapter wants of the stream. It is called in the order of use; the first that takes a stanza has it. */
export interface XmppModule {
  /** The stream stands. `resumed`: nothing was lost in between, and nothing must be asked again. */
  readonly online?: (resumed: boolean) => void
  readonly offline?: () => void
  readonly message?: (stanza: Stanza) => boolean
  readonly presence?: (stanza: Stanza) => boolean
  /** The server has it for certain. */
  readonly acknowledged?: (stanza: Stanza) => void
  /** The server may not have it. */
  readonly lost?: (stanza: Stanza) => void
}

export interface XmppLink {
  readonly state: XmppState
  /** The person’s own address, without a resource. */
  readonly bare: string
  readonly domain: string
  /** The first attempt is over, well or not. */
  settled(): Promise<XmppState>
  use(module: XmppModule): void
  /** False: there is no stream, and it was not taken. */
  send(stanza: Stanza): boolean
  /** An <iq/> and its answer’s child. Rejects with a StanzaFailure. */
  ask(type: 'get' | 'set', to: string | undefined, child: Stanza): Promise<Stanza | undefined>
  /** The server, or somebody, sets that element: the answer is given for us unless the act says false. */
  answer(type: 'get' | 'set', ns: string, name: string, act: (stanza: Stanza) => Stanza | boolean): void
  start(): void
  stop(): Promise<void>
}

export interface XmppLinkOptions {
  readonly world: World
  readonly settings: () => Settings
  /** Who signs in, read from the settings: alice@example.com. */
  readonly user: string
  readonly password: () => string | undefined
  readonly dns: () => DnsResolver
  readonly tell: (state: XmppState) => void
}

export function xmppLink(options: XmppLinkOptions): XmppLink {
  const { world, settings } = options
  const [user = '', domain = ''] = options.user.split('@')
  const bare = bareOf(options.user)
  const modules: XmppModule[] = []
  let state: XmppState = { is: 'off' }
  let attempt = new AbortController()
  let failures = 0
  let wake: (() => void) | undefined
  let place: Place | undefined
  /** What the stream said last of why it ends. */
  let broke: Error | undefined
  /** What ends the attempt that is under way. */
  let settle: ((outcome: 'online' | Error) => void) | undefined
  let offline = Promise.withResolvers<never>()
  offline.promise.catch(() => {})

  let settling = Promise.withResolvers<XmppState>()
  const show = (next: XmppState): void => {
    state = next
    if (next.is !== 'connecting') settling.resolve(next)
    options.tell(next)
  }
  const isWanted = (): boolean => state.is !== 'off' && state.is !== 'failed'

  const attemptAll = async (): Promise<void> => {
    const mine = new AbortController()
    attempt = mine
    let failure: Error = new ParleyError('setting-missing', 'xmpp.servers')
    for (const server of settings()['xmpp.servers'] ?? []) {
      show({ is: 'connecting', server })
      for (const each of await placesOf(server, options.dns())) {
        if (mine.signal.aborted) return
        const outcome = each instanceof Error ? each : await attemptAt(each)
        if (mine.signal.aborted) return
        if (outcome === 'online') return
        failure = outcome
        if (isFinal(failure)) break
      }
      if (isFinal(failure)) break
    }
    const error = errorOf(failure)
    if (isFinal(failure)) return show({ is: 'failed', error })
    tryAgain(error)
  }
  const attemptAt = async (at: Place): Promise<'online' | Error> => {
    place = at
    const outcome = new Promise<'online' | Error>((resolve) => {
      settle = resolve
    })
    const cancel = world.clock.at(world.clock.now() + timeoutMs, () => settle?.(new NetFailure('silent')))
    entity = fresh(entity)
    try {
      await entity.connect('xmpp://our.own.way')
      await entity.open({ domain, lang: 'en' })
    } catch (error) {
      settle?.(error as Error)
    }
    const is = await outcome
    cancel()
    settle = undefined
    // What is half made is not left standing.
    if (is !== 'online') await leave()
    return is
  }
  /** Says goodbye, and waits for no answer to it for long. */
  const leave = async (): Promise<void> => {
    const late = Promise.withResolvers<void>()
    const cancel = world.clock.at(world.clock.now() + leaveMs, late.resolve)
    await Promise.race([entity.disconnect().catch(() => {}), late.promise])
    cancel()
  }
  const tryAgain = (error: XmppState['error']): void => {
    const forMs = backoff(++failures, { baseMs: 1000, mostMs: 120_000 }, world.dice)
    wake?.()
    wake = world.clock.at(world.clock.now() + forMs, () => void attemptAll())
    const nextTryAt = new Date(Date.parse(world.wall()) + forMs).toISOString()
    show({ is: 'waiting', ...(error ? { error } : {}), nextTryAt })
  }
  const stands = (resumed: boolean): void => {
    failures = 0
    broke = undefined
    const server = place && `${place.address}:${place.port}`
    settle?.('online')
    show({ is: 'online', ...(server === undefined ? {} : { server }) })
    for (const module of modules) module.online?.(resumed)
  }
  const fell = (): void => {
    settle?.(new NetFailure('closed'))
    if (state.is !== 'online') return
    offline.reject(new StanzaFailure('offline'))
    offline = Promise.withResolvers<never>()
    offline.promise.catch(() => {})
    for (const module of modules) module.offline?.()
    const error = broke ? errorOf(broke) : errorValue('server-closed')
    // Another client took this one's name: two that take it from each other in turn would do so for ever (RFC 6120 §4.9.3.3).
    if ((broke as { condition?: string } | undefined)?.condition === 'conflict') failures = longPause
    broke = undefined
    if (isWanted()) tryAgain(error)
  }

  const answers: Parameters<XmppLink['answer']>[] = []
  /**
   * A client of its own for each attempt: the library's keeps waiting for answers of a connection that broke off while it signed in.
   * What the server must still confirm goes over to the next.
   */
  const fresh = (before: Entity | undefined): Entity => {
    const made = xmppEntity({
      user,
      domain,
      password: () => {
        const password = options.password()
        if (password === undefined) throw new ParleyError('credentials-missing', 'xmpp.password')
        return password
      },
      nonce: () => world.dice.token(128),
      resource: settings()['xmpp.resource'],
      mostStanzaBytes: settings()['xmpp.mostStanzaBytes'],
      timeoutMs,
      connect: () => {
        const trust = trustIn(settings(), 'xmpp')
        return connectSecurely(place as Place, { domain, trust, timeoutMs, signal: attempt.signal })
      },
    })
    const management = made.streamManagement
    Object.assign(management, { requestAckInterval: ackMs, timeout: timeoutMs })
    if (before) {
      const { id, inbound, outbound, outbound_q, max } = before.streamManagement
      Object.assign(management, { id, inbound, outbound, outbound_q, max })
      made.jid = before.jid
    }
    const isCurrent = (): boolean => made === entity
    // What is sent before the server counts is never acknowledged: the stream stands when that is agreed, or cannot be (XEP-0198 §3).
    made.on('element', (element) => {
      if (element.name === 'stream:features') counts = element.getChild('sm', sm) ? 'offered' : 'not offered'
      if (counts !== 'offered' || element.attrs['xmlns'] !== sm) return
      if (element.name === 'enabled') counts = 'yes'
      else if (element.name === 'failed' && made.status === 'online') counts = 'refused'
      else return
      // After the library has read it as well.
      queueMicrotask(() => isCurrent() && stands(false))
    })
    made.on('online', () => {
      if (isCurrent() && counts === 'not offered') stands(false)
    })
    management.on('resumed', () => {
      counts = 'yes'
      if (isCurrent()) stands(true)
    })
    made.on('disconnect', () => isCurrent() && fell())
    made.on('error', (error) => {
      if (!isCurrent()) return
      broke = error
      settle?.(error)
    })
    management.on('ack', (stanza) => {
      if (isCurrent()) for (const module of modules) module.acknowledged?.(stanza)
    })
    management.on('fail', (stanza) => {
      if (isCurrent()) for (const module of modules) module.lost?.(stanza)
    })
    made.on('stanza', (stanza) => {
      const kind = stanza.name
      if (isCurrent() && (kind === 'message' || kind === 'presence')) modules.some((module) => module[kind]?.(stanza))
    })
    made.iqCallee.get(disco, 'query', ({ stanza }) => described(stanza.getChild('query')?.attrs['node']) ?? false)
    for (const [type, ns, name, act] of answers) made.iqCallee[type](ns, name, ({ stanza }) => act(stanza))
    return made
  }
  let counts: 'not offered' | 'offered' | 'yes' | 'refused' = 'not offered'
  let entity = fresh(undefined)

  return {
    get state() {
      return state
    },
    bare,
    domain,
    settled: () => settling.promise,
    use: (module) => {
      modules.push(module)
    },
    send: (stanza) => {
      if (state.is !== 'online') return false
      // Where the server does not count, what was written is as certain as it gets. What was not written the library does not keep.
      entity.send(stanza).then(
        () => {
          if (counts !== 'yes') for (const module of modules) module.acknowledged?.(stanza)
        },
        () => {
          for (const module of modules) module.lost?.(stanza)
        },
      )
      return true
    },
    ask: async (type, to, child) => {
      if (state.is !== 'online') throw new StanzaFailure('offline')
      const id = world.dice.token(64)
      const asked = entity.iqCaller.request(xml('iq', { type, id, to }, child), askMs)
      try {
        const answer = await Promise.race([asked, offline.promise])
        return answer.getChildElements()[0]
      } catch (error) {
        asked.catch(() => {})
        throw asStanzaFailure(error)
      }
    },
    answer: (type, ns, name, act) => {
      answers.push([type, ns, name, act])
    },
    start: () => {
      if (isWanted()) return
      failures = 0
      settling = Promise.withResolvers()
      show({ is: 'connecting' })
      void attemptAll()
    },
    stop: async () => {
      const was = state.is
      wake?.()
      attempt.abort()
      show({ is: 'off' })
      settle?.(new NetFailure('closed'))
      if (was === 'off') return
      for (const module of modules) if (was === 'online') module.offline?.()
      await leave()
    },
  }
}

/** The addresses of a server of the list, or why there are none. */
async function placesOf(server: string, dns: DnsResolver): Promise<(Place | Error)[]> {
  const [, scheme = '', host = '', port] = /^(xmpps?:)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/i.exec(server) ?? []
  const isDirect = scheme.toLowerCase() === 'xmpps:'
  const name = host.replace(/^\[|\]$/g, '')
  const addresses = await dns.addresses(name)
  if (addresses.length === 0) return [new NetFailure('unresolved', name)]
  return addresses.map((address) => ({ address, port: Number(port ?? (isDirect ? 5223 : 5222)), isDirect }))
}

const sm = 'urn:xmpp:sm:3'
/** Goodbye is said in so much time. */
const leaveMs = 2000
/** As many failures make for a pause of a minute or two. */
const longPause = 7
/** For connecting and signing in at one address. */
const timeoutMs = 10_000
/** For an answer. */
const askMs = 15_000
/** After so long without a word the server is asked whether it is there. */
const ackMs = 30_000
