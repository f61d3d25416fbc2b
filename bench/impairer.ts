// A bad network between two ends: UDP is passed on, some of it late and some of it not at all, by seeded dice. What carries RTCP is left alone.
import { createSocket, type Socket } from 'node:dgram'
import type { Leg, MediaPort } from '../packages/core/services/media/port.ts'
import { rolls } from '../packages/testkit/index.ts'

export interface Impairment {
  /** Packets that do not arrive, 0 to 1. */
  readonly loss: number
  /** Each packet comes up to so many milliseconds late; some overtake others then. */
  readonly jitterMs: number
  readonly seed: number
}

interface Place {
  readonly address: string
  readonly port: number
}

/** One way each side: what comes from the near end goes to `far`, and the other way round. */
interface Relay {
  /** Where the near end is to send. */
  readonly forNear: Place
  /** Where the far end is to send. */
  readonly forFar: Place
  far(place: Place): void
  close(): void
}

/** The same port, whose legs are reached, and reach others, over the bad network alone. */
export function impaired(inner: MediaPort, how: Impairment): MediaPort {
  return {
    ...inner,
    openLeg: async (address, onEvent): Promise<Leg> => {
      const leg = await inner.openLeg(address, onEvent)
      const { port, rtcpPort = port + 1 } = leg.local
      const sound = await relay({ address, port }, how)
      const reports = await relay({ address, port: rtcpPort }, { loss: 0, jitterMs: 0, seed: 0 })
      return {
        ...leg,
        local: { ...leg.local, port: sound.forFar.port, rtcpPort: reports.forFar.port },
        connect: (remote, ...rest) => {
          sound.far({ address: remote.address, port: remote.port })
          reports.far({ address: remote.address, port: remote.rtcpPort ?? remote.port + 1 })
          const near = { address, port: sound.forNear.port, rtcpPort: reports.forNear.port }
          leg.connect({ ...remote, ...near }, ...rest)
        },
        close: async () => {
          const figures = await leg.close()
          sound.close()
          reports.close()
          return figures
        },
      }
    },
  }
}

async function relay(near: Place, { loss, jitterMs, seed }: Impairment): Promise<Relay> {
  const [nearSide, farSide] = [await bound(), await bound()]
  let far: Place | undefined
  const waiting = new Set<NodeJS.Timeout>()
  const pass = (from: Socket, by: Socket, to: () => Place | undefined, roll: () => number): void => {
    from.on('message', (packet) => {
      // Two rolls a packet, whatever becomes of it: the same packets are lost at every jitter.
      const [isLost, lateMs] = [roll() < loss, roll() * jitterMs]
      const place = to()
      if (isLost || !place) return
      const send = (): void => by.send(packet, place.port, place.address)
      if (jitterMs === 0) return send()
      const timer = setTimeout(() => {
        waiting.delete(timer)
        send()
      }, lateMs)
      waiting.add(timer)
    })
  }
  pass(nearSide, farSide, () => far, rolls(seed))
  pass(farSide, nearSide, () => near, rolls(seed + 1))
  return {
    forNear: placeOf(nearSide),
    forFar: placeOf(farSide),
    far: (place) => {
      far = place
    },
    close: () => {
      for (const timer of waiting) clearTimeout(timer)
      nearSide.close()
      farSide.close()
    },
  }
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', resolve)
  })
  // A port that answers "nobody is here" loses that packet, as a network would.
  socket.on('error', () => {})
  return socket
}

function placeOf(socket: Socket): Place {
  const { address, port } = socket.address()
  return { address, port }
}
