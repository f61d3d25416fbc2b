// Calls from the service to the wire and back in virtual time: two applications, one phone, and a peer on a bad network.
import type { Call, Capability } from '@openparley/contract'
import { readSettings } from '@openparley/contract'
import { drive } from '@openparley/net'
import { type Audio, answer, begin, offer, type Said } from '@openparley/protocols/sdp'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  type Hop,
  parseMessage,
  type SessionEvent,
  type SipMessage,
  writeMessage,
} from '@openparley/protocols/sip'
import { seededDice, type VirtualClock, virtualClock } from '@openparley/testkit'
import { type SipPhoneOptions, sipPhone } from '../packages/core/adapters/phone-sip/index.ts'
import { recorder } from '../packages/core/runtime/recorder.ts'
import type { Caller } from '../packages/core/runtime/service.ts'
import { type CallsService, calls } from '../packages/core/services/calls/index.ts'
import type { Leg, MediaPort } from '../packages/core/services/media/port.ts'

type Link = ReturnType<NonNullable<SipPhoneOptions['openLink']>>
type LinkOptions = Parameters<NonNullable<SipPhoneOptions['openLink']>>[0]

export interface HouseOptions {
  readonly seed: number
  /** The share of datagrams that are lost, either way. */
  readonly loss: number
  readonly sessionExpiresS: number
}

export interface CallsHouse {
  readonly service: CallsService
  readonly clock: VirtualClock
  readonly roll: () => number
  readonly peer: Peer
  /** The calls that were ever shown, as they were last. */
  readonly seen: Map<string, Call>
  /** How often each call was told as ended, and how often it was recorded. */
  readonly ends: Map<string, number>
  readonly recorded: Map<string, number>
  /** What acts came to, by their errors. */
  readonly failures: { readonly call: string; readonly act: string; readonly code: string }[]
  /** An application does something. What became of it at once: `taken`, or the error. */
  act(who: 'a' | 'b', name: Act, call: string): Promise<string>
  /** Acts that are not done yet. */
  underWay(): number
  isUnderWay(call: string): boolean
  /** Lets time pass, and what was promised in it come about. */
  flow(ms: number): Promise<void>
  /** Nothing comes through from now on, either way. */
  cut(): void
  alive(): { readonly sessions: number; readonly requests: number; readonly timers: number }
}

export type Act = Exclude<Capability, 'record' | 'stopRecording' | 'conference' | 'drop' | 'claim'>

/** Whoever calls and is called: a SIP user agent whose hand the test moves. */
export interface Peer {
  /** How many calls are up there, and how many of its own are not answered yet. */
  up(): number
  unanswered(): number
  ended(): readonly { readonly cause: string; readonly by: string }[]
  call(): void
  /** Does something to one of its calls, as the dice fall. */
  move(): void
}

const hops: Record<'us' | 'peer', Hop> = {
  us: { transport: 'udp', address: '10.0.0.1', port: 5060 },
  peer: { transport: 'udp', address: '10.0.0.2', port: 5060 },
}

export function callsHouse({ seed, loss, sessionExpiresS }: HouseOptions): CallsHouse {
  const dice = seededDice(seed)
  const { roll } = dice
  const clock = virtualClock()
  const settings = readSettings({
    'calls.maxPerMinute': 100_000,
    'softphone.messages': false,
    'softphone.ringMs': 60_000,
  })
  let isCut = false
  const received: Record<'us' | 'peer', (message: SipMessage) => void> = { us: () => {}, peer: () => {} }
  const send = (to: 'us' | 'peer', message: SipMessage): void => {
    if (isCut || roll() < loss) return
    const bytes = writeMessage(message)
    clock.at(clock.now() + 5 + roll() * 40, () => {
      const read = parseMessage(bytes)
      if (read.kind !== 'malformed' && !isCut) received[to](read)
    })
  }
  const agentOf = (name: 'us' | 'peer'): Agent =>
    new Agent({
      dice,
      sentBy: () => `${hops[name].address}:5060`,
      contact: () => `sip:${name}@${hops[name].address}:5060`,
      userAgent: name,
      methods: ['NOTIFY', 'REFER', 'SUBSCRIBE'],
      events: ['kpml'],
      ringMs: () => 60_000,
      sessionExpiresS: () => sessionExpiresS,
      mostSessions: 100,
    })
  const own = agentOf('us')
  const peer = peerOf(agentOf('peer'), clock, roll, (message) => send('us', message))
  received.peer = peer.received

  const openLink = (options: LinkOptions): Link => {
    const askers = new Map<string, (answer: Awaited<ReturnType<Link['ask']>>) => void>()
    let asked = 0
    const perform = (effect: AgentEffect): void => {
      if (effect.type === 'send') send('peer', effect.message)
      else if (effect.type === 'session') options.onSession(effect.session, effect.event)
      else if (effect.type === 'request') options.onRequest(effect.id, effect.request, effect.session)
      else if (effect.type === 'replied') askers.get(effect.id)?.(effect.response)
      else if (effect.type === 'unanswered') askers.get(effect.id)?.(effect.cause.is)
      else if (effect.type === 'resolve') driven.feed({ type: 'resolved', id: effect.id, hops: [hops.peer] })
    }
    const driven = drive<AgentInput, AgentEffect>(own, clock, perform)
    received.us = (message) => driven.feed({ type: 'received', message, hop: hops.peer })
    queueMicrotask(() => options.tell({ is: 'ready', since: 'now' }))
    const ask: Link['ask'] = (session, method, headers, body) =>
      new Promise((resolve) => {
        const id = `ask-${++asked}`
        askers.set(id, (answered) => {
          askers.delete(id)
          resolve(answered)
        })
        driven.feed({ type: 'send', session, id, method, headers, ...body })
      })
    return {
      feed: (input) => driven.feed(input),
      address: '<sip:us@10.0.0.1>',
      own: 'sip:us@10.0.0.1',
      targetOf: (dialled) => `sip:${dialled}@10.0.0.2`,
      way: () => ({ hop: hops.peer, contact: 'sip:us@10.0.0.1:5060', localAddress: '10.0.0.1' }),
      dialogOf: (session) => own.dialogOf(session),
      ask,
      isAlive: async (session) => typeof (await ask(session, 'OPTIONS', [])) !== 'string',
      close: async () => driven.stop(),
    }
  }

  const seen = new Map<string, Call>()
  const ends = new Map<string, number>()
  const recorded = new Map<string, number>()
  const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1)
  const world = { clock, dice, wall: () => new Date(1_700_000_000_000 + clock.now()).toISOString() }
  const service = calls(
    world,
    'epoch',
    {
      choosePhone: () => 'phone',
      toDial: (number) => number,
      perform: (_, command) => phone.perform(command),
      watchLines: () => {},
      forwarded: () => {},
      statistics: (_, call) => phone.statistics(call),
      resolveEndpoint: async () => ({ kind: 'none' }),
      toRecord: async (name) => name,
      record: ({ call }) => count(recorded, call),
      lastDialled: async () => undefined,
      hide: () => {},
    },
    () => settings,
  )
  let made = 0
  const phone = sipPhone({
    world,
    settings: () => settings,
    recorder: recorder(),
    media: silentMedia,
    newCall: () => `call_in${++made}`,
    tell: (event) => service.phoneEvent('phone', event),
    openLink,
  })
  const watching = service.state.watch()
  void (async () => {
    for (;;) {
      const message = await watching.next()
      if (!message) return
      const change = message.type === 'change' ? (message.change as { type: string; call: Call }) : undefined
      if (change?.type !== 'call') continue
      const before = seen.get(change.call.id)
      seen.set(change.call.id, change.call)
      if (change.call.state === 'ended' && before?.state !== 'ended') count(ends, change.call.id)
    }
  })()

  const underWay = new Map<string, number>()
  const failures: CallsHouse['failures'] = []
  const who = (application: string): Caller => ({
    application,
    name: application,
    role: 'approve',
    mayNamePaths: false,
    signal: new AbortController().signal,
  })
  const actOf: { readonly [N in Act]: (call: string, caller: Caller) => unknown } = {
    answer: (call, caller) => service.handlers.answer({ call }, caller),
    decline: (call, caller) => service.handlers.decline({ call, reason: 'declined' }, caller),
    deflect: (call, caller) => service.handlers.deflect({ call, to: 'other' }, caller),
    end: (call, caller) => service.handlers.end({ call }, caller),
    hold: (call, caller) => service.handlers.hold({ call }, caller),
    resume: (call, caller) => service.handlers.resume({ call }, caller),
    mute: (call, caller) => service.handlers.mute({ call }, caller),
    unmute: (call, caller) => service.handlers.unmute({ call }, caller),
    sendDigits: (call, caller) =>
      service.handlers.sendDigits({ call, digits: '1', durationMs: 100, requestId: 'r' }, caller),
    attach: (call, caller) => service.handlers.attach({ call, endpoint: { kind: 'none' } }, caller),
    transfer: (call, caller) => service.handlers.transfer({ call, to: 'other', requestId: 'r' }, caller),
    split: (call, caller) => service.handlers.split({ call }, caller),
    silence: (call, caller) => service.handlers.silence({ call }, caller),
    unsilence: (call, caller) => service.handlers.unsilence({ call }, caller),
  }
  const settle = async (): Promise<void> => {
    for (let i = 0; i < settleTicks; i++) await Promise.resolve()
  }
  return {
    service,
    clock,
    roll,
    peer,
    seen,
    ends,
    recorded,
    failures,
    act: async (application, name, call) => {
      let code: string | undefined
      underWay.set(call, (underWay.get(call) ?? 0) + 1)
      const over = (async () => actOf[name](call, who(application)))().then(
        () => {},
        (error: { code?: string }) => {
          code = error.code ?? String(error)
          failures.push({ call, act: name, code })
        },
      )
      void over.then(() => underWay.set(call, (underWay.get(call) ?? 1) - 1))
      await settle()
      return code ?? 'taken'
    },
    underWay: () => [...underWay.values()].reduce((sum, each) => sum + each, 0),
    isUnderWay: (call) => (underWay.get(call) ?? 0) > 0,
    flow: async (ms) => {
      const until = clock.now() + ms
      while (clock.now() < until) {
        const next = Math.min(until, clock.next ?? until)
        clock.pass(next - clock.now())
        await settle()
      }
    },
    cut: () => {
      isCut = true
    },
    alive: () => own.alive,
  }
}

function peerOf(
  agent: Agent,
  clock: VirtualClock,
  roll: () => number,
  send: (message: SipMessage) => void,
): Peer & { received(message: SipMessage): void } {
  interface Own {
    is: 'calling' | 'ringing' | 'up'
    said: Said
    local: Audio
    offered: string | undefined
    /** Whose hold this side asks for. */
    asked: boolean
  }
  const sessions = new Map<string, Own>()
  const ended: { cause: string; by: string }[] = []
  let count = 0
  const audio = (direction: Audio['direction']): Audio => ({
    address: '10.0.0.2',
    port: 4000,
    direction,
    codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }],
  })
  const fresh = (is: Own['is'], offered?: string): Own => ({
    is,
    offered,
    said: begin(1),
    local: audio('sendrecv'),
    asked: false,
  })
  const answerTo = (own: Own, body: string): string | undefined => {
    const answered = answer(own.said, body, own.local)
    if ('refused' in answered) return undefined
    own.said = answered.said
    return answered.text
  }
  const perform = (effect: AgentEffect): void => {
    if (effect.type === 'send') send(effect.message)
    else if (effect.type === 'session') on(effect.session, effect.event)
    else if (effect.type === 'request') {
      const status = effect.request.method === 'REFER' ? ([202, 603, 481][Math.floor(roll() * 3)] as number) : 200
      driven.feed({ type: 'reply', id: effect.id, status })
    } else if (effect.type === 'resolve') driven.feed({ type: 'resolved', id: effect.id, hops: [hops.us] })
  }
  const driven = drive<AgentInput, AgentEffect>(agent, clock, perform)
  const on = (session: string, event: SessionEvent): void => {
    const own = sessions.get(session)
    switch (event.type) {
      case 'incoming':
        sessions.set(session, fresh('ringing', event.body))
        return
      case 'accepted':
        if (own) own.is = 'up'
        return
      case 'offered': {
        const body = own && roll() < 0.85 ? answerTo(own, event.body) : undefined
        return driven.feed(body === undefined ? { type: 'refuse', session } : { type: 'answer', session, body })
      }
      case 'offer-wanted':
        return driven.feed({ type: 'refuse', session })
      case 'offer-answered':
      case 'offer-refused':
        if (own) own.asked = false
        return
      case 'ended':
        ended.push({ cause: event.cause.is, by: event.by })
        sessions.delete(session)
    }
  }
  return {
    received: (message) => driven.feed({ type: 'received', message, hop: hops.us }),
    up: () => [...sessions.values()].filter(({ is }) => is === 'up').length,
    unanswered: () => [...sessions.values()].filter(({ is }) => is !== 'up').length,
    ended: () => ended,
    call: () => {
      const session = `peer-${++count}`
      const own = fresh('calling')
      sessions.set(session, own)
      const { text, said } = offer(own.said, own.local)
      own.said = said
      driven.feed({
        type: 'invite',
        session,
        uri: 'sip:us@10.0.0.1',
        from: '<sip:peer@10.0.0.2>',
        to: '<sip:us@10.0.0.1>',
        body: text,
        contact: 'sip:peer@10.0.0.2:5060',
        hop: hops.us,
      })
    },
    move: () => {
      const all = [...sessions.entries()]
      const [session, own] = all[Math.floor(roll() * all.length)] ?? []
      if (session === undefined || !own) return
      const chance = roll()
      if (own.is === 'ringing') {
        if (chance < 0.3) return driven.feed({ type: 'ring', session })
        if (chance < 0.5) {
          const status = [486, 603, 404, 480, 500, 302][Math.floor(roll() * 6)] as number
          const headers: [string, string][] = status === 302 ? [['Contact', '<sip:elsewhere@10.0.0.2>']] : []
          driven.feed({ type: 'reject', session, status, headers })
          sessions.delete(session)
          return
        }
        const body = own.offered === undefined ? undefined : answerTo(own, own.offered)
        if (body === undefined) return
        own.is = 'up'
        return driven.feed({ type: 'accept', session, body })
      }
      if (chance < 0.35) {
        driven.feed({ type: 'end', session })
        sessions.delete(session)
        return
      }
      if (own.is !== 'up' || own.asked) return
      own.asked = true
      const { text, said } = offer(own.said, { ...own.local, direction: roll() < 0.5 ? 'sendonly' : 'sendrecv' })
      own.said = said
      driven.feed({ type: 'offer', session, body: text })
    },
  }
}

const none = { packetsSent: 0, packetsReceived: 0, packetsLost: 0, packetsLate: 0, jitterMs: 0 }
const leg: Leg = {
  id: 'leg',
  local: {
    address: '10.0.0.1',
    port: 4000,
    direction: 'sendrecv',
    codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }],
  },
  newKeys: () => [],
  connect: () => {},
  attach: () => {},
  mute: () => {},
  join: () => {},
  silence: () => {},
  holdWith: () => {},
  heldTone: () => {},
  tape: () => {},
  sendDigits: () => {},
  write: () => {},
  statistics: async () => none,
  close: async () => none,
}
const silentMedia: MediaPort = {
  openLeg: async () => leg,
  openBrowser: async () => '',
  closeBrowser: () => {},
  close: async () => {},
}

/** As many turns as the longest chain of promises from the wire to an application takes. */
const settleTicks = 24
