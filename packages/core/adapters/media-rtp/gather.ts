// Candidates of one leg, RFC 8445 §5.1.1: those of its own sockets, what servers see of them, and what relays lend. Servers that do not answer
// cost half a second once, and are passed over for a while.
import { randomBytes } from 'node:crypto'
import { dnsResolver, drive, realClock } from '@openparley/net'
import { type Component, type LocalCandidate, priorityOf, withoutRedundant } from '@openparley/protocols/ice'
import { BindingQuestion, type Place, type ReadStun, type TurnFault } from '@openparley/protocols/stun'
import type { WayServer } from '../../services/media/port.ts'
import type { Gathering, Helper } from './messages.ts'
import type { PortPair } from './port-pair.ts'
import { Relay } from './relay.ts'

export interface Gathered {
  readonly candidates: readonly LocalCandidate[]
  /** By their bases. */
  readonly relays: ReadonlyMap<number, Relay>
  /** How each server that was asked has answered. */
  readonly helpers: readonly WayServer[]
}

export interface GatherParts {
  readonly pair: PortPair
  readonly address: string
  /** What comes from a STUN server to that component’s socket. */
  readonly expect: (component: Component, at: Place, heard: (message: ReadStun) => void) => void
  /** A relay whose packets come by the leg’s socket. */
  readonly relayed: (component: Component, relay: Relay) => void
  readonly onPacket: (base: number, packet: Buffer, from: Place) => void
  /** One that was taken has failed. */
  readonly onLost: (base: number, why: WayServer) => void
}

type Failure = Required<WayServer>

export async function gather(gathering: Gathering, parts: GatherParts): Promise<Gathered> {
  const { helpers, only } = gathering
  const { pair, address } = parts
  const found: LocalCandidate[] = []
  const relays = new Map<number, Relay>()
  const answers: WayServer[] = []
  const late = realClock.now() + gathering.mostMs
  const sockets = [
    [1, pair.rtp],
    [2, pair.rtcp],
  ] as const
  const foundations = new Map<string, string>()
  const foundation = (kind: string): string => {
    const known = foundations.get(kind) ?? String(foundations.size + 1)
    foundations.set(kind, known)
    return known
  }
  const add = (
    type: LocalCandidate['type'],
    component: Component,
    base: number,
    place: Place,
    server = '',
    related?: Place,
  ): void => {
    found.push({
      ...place,
      base,
      component,
      type,
      foundation: foundation(`${type} ${server}`),
      priority: priorityOf(type, 65_535, component),
      ...(related ? { related } : {}),
    })
  }
  const host = (component: Component): Place => ({ address, port: sockets[component - 1]?.[1].address().port ?? 0 })
  for (const [component] of sockets) add('host', component, component, host(component))

  const seen = async (helper: Helper): Promise<Failure | undefined> => {
    const at = await placeOf(helper, gathering)
    if (!at) return failure(helper, 'the name is not found')
    const asked = sockets.map(([component]) => askBinding(at, component, parts, gathering.mostMs))
    const mapped = await Promise.all(asked)
    for (const [i, place] of mapped.entries()) {
      const component = (i + 1) as Component
      if (place) add('srflx', component, component, place, helper.uri, host(component))
    }
    return mapped[0] ? undefined : failure(helper, 'no answer')
  }
  const lent = async (helper: Helper): Promise<Failure | undefined> => {
    const at = await placeOf(helper, gathering)
    if (!at) return failure(helper, 'the name is not found')
    const tried = await Promise.all(
      sockets.map(([component, socket]) => {
        const base = relayBase + component
        const taken = Promise.withResolvers<{ relay: Relay; relayed: Place; mapped: Place | undefined } | Failure>()
        const relay: Relay = new Relay({
          helper,
          at,
          socket,
          localAddress: address,
          ca: gathering.ca,
          onAllocated: (relayed, mapped) => taken.resolve({ relay, relayed, mapped }),
          onPacket: (packet, from) => parts.onPacket(base, packet, from),
          onFailed: (fault) => {
            const why = failure(helper, wordsOf(fault), codeOf(fault))
            taken.resolve(why)
            if (relays.get(base) !== relay) return
            remember(keyOf(helper), why)
            parts.onLost(base, why)
          },
        })
        if (relay.sharesSocket) parts.relayed(component, relay)
        void relay.open()
        return Promise.race([taken.promise, after(late, failure(helper, 'no answer'))]).then((outcome) => {
          // One that comes too late is given back.
          if (!('relay' in outcome)) void taken.promise.then((late) => 'relay' in late && late.relay.close())
          return outcome
        })
      }),
    )
    const first = tried[0]
    if (!first || !('relay' in first)) {
      for (const each of tried) if ('relay' in each) each.relay.close()
      return first ?? failure(helper, 'no answer')
    }
    for (const [i, each] of tried.entries()) {
      if (!('relay' in each)) continue
      const component = (i + 1) as Component
      relays.set(relayBase + component, each.relay)
      if (each.mapped && helper.transport === 'udp')
        add('srflx', component, component, each.mapped, helper.uri, host(component))
      add('relay', component, relayBase + component, each.relayed, helper.uri, only === 'relay' ? nowhere : each.mapped)
    }
    return undefined
  }
  await Promise.all([
    firstOf(
      helpers.filter(({ kind }) => kind === 'turn'),
      lent,
      answers,
      late,
    ),
    firstOf(only === 'relay' ? [] : helpers.filter(({ kind }) => kind === 'stun'), seen, answers, late),
  ])
  const candidates = withoutRedundant(found).filter(({ type }) => only === undefined || type === only)
  return { candidates, relays, helpers: answers }
}

/** One after the other until one does, and the next beside it where one does not answer soon. */
async function firstOf(
  helpers: readonly Helper[],
  attempt: (helper: Helper) => Promise<Failure | undefined>,
  answers: WayServer[],
  late: number,
): Promise<void> {
  let isDone = false
  /** Asked, and silent so far. */
  const silent = new Set<Helper>()
  const running: Promise<void>[] = []
  for (const helper of helpers) {
    const known = failed.get(keyOf(helper))
    if (known && known.until > realClock.now()) {
      answers.push(known.failure)
      continue
    }
    if (isDone || realClock.now() >= late) break
    silent.add(helper)
    const trying = attempt(helper).then((failure) => {
      // What comes too late is only remembered.
      if (silent.delete(helper)) answers.push(failure ?? { server: helper.uri })
      if (failure) return remember(keyOf(helper), failure)
      failed.delete(keyOf(helper))
      isDone = true
    })
    running.push(trying)
    await Promise.race([trying, after(realClock.now() + nextMs, undefined)])
  }
  await Promise.race([Promise.all(running), after(late, undefined)])
  for (const helper of isDone ? [] : silent) {
    const why = failure(helper, 'no answer')
    answers.push(why)
    remember(keyOf(helper), why)
  }
  silent.clear()
}

async function askBinding(
  at: Place,
  component: Component,
  parts: GatherParts,
  mostMs: number,
): Promise<Place | undefined> {
  const { promise, resolve } = Promise.withResolvers<Place | undefined>()
  const socket = component === 1 ? parts.pair.rtp : parts.pair.rtcp
  const question = new BindingQuestion((bytes) => new Uint8Array(randomBytes(bytes)))
  const driven = drive(question, realClock, (effect) => {
    if (effect.type === 'send') socket.send(effect.bytes, at.port, at.address)
    else resolve(effect.type === 'mapped' ? effect.mapped : undefined)
  })
  parts.expect(component, at, (message) => driven.feed({ type: 'received', message }))
  driven.feed({ type: 'start' })
  const mapped = await Promise.race([promise, after(realClock.now() + mostMs, undefined)])
  driven.stop()
  return mapped
}

/** Names are asked once a minute: calls do not wait for them. */
async function placeOf({ host, port }: Helper, { dns, mostMs }: Gathering): Promise<Place | undefined> {
  const now = realClock.now()
  const known = places.get(host)
  if (known && known.until > now) return { address: known.address, port }
  const asked = dnsResolver(dns).addresses(host)
  const [address] = await Promise.race([asked, after(now + mostMs, [] as string[])])
  if (address === undefined) return undefined
  if (places.size > mostRemembered) places.clear()
  places.set(host, { address, until: now + namesMs })
  return { address, port }
}

function after<T>(when: number, value: T): Promise<T> {
  return new Promise((resolve) => realClock.at(when, () => resolve(value)))
}

function failure(helper: Helper, detail: string, code?: WayServer['code']): Failure {
  const silent = helper.kind === 'stun' ? 'media-stun-unreachable' : 'media-relay-unreachable'
  return { server: helper.uri, code: code ?? silent, detail: `${helper.uri}: ${detail}` }
}

function codeOf(fault: TurnFault | { readonly is: 'unreachable' }): WayServer['code'] {
  if (fault.is === 'credentials-rejected' || fault.is === 'credentials-missing') return 'media-relay-rejected'
  return fault.is === 'refused' ? 'media-relay-refused' : 'media-relay-unreachable'
}

function wordsOf(fault: TurnFault | { readonly is: 'unreachable'; readonly detail: string }): string {
  if (fault.is === 'refused') return `${fault.code} ${fault.reason.slice(0, 100).replace(/[^\x20-\x7e]/g, '?')}`
  return fault.is === 'unreachable' ? fault.detail : fault.is
}

function remember(key: string, failure: Failure): void {
  if (failed.size > mostRemembered) failed.clear()
  failed.set(key, { failure, until: realClock.now() + failedMs })
}

function keyOf({ uri, user, password }: Helper): string {
  return `${uri} ${user ?? ''} ${password ?? ''}`
}

/** Servers of all sessions: what one has found out the others need not. */
const failed = new Map<string, { readonly failure: Failure; readonly until: number }>()
const places = new Map<string, { readonly address: string; readonly until: number }>()
const mostRemembered = 256
/** So long a server that has failed is not asked. */
const failedMs = 30_000
const namesMs = 60_000
/** So long one server is waited for before the next is asked beside it. */
const nextMs = 150
/** Bases of relays are behind those of sockets, which are their components. */
const relayBase = 10
/** Who wants to be reached by relays alone does not say where they are (RFC 8839 §5.1). */
const nowhere: Place = { address: '0.0.0.0', port: 9 }
