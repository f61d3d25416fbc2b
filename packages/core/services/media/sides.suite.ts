// The two sides of a leg as tests see them: its events, and a bare socket in place of the phone that it talks to.
import { createSocket, type Socket } from 'node:dgram'
import { headerBytes, writeRtpHeader } from '@openparley/protocols/rtp'
import type { Leg, LegEvent, MediaDescription, MediaPort } from './port.ts'

export interface WatchedLeg {
  readonly leg: Leg
  readonly events: readonly LegEvent[]
  frames(): Frame[]
  /** The first event, of those before too, that is so. */
  until(is: (event: LegEvent) => boolean): Promise<LegEvent>
}

type Frame = Extract<LegEvent, { type: 'frame' }>

export async function watchedLeg(media: MediaPort): Promise<WatchedLeg> {
  const events: LegEvent[] = []
  const waiting = new Set<(event: LegEvent) => void>()
  const leg = await media.openLeg('127.0.0.1', (event) => {
    events.push(event)
    for (const look of waiting) look(event)
  })
  return {
    leg,
    events,
    frames: () => events.filter((event) => event.type === 'frame'),
    until: (is) =>
      new Promise((resolve) => {
        const look = (event: LegEvent): boolean => {
          if (!is(event)) return false
          waiting.delete(look)
          resolve(event)
          return true
        }
        if (!events.some(look)) waiting.add(look)
      }),
  }
}

/** A bare socket in place of a phone. */
export interface BarePhone {
  readonly packets: readonly Buffer[]
  readonly description: MediaDescription
  /** Resolves when so many packets have come in all. */
  received(count: number): Promise<void>
  /** Resolves when of the packets from now on three in a row are so. PCMU only. */
  hears(what: 'sound' | 'silence'): Promise<void>
  /** Sends packets of 20 ms whose every byte is `byte`. */
  say(to: Leg, byte: number, count: number, payloadType?: number): void
  /** So many packets that are lost on their way. */
  miss(count: number): void
  close(): Promise<void>
}

export async function barePhone(address = '127.0.0.1'): Promise<BarePhone> {
  const socket: Socket = createSocket('udp4')
  await new Promise<void>((bound, failed) => {
    socket.once('error', failed)
    socket.bind(0, address, bound)
  })
  const packets: Buffer[] = []
  const waiting = new Set<() => void>()
  socket.on('message', (packet) => {
    packets.push(packet)
    for (const look of waiting) look()
  })
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const { port } = socket.address()
  let sequence = 0
  return {
    packets,
    description: { address, port, codecs: pcmu, direction: 'sendrecv' },
    received: (count) => until(() => packets.length >= count),
    hears: (what) => {
      const from = packets.length
      return until(() => {
        const last = packets.slice(from).slice(-3)
        const are = last.map((packet) =>
          packet.subarray(headerBytes).every((byte) => byte === 0xff) ? 'silence' : 'sound',
        )
        return are.length === 3 && are.every((each) => each === what)
      })
    },
    say: (to, byte, count, payloadType = 0) => {
      for (; count > 0; count--) {
        const packet = new Uint8Array(headerBytes + 160).fill(byte)
        writeRtpHeader(packet, payloadType, false, sequence, sequence * 160, port)
        sequence++
        socket.send(packet, to.local.port, to.local.address)
      }
    },
    miss: (count) => {
      sequence += count
    },
    close: () => new Promise((closed) => socket.close(() => closed())),
  }
}

export const pcmu: MediaDescription['codecs'] = [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }]
