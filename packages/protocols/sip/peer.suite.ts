// One agent, and a peer played by hand, for tests of what a well-behaved second agent would never send.
import assert from 'node:assert/strict'
import { Agent } from './agent.ts'
import type { AgentEffect, AgentInput, AgentOptions, SessionEvent } from './agent-types.ts'
import { parseAuth } from './header-values.ts'
import { Headers, type SipMessage, type SipRequest, type SipResponse } from './message.ts'
import { parseMessage } from './parse.ts'
import { responseTo } from './responses.ts'
import type { Hop } from './transactions.ts'
import { writeMessage } from './write.ts'

export const peer: Hop = { transport: 'udp', address: '10.0.0.2', port: 5060 }
export const other: Hop = { transport: 'udp', address: '10.0.0.3', port: 5060 }
export const offer = 'v=0\r\n'

export const inviting: Extract<AgentInput, { type: 'invite' }> = {
  type: 'invite',
  session: 'one',
  uri: 'sip:b@10.0.0.2:5060',
  from: '<sip:a@10.0.0.1>',
  to: '<sip:b@10.0.0.2>',
  body: offer,
  contact: 'sip:a@10.0.0.1:5060',
} as const

export interface Within {
  readonly callId: string
  /** As the peer writes them: From is the peer's. */
  readonly from: string
  readonly to: string
}

/** The agent, a clock, and all that it did. */
export interface Alone {
  readonly agent: Agent
  readonly effects: AgentEffect[]
  feed(input: AgentInput): void
  sent(): { message: SipMessage; hop: Hop }[]
  requests(method: string): SipRequest[]
  events(type: SessionEvent['type']): { session: string; event: SessionEvent }[]
  now(): number
  /** Over the wire and back, as bytes; what cannot be read is dropped as a transport would. */
  take(message: SipMessage, hop?: Hop): void
  run(until: number): void
  lastRequest(method: string): SipRequest
  responses(): SipResponse[]
  ends(): unknown[]
  incoming(): string
  leftover(): number
  answerChallenges(): void
  invite(): SipRequest
  established(): { dialog: Within; invite: SipRequest }
}

export function alone(methods: string[] = [], more: Partial<AgentOptions> = {}): Alone {
  let token = 0
  let now = 0
  const agent = new Agent({
    dice: { roll: () => 0.5, token: () => `t${++token}` },
    sentBy: () => '10.0.0.1:5060',
    contact: () => 'sip:a@10.0.0.1:5060',
    userAgent: 'test',
    ringMs: () => 60_000,
    sessionExpiresS: () => 1800,
    mostSessions: 100,
    methods,
    ...more,
  })
  const effects: AgentEffect[] = []
  const seen = new Set<AgentEffect>()
  const keep = (more: AgentEffect[]): void => {
    // What was sent is kept as it was then.
    for (const effect of more) {
      effects.push(
        effect.type === 'send'
          ? { ...effect, message: { ...effect.message, headers: effect.message.headers.clone() } }
          : effect,
      )
    }
  }
  const feed = (input: AgentInput): void => keep(agent.handle(input, now))
  const sent = (): { message: SipMessage; hop: Hop }[] => effects.filter((effect) => effect.type === 'send')
  const requests = (method: string): SipRequest[] =>
    sent().flatMap(({ message }) => (message.kind === 'request' && message.method === method ? [message] : []))
  const events = (type: SessionEvent['type']): { session: string; event: SessionEvent }[] =>
    effects.flatMap((effect) => (effect.type === 'session' && effect.event.type === type ? [effect] : []))
  const whole: Alone = {
    agent,
    effects,
    feed,
    sent,
    requests,
    events,
    now: () => now,
    take: (message: SipMessage, hop: Hop = peer): void => {
      const read = parseMessage(writeMessage(message))
      if (read.kind !== 'malformed') feed({ type: 'received', message: read, hop })
    },
    run: (until: number): void => {
      for (let steps = 0; steps < 10_000; steps++) {
        const { deadline } = agent
        if (deadline === undefined || deadline > until) break
        now = Math.max(now, deadline)
        keep(agent.wake(now))
      }
      now = Math.max(now, until)
    },
    lastRequest: (method: string): SipRequest => requests(method).at(-1) as SipRequest,
    responses: (): SipResponse[] => sent().flatMap(({ message }) => (message.kind === 'response' ? [message] : [])),
    ends: (): unknown[] => events('ended').map(({ event }) => event.type === 'ended' && event.cause),
    incoming: (): string => events('incoming').at(-1)?.session as string,
    leftover: (): number => {
      const { sessions, transactions, requests: asked, timers } = agent.alive
      return sessions + transactions + asked + timers
    },
    answerChallenges: (): void => {
      for (const effect of [...effects]) {
        if (effect.type !== 'challenged' || seen.has(effect)) continue
        seen.add(effect)
        const name = effect.proxy ? 'Proxy-Authorization' : 'Authorization'
        const realm = effect.challenges[0]?.params.get('realm')
        feed({ type: 'credentials', id: effect.id, header: [name, `Digest realm="${realm}", response="x"`] })
      }
    },
    invite: (): SipRequest => {
      feed(inviting)
      return whole.lastRequest('INVITE')
    },
    established: (): { dialog: Within; invite: SipRequest } => {
      const invite = whole.invite()
      const ok = accepted(invite, 'b')
      whole.take(ok)
      const { headers } = ok
      const dialog = {
        callId: headers.get('Call-ID') ?? '',
        from: headers.get('To') ?? '',
        to: headers.get('From') ?? '',
      }
      return { dialog, invite }
    },
  }
  return whole
}

export function accepted(invite: SipRequest, tag: string): SipResponse {
  return responseTo(invite, 200, tag, [['Contact', '<sip:b@10.0.0.2:5060>']], offer)
}

export function challenge(request: SipRequest, status: number, name: string, realm: string): SipResponse {
  const value = `Digest realm="${realm}", nonce="n"`
  assert(parseAuth(value))
  return responseTo(request, status, 'b', [[name, value]])
}

export function theirs(method: string): SipRequest {
  const headers = new Headers()
  headers.append('Via', `SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK${method}`)
  headers.append('Max-Forwards', '70')
  headers.append('From', '<sip:b@10.0.0.2>;tag=b').append('To', '<sip:a@10.0.0.1>')
  headers.append('Call-ID', 'theirs').append('CSeq', `1 ${method}`)
  headers.append('Contact', '<sip:b@10.0.0.2:5060>')
  return { kind: 'request', method, uri: 'sip:a@10.0.0.1:5060', headers, body: new Uint8Array(0) }
}

export function within({ callId, from, to }: Within, method: string, cseq: number): SipRequest {
  const request = theirs(method)
  request.headers.set('Via', `SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK${method}${cseq}`)
  request.headers.set('From', from).set('To', to).set('Call-ID', callId).set('CSeq', `${cseq} ${method}`)
  return request
}

export function withHeader(request: SipRequest, ...fields: string[]): SipRequest {
  for (let i = 0; i < fields.length; i += 2) request.headers.append(fields[i] as string, fields[i + 1] as string)
  return request
}

export function without(request: SipRequest, name: string): SipRequest {
  request.headers.remove(name)
  return request
}
