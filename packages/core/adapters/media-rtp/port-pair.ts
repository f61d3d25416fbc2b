// A pair of UDP ports for one stream: the even one for RTP, the odd one beside it for RTCP (RFC 3550 §11).
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'

/** What carries one half of a stream: a socket, or whatever stands for one. */
export interface Wire {
  on(
    event: 'message',
    heard: (packet: Buffer, from: { readonly address: string; readonly port: number }) => void,
  ): unknown
  on(event: 'error', failed: (error: Error) => void): unknown
  send(packet: Uint8Array, port: number, address: string): void
  send(packet: Uint8Array, offset: number, length: number, port: number, address: string): void
  close(done: () => void): unknown
}

export interface WirePair {
  readonly rtp: Wire
  readonly rtcp: Wire
}

export interface PortPair {
  readonly rtp: Socket
  readonly rtcp: Socket
}

/** Binds a pair on `address`, within a range where one is given (two zeros: anywhere). Rejects when none is free. */
export async function bindPair(
  address: string,
  [first, last]: readonly [number, number],
  random32: () => number,
): Promise<PortPair> {
  const low = first === 0 ? 16_384 : first + (first & 1)
  const high = first === 0 ? 65_534 : last
  const pairs = Math.floor((high - low + 1) / 2)
  // Begun somewhere in the range, then one after the other: of a small range every pair is tried.
  const begin = pairs > 0 ? random32() % pairs : 0
  for (let attempt = 0; attempt < Math.min(pairs, mostAttempts); attempt++) {
    const pair = await bindBoth(address, low + 2 * ((begin + attempt) % pairs))
    if (pair) return pair
  }
  throw new Error(`no free pair of ports from ${low} to ${high}`)
}

/** Binds these very ports: those of a leg whose thread was lost. */
export async function bindAgain(address: string, port: number): Promise<PortPair> {
  const pair = await bindBoth(address, port)
  if (!pair) throw new Error(`port ${port} has been taken`)
  return pair
}

export function closePair({ rtp, rtcp }: WirePair): Promise<unknown> {
  return Promise.all([rtp, rtcp].map((wire) => new Promise<void>((resolve) => wire.close(() => resolve()))))
}

/** Undefined where one of the two is taken. */
async function bindBoth(address: string, port: number): Promise<PortPair | undefined> {
  const [rtp, rtcp] = await Promise.allSettled([bind(address, port), bind(address, port + 1)])
  if (rtp.status === 'fulfilled' && rtcp.status === 'fulfilled') return { rtp: rtp.value, rtcp: rtcp.value }
  for (const each of [rtp, rtcp]) if (each.status === 'fulfilled') each.value.close()
  const reason = (rtp.status === 'rejected' ? rtp.reason : (rtcp as PromiseRejectedResult).reason) as Error
  if (!takenCodes.has((reason as NodeJS.ErrnoException).code)) throw reason
  return undefined
}

function bind(address: string, port: number): Promise<Socket> {
  const family = isIPv6(address) ? 6 : 4
  const socket = createSocket({
    type: `udp${family}`,
    recvBufferSize: 1 << 18,
    // Only addresses are ever sent to: asking for each packet, as Node would, costs a tick and more time than the rest.
    lookup: (host, _options, answer) => answer(null, host, family),
  })
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind(port, address, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}

const mostAttempts = 1000
/** Taken, or kept for others by the system. */
const takenCodes = new Set<string | undefined>(['EADDRINUSE', 'EACCES'])
