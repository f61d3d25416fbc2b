// Whoever calls and is called: a SIP user agent whose hand the dice move, as phones and their servers do it.
import { drive, type Driven } from '@openparley/net'
import { writeDialogInfo } from '@openparley/protocols/events'
import { type Audio, answer, begin, offer, type Said } from '@openparley/protocols/sdp'
import type {
  Agent,
  AgentEffect,
  AgentInput,
  Hop,
  SessionEvent,
  SipMessage,
  SipRequest,
  WatcherEvent,
} from '@openparley/protocols/sip'
import type { VirtualClock } from '@openparley/testkit'

export interface PeerOptions {
  readonly agent: Agent
  readonly clock: VirtualClock
  readonly roll: () => number
  readonly send: (message: SipMessage) => void
  /** Where it reaches the other side. */
  readonly hop: Hop
  /** Takes whatever the other side wants, and does it. It may still hang up. */
  readonly agrees: boolean
}

export interface Peer {
  received(message: SipMessage): void
  /** How many calls are up there, and how many of its own are not answered yet. */
  up(): number
  unanswered(): number
  ended(): readonly { readonly cause: string; readonly by: string }[]
  call(): void
  /** Does something to one of its calls, as the dice fall. */
  move(): void
  hangUpAll(): void
}

interface Own {
  is: 'calling' | 'ringing' | 'up'
  said: Said
  offered: string | undefined
  /** Whose hold this side asks for. */
  asked: boolean
  /** Asks that somebody else be called, and is not told how that went yet. */
  refers: boolean
}

export function peerOf({ agent, clock, roll, send, hop, agrees }: PeerOptions): Peer {
  const sessions = new Map<string, Own>()
  const ended: { cause: string; by: string }[] = []
  let count = 0
  const pick = <T>(all: readonly T[]): T => all[Math.floor(roll() * all.length)] as T
  const feed = (input: AgentInput): void => driven.feed(input)
  const later = (ms: number, act: () => void): void => void clock.at(clock.now() + ms, act)
  const begun = (is: Own['is'], offered?: string): Own => ({ is, offered, said: begin(1), asked: false, refers: false })
  const answerTo = (own: Own, body: string): string | undefined => {
    const answered = answer(own.said, body, audio())
    if ('refused' in answered) return undefined
    own.said = answered.said
    return answered.text
  }
  const offerOf = (own: Own, direction?: Audio['direction']): string => {
    const { text, said } = offer(own.said, audio(direction))
    own.said = said
    return text
  }
  const end = (session: string): void => {
    feed({ type: 'end', session })
    sessions.delete(session)
  }
  const ask = (session: string, method: string, headers: [string, string][], contentType = '', body = ''): void =>
    feed({
      type: 'send',
      session,
      id: `${session} ${++count}`,
      method,
      headers,
      ...(body ? { contentType, body } : {}),
    })
  const up = (): string[] => [...sessions].flatMap(([session, { is }]) => (is === 'up' ? [session] : []))

  const perform = (effect: AgentEffect): void => {
    if (effect.type === 'send') send(effect.message)
    else if (effect.type === 'session') on(effect.session, effect.event)
    else if (effect.type === 'request') requested(effect.id, effect.request, effect.session)
    else if (effect.type === 'resolve') feed({ type: 'resolved', id: effect.id, hops: [hop] })
    else if (effect.type === 'watcher') watched(effect.watcher, effect.event)
    else if (effect.type === 'replied' || effect.type === 'unanswered') {
      const own = sessions.get(effect.id.split(' ')[0] ?? '')
      if (!own) return
      own.asked = false
      if (effect.type === 'unanswered' || effect.response.status >= 300) own.refers = false
    }
  }
  const driven: Driven<AgentInput> = drive<AgentInput, AgentEffect>(agent, clock, perform)

  const on = (session: string, event: SessionEvent): void => {
    const own = sessions.get(session)
    switch (event.type) {
      case 'incoming': {
        const made = begun('ringing', event.body)
        sessions.set(session, made)
        // Whom somebody transfers to it takes the place of who transferred them.
        if (event.instead === undefined) return
        accept(session, made)
        return end(event.instead)
      }
      case 'accepted':
        if (own) own.is = 'up'
        return
      case 'offered': {
        const body = own && (agrees || roll() < 0.85) ? answerTo(own, event.body) : undefined
        return feed(body === undefined ? { type: 'refuse', session } : { type: 'answer', session, body })
      }
      case 'offer-wanted':
        return feed({ type: 'refuse', session })
      case 'offer-answered':
      case 'offer-refused':
        if (own) own.asked = false
        return
      case 'ended':
        ended.push({ cause: event.cause.is, by: event.by })
        sessions.delete(session)
    }
  }
  const accept = (session: string, own: Own): void => {
    const body = own.offered === undefined ? undefined : answerTo(own, own.offered)
    if (body === undefined) return
    own.is = 'up'
    feed({ type: 'accept', session, body })
  }

  // Being asked to call somebody else (RFC 3515), and being watched (RFC 6665).

  const requested = (id: string, request: SipRequest, session: string | undefined): void => {
    if (request.method === 'REFER' && session !== undefined) return referred(id, request, session)
    feed({ type: 'reply', id, status: 200 })
    const how = new TextDecoder().decode(request.body)
    const own = sessions.get(session ?? '')
    if (own && /^SIP\/2\.0 [2-6]/.test(how)) own.refers = false
    // It is done: who asked for it goes, at once, late, or never.
    if (how.startsWith('SIP/2.0 200') && session !== undefined && roll() < 0.7) later(roll() * 4000, () => end(session))
  }
  const referred = (id: string, request: SipRequest, session: string): void => {
    const takes = agrees || roll() < 0.6
    if (!takes) return feed({ type: 'reply', id, status: pick([603, 481, 405]) })
    const quietly = roll() < 0.2
    feed({ type: 'reply', id, status: 202, headers: quietly ? [['Refer-Sub', 'false']] : [] })
    // Of a consultation the one who is called takes the place of who asked for it.
    const [, named] = /[?&]Replaces=([^>&]+)/.exec(request.headers.get('Refer-To') ?? '') ?? []
    const [callId] = decodeURIComponent(named ?? '').split(';')
    const replaced = [...sessions.keys()].find((each) => agent.dialogOf(each)?.callId === callId)
    const done = (): void => {
      if (replaced !== undefined) later(roll() * 500, () => end(replaced))
    }
    if (quietly) return done()
    const told = agrees ? 200 : pick([200, 200, 486, 603, 0, undefined])
    const tell = (status: number, isLast: boolean): void =>
      ask(
        session,
        'NOTIFY',
        [
          ['Event', 'refer'],
          ['Subscription-State', isLast ? 'terminated;reason=noresource' : 'active;expires=60'],
        ],
        'message/sipfrag;version=2.0',
        status === 0 ? '' : `SIP/2.0 ${status} Says\r\n`,
      )
    later(20, () => tell(100, false))
    later(500 + roll() * 1000, () => tell(180, false))
    if (told === undefined) return
    later(2000 + roll() * 8000, () => {
      tell(told, true)
      if (told === 200) done()
    })
  }
  const watched = (watcher: string, event: WatcherEvent): void => {
    if (event.type === 'ending') {
      if (event.why !== 'gone') feed({ type: 'notify', watcher, state: 'terminated', reason: 'timeout' })
      return
    }
    if (!agrees && roll() < 0.2) return feed({ type: 'refuse-watch', watcher, status: pick([403, 489, 480]) })
    feed({ type: 'watch', watcher, expiresS: 120 })
    if (!event.event.startsWith('dialog'))
      return feed({ type: 'notify', watcher, state: 'active', body: summary, contentType: summaryType })
    const tell = (state: 'confirmed' | 'terminated'): void =>
      feed({
        type: 'notify',
        watcher,
        state: 'active',
        contentType: 'application/dialog-info+xml',
        body: writeDialogInfo({ version: ++count, state: 'full', entity: 'sip:204', dialogs: [{ id: '1', state }] }),
      })
    tell('confirmed')
    later(roll() * 20_000, () => tell('terminated'))
  }

  // What it does by itself.

  const invite = (headers: readonly (readonly [string, string])[]): void => {
    const session = `peer-${++count}`
    const own = begun('calling')
    sessions.set(session, own)
    feed({
      type: 'invite',
      session,
      uri: 'sip:us@10.0.0.1',
      from: '<sip:peer@10.0.0.2>',
      to: '<sip:us@10.0.0.1>',
      body: offerOf(own),
      contact: 'sip:peer@10.0.0.2:5060',
      hop,
      headers,
    })
  }
  /** As Replaces and Join name a call of its own to the other side of it (RFC 3891 §3). */
  const named = (session: string): string | undefined => {
    const dialog = agent.dialogOf(session)
    return dialog && `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`
  }
  const refer = (session: string): void => {
    const own = sessions.get(session)
    if (own) own.refers = true
    const other = pick(up())
    const replaces = other !== session && roll() < 0.5 ? named(other) : undefined
    const to = `sip:other@10.0.0.2${replaces === undefined ? '' : `?Replaces=${encodeURIComponent(replaces)}`}`
    ask(session, 'REFER', [
      ['Refer-To', `<${to}>`],
      ['Referred-By', '<sip:peer@10.0.0.2>'],
    ])
  }
  const ringing = (session: string, own: Own): void => {
    const chance = roll()
    if (chance < 0.25) return feed({ type: 'ring', session })
    if (chance < 0.35) {
      const body = own.offered === undefined ? undefined : answerTo(own, own.offered)
      return body === undefined ? undefined : feed({ type: 'ring', session, status: 183, body })
    }
    if (chance < 0.4) return ask(session, 'SUBSCRIBE', kpmlFields, 'application/kpml-request+xml', kpml)
    if (chance < 0.55) {
      const status = pick([486, 603, 404, 480, 500, 302])
      const headers: [string, string][] = status === 302 ? [['Contact', '<sip:elsewhere@10.0.0.2>']] : []
      feed({ type: 'reject', session, status, headers })
      sessions.delete(session)
      return
    }
    accept(session, own)
  }
  const talking = (session: string, own: Own): void => {
    // Who is to be replaced stays until it is (RFC 5589 §6.1); others leave at once, and that is theirs to know.
    if (agrees && own.refers) return
    const chance = roll()
    if (chance < 0.25) return end(session)
    if (chance < 0.35) return refer(session)
    if (chance < 0.45) {
      const call = named(session)
      return call === undefined ? undefined : invite([[roll() < 0.5 ? 'Replaces' : 'Join', call]])
    }
    if (chance < 0.5) return ask(session, 'SUBSCRIBE', kpmlFields, 'application/kpml-request+xml', kpml)
    if (own.asked) return
    own.asked = true
    const body = offerOf(own, roll() < 0.5 ? 'sendonly' : 'sendrecv')
    if (chance < 0.6) ask(session, 'UPDATE', [], 'application/sdp', body)
    else feed({ type: 'offer', session, body })
  }
  return {
    received: (message) => feed({ type: 'received', message, hop }),
    up: () => up().length,
    unanswered: () => sessions.size - up().length,
    ended: () => ended,
    call: () =>
      invite([
        ...(roll() < 0.15 ? ([['Require', pick(['100rel', 'resource-priority'])]] as const) : []),
        ...(roll() < 0.3
          ? ([['Resource-Priority', pick(['dsn.routine', 'dsn.flash', 'q735.0', 'x.y'])]] as const)
          : []),
        ...(roll() < 0.1 ? ([['Answer-Mode', 'Auto']] as const) : []),
      ]),
    move: () => {
      if (sessions.size === 0) return
      const [session, own] = pick([...sessions])
      if (own.is === 'ringing') return ringing(session, own)
      if (own.is === 'up') return talking(session, own)
      if (roll() < 0.35) end(session)
    },
    hangUpAll: () => {
      for (const session of [...sessions.keys()]) end(session)
      ended.length = 0
    },
  }
}

const audio = (direction: Audio['direction'] = 'sendrecv'): Audio => ({
  address: '10.0.0.2',
  port: 4000,
  direction,
  codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }],
})
const kpmlFields: [string, string][] = [
  ['Event', 'kpml'],
  ['Expires', '30'],
]
const kpml =
  '<kpml-request xmlns="urn:ietf:params:xml:ns:kpml-request" version="1.0"><pattern persist="one-shot"><regex>x</regex></pattern></kpml-request>'
const summaryType = 'application/simple-message-summary'
const summary = 'Messages-Waiting: yes\r\nVoice-Message: 1/2\r\n'
