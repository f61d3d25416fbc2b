// A registrar and a phone on a desk in one, for tests: asked over a real socket, while the far side of its calls is played.
import { drive, openUdp, realClock, realDice } from '@openparley/net'
import { type LineDialog, writeDialogInfo } from '@openparley/protocols/events'
import { Agent, type AgentEffect, type AgentInput, parseMessage, writeMessage } from '@openparley/protocols/sip'
import type { FarSide } from '../../services/calls/port.suite.ts'

export interface TestDesk {
  readonly port: number
  readonly far: FarSide
  /** What was asked of the phone, as its method, and the event where it has one. */
  readonly asked: readonly string[]
  /** Resolves when nobody has the phone in a call that asks it. */
  released(): Promise<void>
  /** A hand dials the far side. */
  dials(): void
  /** Who has asked for its dialog events is told no more; who asks anew is told from the beginning. */
  forgets(): void
  /** The phone restarts: its calls are gone, and nobody is told. */
  restarts(): void
  close(): Promise<void>
}

interface DeskCall extends LineDialog {
  /** Tells whoever had it made how it goes. */
  readonly progress?: (status: string) => void
}

export async function testDesk(): Promise<TestDesk> {
  const asked: string[] = []
  const looking = new Set<() => void>()
  const watchers = new Set<string>()
  let call: DeskCall | undefined
  /** The call by which the phone is asked: a phone tells of that one, too. */
  let control: LineDialog | undefined
  let state: FarSide['state'] = 'idle'
  let version = 0
  let count = 0
  const socket = await openUdp({
    address: '127.0.0.1',
    port: 0,
    onMessage: (bytes, address, port) => {
      const message = parseMessage(bytes)
      if (message.kind !== 'malformed')
        driven.feed({ type: 'received', message, hop: { transport: 'udp', address, port } })
    },
  })
  const agent = new Agent({
    dice: realDice,
    sentBy: () => `127.0.0.1:${socket.port}`,
    contact: () => `sip:desk@127.0.0.1:${socket.port}`,
    userAgent: 'desk',
    ringMs: () => 30_000,
    sessionExpiresS: () => 1800,
    mostSessions: 10,
    methods: ['REGISTER', 'REFER', 'NOTIFY', 'SUBSCRIBE'],
    events: ['dialog', 'refer'],
  })
  const is = (next: FarSide['state']): void => {
    state = next
    for (const look of [...looking]) look()
  }
  const when = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return
        looking.delete(look)
        resolve()
      }
      looking.add(look)
      look()
    })
  const until = (wanted: FarSide['state']): Promise<void> => when(() => state === wanted)
  const document = (watcher: string): AgentInput => ({
    type: 'notify',
    watcher,
    state: 'active',
    contentType: 'application/dialog-info+xml',
    body: writeDialogInfo({
      version: version++,
      state: 'full',
      entity: `sip:desk@127.0.0.1:${socket.port}`,
      dialogs: [call, control].filter((each) => each !== undefined),
    }),
  })
  const tell = (): void => {
    for (const watcher of watchers) driven.feed(document(watcher))
  }
  /** What has become of the phone’s call. */
  const becomes = (change: Partial<LineDialog>): void => {
    if (!call) return
    call = { ...call, ...change }
    tell()
    if (call.state === 'terminated') call = undefined
  }
  const over = (event: LineDialog['event'], code?: number): void => {
    const progress = call?.progress
    if (code !== undefined) progress?.(`${code} No`)
    becomes({ state: 'terminated', ...(event === undefined ? {} : { event }), ...(code === undefined ? {} : { code }) })
    is('idle')
  }
  const begin = (direction: LineDialog['direction'], progress?: DeskCall['progress']): void => {
    const name = `call-${++count}`
    call = {
      id: name,
      callId: name,
      localTag: 'here',
      remoteTag: 'there',
      state: direction === 'initiator' ? 'trying' : 'early',
      ...(direction === undefined ? {} : { direction }),
      remote: { uri: `sip:bob@127.0.0.1:${socket.port}` },
      ...(progress ? { progress } : {}),
    }
    tell()
    is(direction === 'initiator' ? 'called' : 'calling')
  }
  const up = (): void => {
    const { progress } = call ?? {}
    becomes({ state: 'confirmed' })
    is('talking')
    progress?.('200 OK')
  }
  const hold = (by: 'local' | 'remote' | undefined): void => {
    if (!call) return
    const { held: _, ...bare } = call
    call = { ...bare, ...(by === undefined ? {} : { held: by }) }
    tell()
  }
  /** talk answers what rings, and takes up what is held. */
  const event = (name: string): number => {
    if (name === 'talk' && call?.state === 'early') up()
    else if (name === 'talk' && call?.held === 'local') {
      hold(undefined)
      is('talking')
    } else if (name === 'hold' && call?.state === 'confirmed') {
      hold('local')
      is('held')
    } else return 481
    return 200
  }
  const referred = (watcher: string, headers: { get(name: string): string | undefined }): void => {
    if (!/;method=BYE/i.test(headers.get('Refer-To') ?? '')) {
      driven.feed({ type: 'watch', watcher, expiresS: 60 })
      return begin('initiator', (status) =>
        driven.feed({
          type: 'notify',
          watcher,
          state: Number(status.slice(0, 3)) < 200 ? 'active' : 'terminated',
          contentType: 'message/sipfrag',
          body: `SIP/2.0 ${status}\r\n`,
        }),
      )
    }
    const named = `${call?.callId};local-tag=here;remote-tag=there`
    const isIt = call !== undefined && headers.get('Target-Dialog') === named
    driven.feed({ type: 'refuse-watch', watcher, status: isIt ? 202 : 481, headers: [['Refer-Sub', 'false']] })
    if (isIt) over('local-bye')
  }
  const sendOn = (session: string): void =>
    begin('initiator', (status) => {
      const isOver = Number(status.slice(0, 3)) >= 200
      driven.feed({
        type: 'send',
        session,
        id: `notify-${++count}`,
        method: 'NOTIFY',
        headers: [
          ['Event', 'refer'],
          ['Subscription-State', isOver ? 'terminated;reason=noresource' : 'active;expires=60'],
        ],
        contentType: 'message/sipfrag',
        body: `SIP/2.0 ${status}\r\n`,
      })
    })
  const perform = (effect: Exclude<AgentEffect, { type: 'send' }>): void => {
    if (effect.type === 'watcher') {
      const { event: what, watcher } = effect
      if (what.type !== 'asked') return void watchers.delete(watcher)
      asked.push(`${what.request.method} ${what.event}`)
      if (what.event === 'refer') return referred(watcher, what.request.headers)
      driven.feed({ type: 'watch', watcher, expiresS: 3600 })
      watchers.add(watcher)
      driven.feed(document(watcher))
    } else if (effect.type === 'request') {
      const { id, request, session } = effect
      const reply = (status: number, headers: [string, string][] = []): void =>
        driven.feed({ type: 'reply', id, status, headers })
      if (request.method === 'REGISTER') return reply(200, [['Contact', request.headers.get('Contact') ?? '']])
      const name = request.headers.get('Event')
      asked.push(name === undefined ? request.method : `${request.method} ${name}`)
      if (request.method === 'NOTIFY') return reply(event(name ?? ''))
      reply(session === undefined ? 405 : 202)
      if (session !== undefined) sendOn(session)
    } else if (effect.type === 'session') controlled(effect)
  }
  const controlled = ({ session, event: what }: Extract<AgentEffect, { type: 'session' }>): void => {
    if (what.type === 'incoming') {
      const from = /<([^>]+)>/.exec(what.request.headers.get('From') ?? '')?.[1] ?? ''
      asked.push(`INVITE ${what.request.headers.get('Answer-Mode') ?? ''}`)
      control = { id: session, callId: session, direction: 'recipient', state: 'confirmed', remote: { uri: from } }
      tell()
      driven.feed({ type: 'accept', session, ...(what.body === undefined ? {} : { body: what.body }) })
    } else if (what.type === 'ended') {
      control = undefined
      tell()
      for (const look of [...looking]) look()
    }
  }
  const driven = drive<AgentInput, AgentEffect>(agent, realClock, (effect) => {
    if (effect.type === 'send') socket.send(writeMessage(effect.message), effect.hop.address, effect.hop.port)
    else perform(effect)
  })
  return {
    port: socket.port,
    asked,
    far: {
      number: 'bob',
      get state() {
        return state
      },
      until,
      called: () => until('called'),
      ring: () => {
        call?.progress?.('180 Ringing')
        becomes({ state: 'early' })
      },
      answer: up,
      refuse: (how) => over('rejected', { busy: 486, declined: 603, unknown: 404 }[how]),
      call: () => begin('recipient'),
      hangUp: () => over(call?.state === 'confirmed' ? 'remote-bye' : 'cancelled'),
      hold: async () => hold('remote'),
      resume: async () => hold(undefined),
    },
    released: () => when(() => control === undefined),
    dials: () => begin('initiator'),
    forgets: () => {
      for (const watcher of watchers)
        driven.feed({ type: 'notify', watcher, state: 'terminated', reason: 'deactivated' })
      watchers.clear()
      version = 0
    },
    restarts: () => {
      call = undefined
    },
    close: async () => {
      driven.stop()
      await socket.close()
    },
  }
}
