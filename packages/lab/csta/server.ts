// The lab’s CSTA server (ECMA-323 over TCP, plain and with TLS): its devices are the phones on desks.
import { type Listener, listenStream, realClock, type Stream } from '@openparley/net'
import type { Dice } from '@openparley/protocols/common'
import { FrameReader, writeFrame } from '@openparley/protocols/csta'
import { holdPorts } from '../dead-port.ts'
import type { Desk } from '../desk/desk.ts'
import type { FaultSet } from '../faults.ts'
import { Association } from './association.ts'

export interface CstaServerOptions {
  readonly desk: Desk
  readonly passwordOf: (person: string) => string | undefined
  readonly tls: { readonly key: string; readonly cert: string }
  readonly ca: string
  readonly faults: FaultSet
  readonly dice: Dice
}

export interface CstaServer {
  readonly addresses: { readonly tcp: string; readonly tls: string }
  /** What a core needs to control the person’s phone on the desk; nothing where they have none. */
  settings(person: string, transport?: 'tcp' | 'tls'): Readonly<Record<string, unknown>>
  /** All connections are cut. */
  cut(): void
  /** Nothing listens any more, and nobody else is given its ports. */
  go(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

export async function openCstaServer(options: CstaServerOptions): Promise<CstaServer> {
  const { desk, passwordOf, tls, ca, faults, dice } = options
  const associations = new Map<Stream, Association>()
  const timers = new Set<() => void>()
  const later = (ms: number, act: () => void): (() => void) => {
    const cancel = realClock.at(realClock.now() + ms, () => {
      timers.delete(cancel)
      act()
    })
    timers.add(cancel)
    return () => {
      timers.delete(cancel)
      cancel()
    }
  }
  const attend = (stream: Stream): { onData(bytes: Buffer): void; onClose(): void } => {
    const association = new Association({
      desk,
      dice,
      passwordOf,
      later,
      send: (invokeId, text) => void stream.send(writeFrame({ invokeId, text })),
      close: () => stream.close(),
    })
    associations.set(stream, association)
    const frames = new FrameReader()
    let came = 0
    return {
      onData: (bytes) => {
        for (const frame of frames.push(bytes)) {
          if (faults.has('csta-silent')) return
          const isCut = faults.has('csta-cut') && came++ >= faults.value('csta-cut')
          if (isCut || 'fault' in frame) return stream.close()
          association.request(frame.invokeId, frame.text)
        }
      },
      onClose: () => {
        associations.delete(stream)
        association.over()
      },
    }
  }
  const unwatch = desk.watch((number, event) => {
    for (const association of associations.values()) association.told(number, event)
  })
  const open = async (ports: readonly [number, number]): Promise<readonly [Listener, Listener]> => {
    const more = { address: '127.0.0.1', mostConnections: 100, onStream: attend }
    return [await listenStream({ ...more, port: ports[0] }), await listenStream({ ...more, port: ports[1], tls })]
  }
  let listening: readonly [Listener, Listener] | undefined = await open([0, 0])
  const ports = [listening[0].port, listening[1].port] as const
  let release: (() => Promise<void>) | undefined
  const go = async (): Promise<void> => {
    const gone = listening
    listening = undefined
    if (!gone) return
    await Promise.all(gone.map((each) => each.close()))
    release = await holdPorts({ tcp: ports })
  }
  if (faults.has('csta-refuse')) await go()
  const addresses = { tcp: `127.0.0.1:${ports[0]}`, tls: `127.0.0.1:${ports[1]}` }
  return {
    addresses,
    settings: (person, transport = 'tcp') => {
      const number = desk.numberOf(person)
      if (number === undefined) return {}
      return {
        'deskPhone.via': 'csta',
        'deskPhone.servers': [addresses[transport]],
        'deskPhone.line': number,
        'deskPhone.number': number,
        'deskPhone.user': person,
        'deskPhone.password': faults.has('csta-wrong-password') ? dice.token(128) : passwordOf(person),
        ...(transport === 'tls' ? { 'deskPhone.tls': true, 'deskPhone.tls.ca': ca } : {}),
      }
    },
    cut: () => {
      for (const stream of associations.keys()) stream.close()
    },
    go,
    comeBack: async () => {
      if (listening) return
      await release?.()
      release = undefined
      listening = await open(ports)
    },
    close: async () => {
      unwatch()
      for (const cancel of timers) cancel()
      await Promise.all((listening ?? []).map((each) => each.close()))
      await release?.()
    },
  }
}
