// A file by TFTP over UDP: the host of a read transfer (RFC 1350, 2347–2349, 7440).
import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import {
  drive,
  isUdpRefused,
  localAddressFor,
  NetFailure,
  netFailure,
  openUdp,
  type UdpOptions,
  type UdpSocket,
} from '@openparley/net'
import type { Clock, Dice, Millis } from '@openparley/protocols/common'
import {
  type HostFault,
  type ReadEffect,
  type ReadFault,
  type ReadInput,
  ReadTransfer,
  readPacket,
  writePacket,
} from '@openparley/protocols/tftp'

export interface TftpFetch {
  /** The server's IP address. */
  readonly address: string
  /** 69 where the server says nothing else. */
  readonly port: number
  readonly file: string
  /** A larger file is not taken. */
  readonly mostBytes: number
  /** The whole of it takes no longer, in milliseconds. */
  readonly timeoutMs: Millis
  /** Bytes in a block, 8–65464; 1428 unless said, which fits in an Ethernet frame. With 512 and a window of 1 no options are asked for. */
  readonly blockSize?: number
  /** Blocks that are sent at once, 1–1024; 1 unless said. */
  readonly windowSize?: number
  readonly signal?: AbortSignal
  readonly clock: Clock
  readonly dice: Pick<Dice, 'roll'>
}

/** Why there is no file. */
export class TftpFailure extends Error {
  readonly is: ReadFault['is']
  /** What more is known: the server's own text, how far it came. */
  readonly fault: ReadFault

  constructor(fault: ReadFault) {
    super(described(fault))
    this.name = 'TftpFailure'
    this.is = fault.is
    this.fault = fault
  }
}

/** Rejects with a TftpFailure; with a RangeError for what cannot be asked for. */
export async function fetchByTftp(options: TftpFetch): Promise<Uint8Array> {
  const { address, port, file, mostBytes, timeoutMs, blockSize = 1428, windowSize = 1, signal, clock, dice } = options
  const server = canonical(address)
  const transfer = new ReadTransfer({ file, port, dice, mostBytes, mostMs: timeoutMs, blockSize, windowSize })
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()

  const socket = await socketTo(address, {
    receiveBuffer: Math.min(mostBuffer, Math.max(leastBuffer, 4 * blockSize * windowSize)),
    onMessage: (bytes, from, tid) => {
      if (canonical(from) !== server) return
      driven.feed({ type: 'received', packet: readPacket(bytes), tid })
    },
    onError: (failure) => unsent(failure),
  })
  /** Once the server has answered, a packet that cannot be sent is as good as lost: it is sent again. */
  const unsent = (error: unknown): void => {
    if (transfer.state === 'asking') driven.feed({ type: 'stop', fault: faultOf(error) })
  }
  const cancel = (): void => driven.feed({ type: 'stop', fault: { is: 'cancelled' } })
  // A socket that talks to several ports is not told that nobody is at one of them: a second one asks, if no answer comes.
  const cancelProbe = clock.at(clock.now() + probeAfterMs, () => {
    if (transfer.state !== 'asking') return
    isUdpRefused(address, port).then((isRefused) => {
      if (isRefused) unsent(new NetFailure('refused'))
    }, unsent)
  })

  const perform = (effect: ReadEffect): void => {
    switch (effect.type) {
      case 'send':
        return socket.send(writePacket(effect.packet), address, effect.tid, unsent)
      case 'done':
        // From now on the socket is there for a last ACK that was lost, and nobody waits for it.
        signal?.removeEventListener('abort', cancel)
        return resolve(effect.bytes)
      case 'failed':
        return reject(new TftpFailure(effect.fault))
      case 'over':
        signal?.removeEventListener('abort', cancel)
        cancelProbe()
        driven.stop()
        // A packet leaves with the next tick at the earliest, and the last one is to leave.
        setImmediate(() => void socket.close())
    }
  }
  const driven = drive<ReadInput, ReadEffect>(transfer, clock, perform)
  signal?.addEventListener('abort', cancel)
  if (signal?.aborted) cancel()
  else driven.feed({ type: 'start' })
  return promise
}

async function socketTo(address: string, options: Omit<UdpOptions, 'address' | 'port'>): Promise<UdpSocket> {
  try {
    return await openUdp({ ...options, address: await localAddressFor(address), port: 0 })
  } catch (error) {
    throw new TftpFailure(faultOf(error))
  }
}

function faultOf(error: unknown): HostFault {
  const { is, message } = netFailure(error)
  return is === 'refused' ? { is } : { is: 'unreachable', message }
}

/** IPv6 addresses can be written in several ways. */
function canonical(address: string): string {
  if (!isIPv6(address)) {
    if (!isIPv4(address)) throw new RangeError(`${address} is no IP address`)
    return address
  }
  const [bare, zone] = address.split('%') as [string, string?]
  const { address: written } = new SocketAddress({ address: bare, family: 'ipv6' })
  return zone === undefined ? written : `${written}%${zone}`
}

function described(fault: ReadFault): string {
  if ('message' in fault && fault.message !== '') return `${fault.is}: ${fault.message}`
  if ('why' in fault) return `${fault.is}: ${fault.why}`
  return 'bytes' in fault ? `${fault.is} (${fault.bytes} bytes)` : fault.is
}

const probeAfterMs = 200
/** What Linux gives unasked; a whole window must fit in it, with what the system adds to each packet. */
const leastBuffer = 212_992
const mostBuffer = 2 ** 22
