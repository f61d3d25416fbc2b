// The soft phone: calls over SIP, as a phone port.
import { Capability, type PhoneState, type Settings } from '@openparley/contract'
import type { SessionEvent, SipRequest, WatcherEvent } from '@openparley/protocols/sip'
import { type SipLink, type SipLinkOptions, sipLink, type Wires } from '../../links/sip/index.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import type { World } from '../../runtime/world.ts'
import type { PhoneEvent, PhonePort } from '../../services/calls/port.ts'
import type { MediaPort } from '../../services/media/port.ts'
import { SipCall } from './call.ts'
import { askingFor } from './asking.ts'
import { Completing } from './completing.ts'
import { callerOf, detailsIn, isToBeAnswered, partyOf, prioritiesIn } from './parties.ts'
import { remoteControl } from './remote.ts'
import type { SoundPolicy } from './side.ts'
import { Watching } from './watching.ts'

export interface SipPhoneOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly recorder: Recorder
  readonly media: MediaPort
  readonly newCall: () => string
  readonly tell: (event: PhoneEvent) => void
  /** What the phones of one device share. */
  readonly wires?: Wires
  /** Another way to its server than the network. */
  readonly openLink?: (options: SipLinkOptions) => SipLink
}

function policyIn(settings: Settings): SoundPolicy {
  return {
    codecs: settings['media.codecs'],
    srtp: settings['media.srtp'],
    suites: settings['media.srtp.suites'],
    video: {
      asked: settings['media.video'],
      codecs: settings['media.video.codecs'],
      mostKbps: settings['media.video.mostKbps'],
    },
  }
}

export function sipPhone(options: SipPhoneOptions): PhonePort {
  const { world, media, tell } = options
  const calls = new Map<string, SipCall>()
  const bySession = new Map<string, SipCall>()
  let allOver: (() => void) | undefined

  const add = (call: string, session: string): SipCall => {
    const sessions: string[] = []
    const made: SipCall = new SipCall(
      {
        call,
        link,
        media,
        policy: policyIn(options.settings()),
        number: () => Math.floor(world.dice.roll() * 2 ** 53),
        clock: world.clock,
        heldTone: () => options.settings()['calls.hold.heldTone'],
        tell,
        adopt: (name) => {
          sessions.push(name)
          // Its own begins while it is made.
          queueMicrotask(() => sessions.includes(name) && bySession.set(name, made))
        },
        over: () => {
          calls.delete(call)
          for (const name of sessions.splice(0)) bySession.delete(name)
          if (calls.size === 0) allOver?.()
        },
      },
      session,
    )
    calls.set(call, made)
    bySession.set(session, made)
    return made
  }
  const onSession = (session: string, event: SessionEvent): void => {
    if (event.type !== 'incoming') {
      const dialled = event.type === 'provisional' || event.type === 'ended' ? callOf(session) : undefined
      if (dialled !== undefined && 'headers' in event) completing.heard(dialled, event.headers)
      void bySession.get(session)?.event(event, session)
      return
    }
    const { headers } = event.request
    const replaced = event.instead === undefined ? undefined : bySession.get(event.instead)
    if (replaced) return void replaced.replaced(event, session)
    const call = options.newCall()
    const made = add(call, session)
    const to = partyOf(headers, 'To') ?? { number: 'unknown' }
    const peerId = headers.get('Call-ID') ?? ''
    const { unanswerable, video } = made.incoming(event)
    const priorities = prioritiesIn(headers)
    const joins = event.joins === undefined ? undefined : callOf(event.joins)
    tell({
      type: 'incoming',
      call,
      from: callerOf(headers),
      to,
      peerId,
      details: detailsIn(headers),
      autoAnswer: isToBeAnswered(headers),
      ...(priorities === undefined ? {} : { priorities }),
      ...(joins === undefined ? {} : { joins }),
      ...(unanswerable === undefined ? {} : { unanswerable }),
      ...(video ? { video } : {}),
    })
    // Whoever is told may refuse it at once, or send it on: then nothing rings.
    queueMicrotask(() => made.ring())
  }
  const callOf = (session: string): string | undefined => {
    const at = bySession.get(session)
    return [...calls].find(([, call]) => call === at)?.[0]
  }
  const onRequest = (id: string, request: SipRequest, session: string | undefined): void => {
    const reply = (status: number): void => link.feed({ type: 'reply', id, status })
    const { method } = request
    if (session !== undefined && bySession.get(session)?.requested(id, request, session)) return
    if (method === 'NOTIFY') {
      const body = new TextDecoder().decode(request.body)
      return reply(watching.unasked(request.headers.get('Event') ?? '', body) ? 200 : 489)
    }
    if (method === 'INFO') return reply(415)
    if (method !== 'REFER' || options.settings()['softphone.flavor'] !== 'cucm') return reply(405)
    const named = (peerId: string): string | undefined => [...calls].find(([, call]) => call.peerId === peerId)?.[0]
    reply(remoteControl(request, { callOf: named, tell }) ? 202 : 603)
  }
  const onWatcher = (watcher: string, event: WatcherEvent): void => {
    // The call that it is of knows it by its name.
    if (event.type === 'ending') return calls.forEach((call) => call.watched(watcher, event))
    const call = bySession.get(event.session ?? '')
    if (call) call.watched(watcher, event)
    else link.feed({ type: 'refuse-watch', watcher, status: 481 })
  }
  let wasReady = false
  const onState = (state: PhoneState): void => {
    // A call manager that is lost cannot be asked for anything any more; those who talk go on.
    if (wasReady && state.is !== 'ready' && state.is !== 'off' && options.settings()['softphone.flavor'] === 'cucm')
      for (const call of calls.values()) call.preserve()
    wasReady = state.is === 'ready'
    watching.ready(wasReady)
    tell({ type: 'state', state })
  }
  /** A server that no longer answers is not waited for. */
  const endAll = (): Promise<void> =>
    new Promise((resolve) => {
      const cancel = world.clock.at(world.clock.now() + 1000, resolve)
      allOver = () => {
        cancel()
        resolve()
      }
      for (const [id, call] of calls) void call.perform({ type: 'end', call: id }, undefined)
    })
  const watching = new Watching({
    clock: world.clock,
    link: () => link,
    messages: options.settings()['softphone.messages'],
    tell,
  })
  const completing = new Completing({ clock: world.clock, link: () => link, tell })
  const link = (options.openLink ?? sipLink)({
    world,
    settings: options.settings,
    recorder: options.recorder,
    ...(options.wires ? { wires: options.wires } : {}),
    tell: onState,
    onSession,
    onRequest,
    onWatcher,
    onSubscription: (subscription, event) => {
      const call = bySession.get(subscription)
      if (call) call.subscribed(subscription, event)
      else if (!completing.event(subscription, event)) watching.event(subscription, event)
    },
    // A version to check or a call to preserve ask for nothing that is not so already.
    onServiceControl: (asks) => {
      if (asks === 'reset' || asks === 'restart' || asks === 'apply-config') tell({ type: 'reset' })
    },
  })
  return {
    kind: 'soft',
    can: Capability.options,
    perform: (command) => {
      if (command.type === 'dial') {
        const ringing = command.pickUp ? watching.ringingAt(command.to) : undefined
        const asking = askingFor(command, link, ringing, completing.recall(command.to))
        void add(command.call, `out-${command.call}`).dial(asking, command.endpoint)
      } else if (command.type === 'call-back') completing.ask(command)
      else {
        const named = command.type === 'transfer' ? command.with : command.type === 'bring' ? command.other : undefined
        const other = named === undefined ? undefined : calls.get(named)
        void calls.get(command.call)?.perform(command, other)
      }
    },
    watchLines: (numbers) => watching.lines(numbers),
    statistics: async (call) => calls.get(call)?.statistics(),
    close: async () => {
      if (calls.size > 0) await endAll()
      watching.stop()
      completing.stop()
      await link.close()
    },
  }
}
