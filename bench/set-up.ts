// From INVITE to its 200 with automatic answer: two user agents, two UDP sockets of this process, one core.
import { drive, openUdp, realClock, realDice } from '../packages/net/index.ts'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  type Hop,
  parseMessage,
  writeMessage,
} from '../packages/protocols/sip/index.ts'

export interface SetUp {
  readonly p50Ms: number
  readonly p99Ms: number
}

const offer =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n'

/** Calls one after the other, so that only the way there and back is measured. */
export async function setUp(calls: number): Promise<SetUp> {
  const answering = await side((feed, effect) => {
    if (effect.event.type === 'incoming') feed({ type: 'accept', session: effect.session, body: offer })
  })
  let done: (() => void) | undefined
  const calling = await side((feed, effect) => {
    if (effect.event.type === 'accepted') {
      done?.()
      feed({ type: 'end', session: effect.session })
    }
  })
  const times: number[] = []
  for (let i = 0; i < calls; i++) {
    const began = performance.now()
    const answered = new Promise<void>((resolve) => {
      done = resolve
    })
    calling.feed({
      type: 'invite',
      session: `call-${i}`,
      uri: `sip:b@127.0.0.1:${answering.hop.port}`,
      from: '<sip:a@127.0.0.1>',
      to: '<sip:b@127.0.0.1>',
      body: offer,
      hop: answering.hop,
      contact: `sip:a@127.0.0.1:${calling.hop.port}`,
    })
    await answered
    times.push(performance.now() - began)
    // The BYE and its answer are not part of the next call.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all([answering.close(), calling.close()])
  // The first calls warm the machine up.
  const sorted = times.slice(Math.floor(calls / 5)).sort((a, b) => a - b)
  const at = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] as number) * 1000) / 1000
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}

type SessionEffect = Extract<AgentEffect, { type: 'session' }>

async function side(onSession: (feed: (input: AgentInput) => void, effect: SessionEffect) => void) {
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
    contact: () => `sip:x@127.0.0.1:${socket.port}`,
    userAgent: 'bench',
    ringMs: () => 60_000,
    sessionExpiresS: () => 1800,
    mostSessions: 10_000,
  })
  const driven = drive<AgentInput, AgentEffect>(agent, realClock, (effect) => {
    if (effect.type === 'send') socket.send(writeMessage(effect.message), effect.hop.address, effect.hop.port)
    else if (effect.type === 'session') onSession((input) => driven.feed(input), effect)
  })
  const hop: Hop = { transport: 'udp', address: '127.0.0.1', port: socket.port }
  return {
    hop,
    feed: (input: AgentInput): void => driven.feed(input),
    close: async (): Promise<void> => {
      driven.stop()
      await socket.close()
    },
  }
}
