// What carries the messages of the switch of the tests in a dialog of SIP over TCP: the other end of over-sip.ts.
import { drive, listenStream, realClock, realDice, type Stream } from '@openparley/net'
import { type CstaMessage, ofEvents, readMessage, writeMessage } from '@openparley/protocols/csta'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  type Field,
  messageStream,
  type SipRequest,
  writeMessage as writeSip,
} from '@openparley/protocols/sip'
import type { OpenSwitchLine, SwitchLine } from './switch.suite.ts'

export interface SipLine extends SwitchLine {
  /** The INVITEs, re-INVITEs and INFOs that came. */
  readonly requests: readonly SipRequest[]
  /** What it answers to INVITEs from now on; undefined: it takes them. */
  refuse(status: number | undefined): void
  /** Asks something itself; what came back. */
  ask(message: CstaMessage | undefined): Promise<{ readonly status: number; readonly body: string }>
}

export function sipLine(opened: (line: SipLine) => void = () => {}): OpenSwitchLine {
  return async (took) => {
    const requests: SipRequest[] = []
    const open = new Map<number, string>()
    const asking = new Map<string, (answer: { readonly status: number; readonly body: string }) => void>()
    let stream: Stream | undefined
    let session: string | undefined
    let status: number | undefined
    let last = 0
    const here = (): string => `127.0.0.1:${listener.port}`
    const agent = new Agent({
      dice: realDice,
      userAgent: 'test',
      methods: ['INFO'],
      describes: { contentType, fields },
      sentBy: here,
      contact: () => `sip:switch@${here()};transport=tcp`,
      ringMs: () => 10_000,
      sessionExpiresS: () => 1800,
      mostSessions: 10,
    })
    const driven = drive<AgentInput, AgentEffect>(agent, realClock, (effect) => {
      if (effect.type === 'send') stream?.send(writeSip(effect.message))
      if (effect.type === 'replied')
        asking.get(effect.id)?.({
          status: effect.response.status,
          body: new TextDecoder().decode(effect.response.body),
        })
      if (effect.type === 'session' && effect.event.type === 'incoming') {
        requests.push(effect.event.request)
        session = effect.session
        const body = writeMessage({ is: 'RequestSystemStatusResponse', systemStatus: 'normal' }, 'ed3')
        driven.feed(status === undefined ? { type: 'accept', session, body } : { type: 'reject', session, status })
      }
      if (effect.type !== 'request') return
      requests.push(effect.request)
      const message = readMessage(new TextDecoder().decode(effect.request.body))
      if (message.is === 'Unknown' || message.is === 'Fault') return
      open.set(++last, effect.id)
      took(last, message)
    })
    const listener = await listenStream({
      address: '127.0.0.1',
      port: 0,
      mostConnections: 4,
      onStream: (taken) => {
        stream = taken
        const codec = messageStream()
        const { address, port } = taken.remote
        return {
          onClose: () => {},
          onData: (bytes) => {
            for (const item of codec.push(bytes))
              if (item.kind === 'request' || item.kind === 'response')
                driven.feed({
                  type: 'received',
                  message: item,
                  hop: { transport: 'tcp', address, port, flow: `tcp ${address} ${port}` },
                })
          },
        }
      },
    })
    const info = (id: string, message: CstaMessage | undefined): void => {
      if (session === undefined) return
      const body = message === undefined ? {} : { body: writeMessage(message, 'ed3'), contentType, headers: fields }
      driven.feed({ type: 'send', session, id, method: 'INFO', ...body })
    }
    const line: SipLine = {
      port: listener.port,
      requests,
      send: (invokeId, message) => {
        if (invokeId === ofEvents) return info(`event ${++last}`, message)
        const id = open.get(invokeId)
        open.delete(invokeId)
        if (id === undefined) return
        driven.feed({
          type: 'reply',
          id,
          status: 200,
          body: writeMessage(message, 'ed3'),
          contentType,
          headers: fields,
        })
      },
      refuse: (next) => {
        status = next
      },
      ask: (message) =>
        new Promise((resolve) => {
          const id = `ask ${++last}`
          asking.set(id, resolve)
          info(id, message)
        }),
      drop: () => stream?.close(),
      close: async () => {
        driven.stop()
        await listener.close()
      },
    }
    opened(line)
    return line
  }
}

const contentType = 'application/csta+xml'
const fields: readonly Field[] = [['Content-Disposition', 'signal;handling=required']]
