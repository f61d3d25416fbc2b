// The lab's TFTP server: files to read, nothing to write (RFC 1350, 2347–2349, 7440). Each transfer has a port of its own.
import { type Driven, drive, openUdp, realClock, realDice, type UdpSocket } from '@openparley/net'
import type { Clock, Dice } from '@openparley/protocols/common'
import {
  type Packet,
  readPacket,
  type SendEffect,
  type SendInput,
  type SendOptions,
  SendTransfer,
  writePacket,
} from '@openparley/protocols/tftp'

export interface TftpServerOptions {
  readonly address: string
  /** 0: the system chooses. */
  readonly port: number
  /** `name` is clean: parts with / between, none of them empty, . or .. */
  readonly fileAt: (name: string) => Uint8Array | 'denied' | undefined
  /** What goes wrong with this request. The name is as it was asked for. */
  readonly faultFor?: (name: string) => TftpFault | undefined
  /** A request beyond so many transfers is not heard: who asked asks again. 100 unless said. */
  readonly mostTransfers?: number
  readonly clock?: Clock
  readonly dice?: Pick<Dice, 'roll'>
}

export type TftpFault =
  /** No answer at all. */
  | { readonly is: 'silent' }
  /** Nothing more after so many blocks. */
  | { readonly is: 'stops'; readonly afterBlocks: number }
  /** A file of no bytes. */
  | { readonly is: 'empty' }
  /** The answers are no TFTP. */
  | { readonly is: 'garbled' }
  /** A server from before RFC 2347: it passes over options, or refuses them. */
  | { readonly is: 'no-options' }
  | { readonly is: 'refuses-options' }

export interface TftpServer {
  readonly port: number
  /** Ends what is under way, too. */
  close(): Promise<void>
}

type Request = SendOptions['request']

export async function openTftpServer(options: TftpServerOptions): Promise<TftpServer> {
  const { address, mostTransfers = 100, clock = realClock, dice = realDice } = options
  /** By the client's address and port. */
  const transfers = new Map<string, Transfer | 'opening'>()

  const hear = (request: Request, to: string, tid: number): void => {
    const key = `${to} ${tid}`
    // A client's port is of one transfer: what comes from it again is the same request, repeated.
    if (transfers.has(key) || transfers.size >= mostTransfers) return
    const fault = options.faultFor?.(request.file)
    if (fault?.is === 'silent') return
    const file = fault?.is === 'empty' ? new Uint8Array() : fileFor(request.file, options.fileAt)
    const engine = new SendTransfer({
      request,
      tid,
      file,
      dice,
      mostBlockSize: 65_464,
      mostWindowSize: 64,
      options: fault?.is === 'no-options' ? 'pass-over' : fault?.is === 'refuses-options' ? 'refuse' : 'grant',
    })
    transfers.set(key, 'opening')
    void serve(key, engine, to, fault)
  }

  const serve = async (key: string, engine: SendTransfer, to: string, fault: TftpFault | undefined): Promise<void> => {
    const onMessage = (bytes: Uint8Array, from: string, tid: number): void => {
      if (from === to) driven.feed({ type: 'received', packet: readPacket(bytes), tid })
    }
    // Where the system has no port left the request is as good as lost: who asked asks again.
    const socket = await openUdp({ address, port: 0, onMessage }).catch(() => undefined)
    if (!socket) return void transfers.delete(key)
    if (transfers.get(key) !== 'opening') return socket.close()
    const perform = (effect: SendEffect): void => {
      if (effect.type === 'over') {
        transfers.delete(key)
        driven.stop()
        // A packet leaves with the next tick at the earliest, and an ERROR is to leave.
        setImmediate(() => void socket.close())
      } else if (mayPass(effect.packet, fault)) {
        const bytes = writePacket(effect.packet)
        // What cannot be sent is as good as lost: the engine sends it again, and gives up in the end.
        socket.send(fault?.is === 'garbled' ? bytes.fill(0xff) : bytes, to, effect.tid)
      }
    }
    const driven = drive<SendInput, SendEffect>(engine, clock, perform)
    transfers.set(key, { driven, socket })
    driven.feed({ type: 'start' })
  }

  const listening = await openUdp({
    address,
    port: options.port,
    onMessage: (bytes, from, tid) => {
      const packet = readPacket(bytes)
      // Only a request is answered here: an answer to anything else could be asked for in another's name.
      if (packet.type === 'rrq' || packet.type === 'wrq') hear(packet, from, tid)
    },
  })
  return {
    port: listening.port,
    close: async () => {
      await listening.close()
      const all = [...transfers.values()].filter((each) => each !== 'opening')
      for (const { driven } of all) driven.feed({ type: 'stop' })
      transfers.clear()
      await new Promise((resolve) => setImmediate(resolve))
      await Promise.all(all.map(({ socket }) => socket.close()))
    },
  }
}

interface Transfer {
  readonly driven: Driven<SendInput>
  readonly socket: UdpSocket
}

/** Undefined for a name that leads out of the folder, or is none. */
export function cleanName(name: string): string | undefined {
  const parts = name.split(/[/\\]/).filter((part) => part !== '' && part !== '.')
  if (parts.length === 0 || parts.includes('..') || /\p{Cc}/u.test(name)) return undefined
  return parts.join('/')
}

function fileFor(name: string, fileAt: TftpServerOptions['fileAt']): SendOptions['file'] {
  const clean = cleanName(name)
  return clean === undefined ? 'denied' : (fileAt(clean) ?? 'not-found')
}

/** A server that is to fall silent does so after its block of that number. */
function mayPass(packet: Packet, fault: TftpFault | undefined): boolean {
  return fault?.is !== 'stops' || packet.type !== 'data' || packet.block <= fault.afterBlocks
}
