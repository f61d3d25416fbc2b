// The built-in media path: one thread for the legs of all sessions of a core, seen from the core's thread as media ports.
import { Worker } from 'node:worker_threads'
import { ParleyError, type Statistics } from '@openparley/contract'
import type { Codec, Leg, LegEvent, MediaPort } from '../../services/media/port.ts'
import type { Ask, Pacing, Tell } from './messages.ts'

export interface MediaRtp {
  /** A session's media port. `ports`: the first and the last to use; zeros let the whole range be used. */
  port(ports: readonly [number, number]): MediaPort
  /** How well the thread keeps time. */
  pacing(): Promise<Pacing>
  close(): Promise<void>
}

export function mediaRtp(): MediaRtp {
  let thread: Worker | undefined
  let count = 0
  const opening = new Map<number, { opened(port: number, rtcpPort: number): void; failed(error: ParleyError): void }>()
  const listeners = new Map<number, (event: LegEvent) => void>()
  const waiting = new Map<number, (answer: Statistics | Pacing | undefined) => void>()

  const running = (): Worker => {
    if (thread) return thread
    const started = new Worker(
      new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url),
    )
    thread = started
    started.on('message', heard)
    started.on('error', () => lost(started))
    started.on('exit', () => lost(started))
    return started
  }
  const heard = (tell: Tell): void => {
    switch (tell.is) {
      case 'opened':
        opening.get(tell.leg)?.opened(tell.port, tell.rtcpPort)
        opening.delete(tell.leg)
        return
      case 'unopened':
        opening.get(tell.leg)?.failed(new ParleyError('media-no-port', tell.detail))
        opening.delete(tell.leg)
        return
      case 'event':
        listeners.get(tell.leg)?.(tell.event)
        return
      case 'figures':
        answer(tell.id, tell.statistics)
        return
      case 'pacing':
        answer(tell.id, tell.pacing)
    }
  }
  const answer = (id: number, value: Statistics | Pacing | undefined): void => {
    waiting.get(id)?.(value)
    waiting.delete(id)
  }
  /** What was on the thread is gone with it; the next leg starts another. */
  const lost = (which: Worker): void => {
    if (thread !== which) return
    thread = undefined
    for (const { failed } of opening.values()) failed(new ParleyError('media-worker-lost'))
    opening.clear()
    for (const id of [...waiting.keys()]) answer(id, undefined)
  }
  const post = (ask: Ask): void => thread?.postMessage(ask)
  const ask = <T extends Statistics | Pacing>(make: (id: number) => Ask, otherwise: T): Promise<T> => {
    if (!thread) return Promise.resolve(otherwise)
    const id = ++count
    return new Promise((resolve) => {
      waiting.set(id, (value) => resolve((value as T | undefined) ?? otherwise))
      post(make(id))
    })
  }

  return {
    pacing: () => ask((id) => ({ is: 'pacing', id }), { frames: 0, lateOver2Ms: 0, lateOver20Ms: 0, maxLateMs: 0 }),
    port: (ports) => ({
      openLeg: (address, onEvent) => openLeg(ports, address, onEvent),
      close: async () => {},
    }),
    close: async () => {
      const worker = thread
      thread = undefined
      await worker?.terminate()
    },
  }

  async function openLeg(
    ports: readonly [number, number],
    address: string,
    onEvent: (event: LegEvent) => void,
  ): Promise<Leg> {
    const leg = ++count
    const worker = running()
    const { port, rtcpPort } = await new Promise<{ port: number; rtcpPort: number }>((resolve, reject) => {
      opening.set(leg, { opened: (port, rtcpPort) => resolve({ port, rtcpPort }), failed: reject })
      worker.postMessage({ is: 'open', leg, address, ports } satisfies Ask)
    })
    listeners.set(leg, onEvent)
    let closing: Promise<Statistics> | undefined
    const opened: Leg = {
      id: `leg-${leg}`,
      local: { address, port, rtcpPort, codecs, direction: 'sendrecv', packetMs: 20 },
      connect: (remote, direction) => post({ is: 'connect', leg, remote, direction }),
      attach: (endpoint) => post({ is: 'attach', leg, endpoint }),
      mute: (muted) => post({ is: 'mute', leg, muted }),
      sendDigits: (digits, durationMs) => post({ is: 'digits', leg, digits, durationMs }),
      write: (samples) => post({ is: 'write', leg, samples }),
      statistics: () => closing ?? ask((id) => ({ is: 'statistics', leg, id }), nothing),
      close: () => {
        closing ??= ask((id) => ({ is: 'close', leg, id }), nothing).finally(() => listeners.delete(leg))
        return closing
      },
    }
    return opened
  }
}

const codecs: readonly Codec[] = [
  { payloadType: 0, name: 'PCMU', clockRate: 8000 },
  { payloadType: 8, name: 'PCMA', clockRate: 8000 },
  { payloadType: 101, name: 'telephone-event', clockRate: 8000, parameters: '0-15' },
]

const nothing: Statistics = { packetsSent: 0, packetsReceived: 0, packetsLost: 0, packetsLate: 0, jitterMs: 0 }
