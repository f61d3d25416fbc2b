// Calls from the service to the wire and back in virtual time: two applications, one phone, and a peer on a bad network.
import { readSettings, type Call, type Phone } from '@openparley/contract'
import { drive } from '@openparley/net'
import type { Engine } from '@openparley/protocols/common'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  type Hop,
  parseMessage,
  type SipMessage,
  writeMessage,
} from '@openparley/protocols/sip'
import { seededDice, type VirtualClock, virtualClock } from '@openparley/testkit'
import { type SipPhoneOptions, sipPhone } from '../packages/core/adapters/phone-sip/index.ts'
import { recorder } from '../packages/core/runtime/recorder.ts'
import { type CallsService, calls } from '../packages/core/services/calls/index.ts'
import { type Application, applicationAt } from './calls-application.ts'
import { type Peer, peerOf } from './calls-peer.ts'
import { type Sound, soundless } from './calls-sound.ts'

type Link = ReturnType<NonNullable<SipPhoneOptions['openLink']>>
type LinkOptions = Parameters<NonNullable<SipPhoneOptions['openLink']>>[0]

export interface HouseOptions {
  readonly seed: number
  /** The share of datagrams that are lost, either way; as many come twice. */
  readonly loss: number
  readonly sessionExpiresS: number
  /** Whether the other side takes whatever we want. */
  readonly agrees?: boolean
  /** Beside those that make such lives possible. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** What is wrong with our side, while it acts. */
  readonly fault?: <Result>(act: () => Result) => Result
}

export interface CallsHouse {
  readonly service: CallsService
  readonly clock: VirtualClock
  readonly roll: () => number
  readonly peer: Peer
  readonly sound: Sound
  readonly applications: readonly [Application, Application]
  /** How often each call was recorded in the history. */
  readonly recorded: Map<string, number>
  /** Lets time pass, and what was promised in it come about. */
  flow(ms: number): Promise<void>
  /** What was promised by now comes about. */
  settle(): Promise<void>
  /** Nothing comes through from now on, either way. */
  cut(): void
  /** The phone has no server any more: it watches nothing. */
  signOut(): void
  /** What our side still has to do with: its engines' things, and the alarms of all. */
  alive(): Agent['alive'] & { readonly alarms: number }
  /** When our side's engine has something to do next. */
  deadline(): number | undefined
}

const hops: Record<'us' | 'peer', Hop> = {
  us: { transport: 'udp', address: '10.0.0.1', port: 5060 },
  peer: { transport: 'udp', address: '10.0.0.2', port: 5060 },
}

export function callsHouse(options: HouseOptions): CallsHouse {
  const { seed, loss, sessionExpiresS, agrees = false, fault } = options
  const dice = seededDice(seed)
  const { roll } = dice
  const clock = virtualClock()
  const settings = readSettings({
    'calls.maxPerMinute': 100_000,
    'softphone.messages': false,
    'softphone.ringMs': 60_000,
    ...options.settings,
  })
  let isCut = false
  const received: Record<'us' | 'peer', (message: SipMessage) => void> = { us: () => {}, peer: () => {} }
  const send = (to: 'us' | 'peer', message: SipMessage): void => {
    if (isCut || roll() < loss) return
    const bytes = writeMessage(message)
    for (let copies = roll() < loss ? 2 : 1; copies > 0; copies--)
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
      events: name === 'us' ? ['kpml'] : ['dialog', 'message-summary'],
      ringMs: () => 60_000,
      sessionExpiresS: () => sessionExpiresS,
      mostSessions: 100,
    })
  const own = agentOf('us')
  const faulty: Engine<AgentInput, AgentEffect> = fault
    ? {
        handle: (input, now) => fault(() => own.handle(input, now)),
        wake: (now) => fault(() => own.wake(now)),
        get deadline() {
          return own.deadline
        },
      }
    : own
  const peer = peerOf({
    agent: agentOf('peer'),
    clock,
    roll,
    send: (message) => send('us', message),
    hop: hops.us,
    agrees,
  })
  received.peer = peer.received

  let tellLink: LinkOptions['tell'] = () => {}
  const openLink = (link: LinkOptions): Link => {
    const askers = new Map<string, (answer: Awaited<ReturnType<Link['ask']>>) => void>()
    let asked = 0
    const perform = (effect: AgentEffect): void => {
      if (effect.type === 'send') send('peer', effect.message)
      else if (effect.type === 'session') link.onSession(effect.session, effect.event)
      else if (effect.type === 'request') link.onRequest(effect.id, effect.request, effect.session)
      else if (effect.type === 'subscription') link.onSubscription(effect.subscription, effect.event)
      else if (effect.type === 'watcher') link.onWatcher(effect.watcher, effect.event)
      else if (effect.type === 'replied') askers.get(effect.id)?.(effect.response)
      else if (effect.type === 'unanswered') askers.get(effect.id)?.(effect.cause.is)
      else if (effect.type === 'resolve') driven.feed({ type: 'resolved', id: effect.id, hops: [hops.peer] })
    }
    const driven = drive<AgentInput, AgentEffect>(faulty, clock, perform)
    received.us = (message) => driven.feed({ type: 'received', message, hop: hops.peer })
    tellLink = link.tell
    queueMicrotask(() => tellLink({ is: 'ready', since: 'now' }))
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
      standingOf: (session) => own.standingOf(session),
      dialogOf: (session) => own.dialogOf(session),
      ask,
      record: (kind, what) => link.recorder.engine(kind, kind, what),
      isAlive: async (session) => {
        const answer = await ask(session, 'OPTIONS', [])
        return typeof answer !== 'string' && answer.status !== 481
      },
      close: async () => driven.stop(),
    }
  }

  const recorded = new Map<string, number>()
  const world = { clock, dice, wall: () => new Date(epochMs + clock.now()).toISOString() }
  const service = calls(
    world,
    'epoch',
    {
      known: async () => undefined,
      choosePhone: () => 'phone',
      reach: () => undefined,
      can: () => true,
      phone: (id) => ({ id, kind: 'soft', number: id }) as Phone,
      personAt: () => undefined,
      toDial: (number) => number,
      perform: (_, command) => phone.perform(command),
      watchLines: (_, numbers) => phone.watchLines(numbers),
      forwarded: () => {},
      statistics: (_, call) => phone.statistics(call),
      resolveEndpoint: async () => ({ kind: 'none' }),
      toRecord: async (name) => name,
      record: ({ call }) => void recorded.set(call, (recorded.get(call) ?? 0) + 1),
      lastDialled: async () => '204',
      hide: () => {},
    },
    () => settings,
  )
  let made = 0
  const sound = soundless()
  const phone = sipPhone({
    world,
    settings: () => settings,
    recorder: recorder(),
    media: sound.media,
    newCall: () => `call_in${++made}`,
    tell: (event) => {
      if (event.type === 'state' && event.state.is === 'ready') service.watchLines('phone')
      service.phoneEvent('phone', event)
    },
    openLink,
  })
  const settle = async (): Promise<void> => {
    for (let i = 0; i < settleTicks; i++) await Promise.resolve()
  }
  return {
    service,
    clock,
    roll,
    peer,
    sound,
    applications: [applicationAt(service, 'a'), applicationAt(service, 'b')],
    recorded,
    settle,
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
    signOut: () => tellLink({ is: 'off', since: 'now' }),
    alive: () => ({ ...own.alive, alarms: clock.pending }),
    deadline: () => own.deadline,
  }
}

/** When a call ended, in virtual time. */
export function endedAtMs({ endedAt }: Call): number | undefined {
  return endedAt === undefined ? undefined : Date.parse(endedAt) - epochMs
}

const epochMs = 1_700_000_000_000
/** As many turns as the longest chain of promises from the wire to an application takes. */
const settleTicks = 24
