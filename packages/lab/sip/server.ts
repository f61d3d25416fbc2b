// A SIP server of the lab: its sockets, the proxy behind them, and its going and coming back.
import { realClock } from '@openparley/net'
import type { Dice } from '@openparley/protocols/common'
import { type Hop, responseTo, type SipMessage, topVia } from '@openparley/protocols/sip'
import { holdPorts } from '../dead-port.ts'
import type { FaultSet } from '../faults.ts'
import type { Recorder } from '../record.ts'
import { Proxy, type ProxyOptions } from './proxy.ts'
import { openWire, type Wire } from './wire.ts'

export interface SipServerOptions extends Omit<ProxyOptions, 'portOf' | 'send' | 'later' | 'dice' | 'recorder'> {
  /** How it is called in the ladder. */
  readonly name: string
  /** UDP and TCP; TLS has the next one. 0: any. */
  readonly port: number
  readonly tls: { readonly key: string; readonly cert: string }
  readonly faults: FaultSet
  readonly dice: Dice
  readonly recorder: Recorder
}

export interface SipServer {
  readonly ports: Wire['ports']
  /** False where there is no way to it. */
  send(message: SipMessage, hop: Hop): boolean
  /** Does something later, unless it is closed before. */
  later(ms: number, act: () => void): void
  /** Nothing listens any more, and nobody else is given its ports. */
  go(): Promise<void>
  /** It listens again where it did, and remembers nothing but who is registered. */
  comeBack(): Promise<void>
  close(): Promise<void>
}

export async function openSipServer(options: SipServerOptions): Promise<SipServer> {
  const { dice, faults, name, recorder, tls } = options
  const timers = new Set<() => void>()
  const later = (ms: number, act: () => void): void => {
    const cancel = realClock.at(realClock.now() + ms, () => {
      timers.delete(cancel)
      act()
    })
    timers.add(cancel)
  }
  let wire: Wire | undefined
  let release: (() => Promise<void>) | undefined
  let awake: (() => void) | undefined
  /** Sets the timer for what the proxy wants next. */
  const wait = (): void => {
    awake?.()
    const { deadline } = proxy
    awake = deadline === undefined ? undefined : realClock.at(deadline, wake)
  }
  const wake = (): void => {
    proxy.wake(realClock.now())
    wait()
  }
  const note = (message: SipMessage, from: string, to: string): void =>
    recorder.rung({ atMs: Date.now(), from, to, label: labelOf(message), callId: message.headers.get('Call-ID') ?? '' })
  const send = (message: SipMessage, hop: Hop): boolean => {
    note(message, name, `${hop.address}:${hop.port}`)
    return wire?.send(message, hop) ?? false
  }
  const proxy = new Proxy({
    ...options,
    send,
    portOf: (transport) => ports[transport],
    later: (ms, act) =>
      later(ms, () => {
        act(realClock.now())
        wait()
      }),
  })
  const open = (port: number, tlsPort: number): Promise<Wire> =>
    openWire({
      port,
      tlsPort,
      tls,
      faults,
      dice,
      onMessage: (message, hop) => {
        note(message, `${hop.address}:${hop.port}`, name)
        proxy.received(message, hop, realClock.now())
        wait()
      },
      // A bad request costs its sender an error, where it says who that is, and nobody else anything.
      onMalformed: ({ method = '', answer, headers }, hop) => {
        if (answer === undefined || method === 'ACK' || !topVia(headers)) return
        const request = { kind: 'request' as const, method, uri: '', headers, body: new Uint8Array(0) }
        wire?.send(responseTo(request, answer, dice.token(64)), hop)
      },
    })
  wire = await open(options.port, options.port === 0 ? 0 : options.port + 1)
  const { ports } = wire
  const go = async (): Promise<void> => {
    const gone = wire
    wire = undefined
    if (!gone) return
    await gone.close()
    release = await holdPorts({ udp: [ports.udp], tcp: [ports.tcp, ports.tls] })
  }
  return {
    ports,
    send,
    later,
    go,
    comeBack: async () => {
      if (wire) return
      await release?.()
      release = undefined
      wire = await open(ports.udp, ports.tls)
    },
    close: async () => {
      awake?.()
      for (const cancel of timers) cancel()
      await wire?.close()
      await release?.()
    },
  }
}

function labelOf(message: SipMessage): string {
  const method = message.headers.get('CSeq')?.split(/\s+/)[1] ?? ''
  return message.kind === 'request' ? message.method : `${message.status} ${method}`
}
