// A user agent on a UDP socket of this process, with SDP offer and answer: what the figures of signalling are made with.
import { drive, openUdp, realClock, realDice } from '../packages/net/index.ts'
import { type Audio, answer, begin, offer, readAnswer } from '../packages/protocols/sdp/index.ts'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  type Hop,
  parseMessage,
  writeMessage,
} from '../packages/protocols/sip/index.ts'

export type SessionEffect = Extract<AgentEffect, { type: 'session' }>

export interface Side {
  readonly hop: Hop
  readonly agent: Agent
  feed(input: AgentInput): void
  /** Calls the other side, with an offer. */
  call(session: string, to: Hop): void
  close(): Promise<void>
}

/** Whoever calls is answered at once. `on` hears of every event; an answer that cannot be read is told as an error. */
export async function side(
  on: (side: Side, effect: SessionEffect) => void,
  methods: readonly string[] = [],
): Promise<Side> {
  const socket = await openUdp({
    address: '127.0.0.1',
    port: 0,
    receiveBuffer: 8 << 20,
    onMessage: (bytes, address, port) => {
      const message = parseMessage(bytes)
      if (message.kind !== 'malformed')
        driven.feed({ type: 'received', message, hop: { transport: 'udp', address, port } })
    },
  })
  const agent = new Agent({
    dice: realDice,
    sentBy: () => `127.0.0.1:${socket.port}`,
    contact: () => `sip:x@127.0.0.1:${socket.port}`,
    userAgent: 'bench',
    ringMs: () => 60_000,
    sessionExpiresS: () => 1800,
    mostSessions: 100_000,
    methods,
  })
  const driven = drive<AgentInput, AgentEffect>(agent, realClock, (effect) => {
    if (effect.type === 'send') socket.send(writeMessage(effect.message), effect.hop.address, effect.hop.port)
    else if (effect.type === 'request') {
      const contact = effect.request.headers.get('Contact') ?? ''
      driven.feed({ type: 'reply', id: effect.id, status: 200, headers: [['Contact', contact]] })
    } else if (effect.type === 'session') {
      const { event, session } = effect
      if (event.type === 'incoming') {
        const answered = answer(begin(1), event.body as string, audio)
        if (!('text' in answered)) throw new Error('the offer cannot be answered')
        driven.feed({ type: 'accept', session, body: answered.text })
      } else if (event.type === 'accepted' && !('remote' in readAnswer(event.body as string, audio)))
        throw new Error('the answer cannot be read')
      on(whole, effect)
    }
  })
  const whole: Side = {
    hop: { transport: 'udp', address: '127.0.0.1', port: socket.port },
    agent,
    feed: (input) => driven.feed(input),
    call: (session, to) =>
      driven.feed({
        type: 'invite',
        session,
        uri: `sip:b@127.0.0.1:${to.port}`,
        from: '<sip:a@127.0.0.1>',
        to: '<sip:b@127.0.0.1>',
        body: offer(begin(1), audio).text,
        hop: to,
        contact: `sip:a@127.0.0.1:${socket.port}`,
      }),
    close: async () => {
      driven.stop()
      await socket.close()
    },
  }
  return whole
}

const audio: Audio = {
  address: '127.0.0.1',
  port: 4000,
  direction: 'sendrecv',
  codecs: [
    { payloadType: 0, name: 'PCMU', clockRate: 8000 },
    { payloadType: 101, name: 'telephone-event', clockRate: 8000, parameters: '0-15' },
  ],
}
