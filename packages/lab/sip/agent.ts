// A user agent of the lab on a UDP socket of its own.
import { drive, openUdp, realClock } from '@openparley/net'
import type { Dice } from '@openparley/protocols/common'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  type AgentOptions,
  type DialogName,
  type Hop,
  parseMessage,
  type SipRequest,
  writeMessage,
} from '@openparley/protocols/sip'

export interface LabAgentOptions
  extends Pick<AgentOptions, 'methods' | 'events' | 'features' | 'reliable' | 'describes'> {
  readonly dice: Dice
  /** The user part of the address where it is reached; of a request that begins a dialog. */
  readonly user: (request: SipRequest | undefined) => string
  readonly perform: (effect: Exclude<AgentEffect, { type: 'send' }>) => void
}

export interface LabAgent {
  readonly hop: Hop
  feed(input: AgentInput): void
  dialogOf(session: string): DialogName | undefined
  close(): Promise<void>
}

export async function openAgent({ dice, user, perform, ...more }: LabAgentOptions): Promise<LabAgent> {
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
    ...more,
    dice,
    sentBy: () => `127.0.0.1:${socket.port}`,
    contact: (_, request) => `sip:${user(request)}@127.0.0.1:${socket.port}`,
    userAgent: 'Parley-Lab/0.1',
    ringMs: () => 180_000,
    sessionExpiresS: () => 1800,
    mostSessions: 1000,
  })
  const driven = drive<AgentInput, AgentEffect>(agent, realClock, (effect) => {
    if (effect.type !== 'send') return perform(effect)
    const { id, message, hop } = effect
    socket.send(writeMessage(message), hop.address, hop.port, (failure) => {
      if (id !== undefined) driven.feed({ type: 'failed', id, cause: failure.message })
    })
  })
  return {
    hop: { transport: 'udp', address: '127.0.0.1', port: socket.port },
    feed: (input) => driven.feed(input),
    dialogOf: (session) => agent.dialogOf(session),
    close: async () => {
      driven.stop()
      await socket.close()
    },
  }
}
