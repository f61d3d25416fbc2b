// A UDP socket whose failures are told and never thrown.
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { NetFailure, netFailure } from './failure.ts'

export interface UdpSocket {
  readonly address: string
  readonly port: number
  send(bytes: Uint8Array, address: string, port: number, failed?: (failure: NetFailure) => void): void
  close(): Promise<void>
}

export interface UdpOptions {
  readonly address: string
  /** 0: the system chooses. */
  readonly port: number
  readonly onMessage: (bytes: Buffer, address: string, port: number) => void
  /** An error that belongs to no single send, such as a port that answered "nobody is here". */
  readonly onError?: (failure: NetFailure) => void
  readonly receiveBuffer?: number
}

export async function openUdp(options: UdpOptions): Promise<UdpSocket> {
  const socket = createSocket({
    type: isIPv6(options.address) ? 'udp6' : 'udp4',
    ...(options.receiveBuffer === undefined ? {} : { recvBufferSize: options.receiveBuffer }),
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error) => reject(netFailure(error)))
    socket.bind(options.port, options.address, () => {
      socket.removeAllListeners('error')
      resolve()
    })
  })
  let open = true
  socket.on('error', (error) => options.onError?.(netFailure(error)))
  socket.on('message', (bytes, from) => options.onMessage(bytes, from.address, from.port))
  const { address, port } = socket.address()
  return {
    address,
    port,
    send: (bytes, to, toPort, failed) => {
      if (!open) return failed?.(new NetFailure('closed'))
      try {
        socket.send(bytes, toPort, to, failed ? (error) => error && failed(netFailure(error)) : undefined)
      } catch (error) {
        failed?.(netFailure(error))
      }
    },
    close: () =>
      new Promise((resolve) => {
        if (!open) return resolve()
        open = false
        socket.close(() => resolve())
      }),
  }
}

/** The address of the interface that routes to `remote`: nothing is sent. */
export async function localAddressFor(remote: string): Promise<string> {
  const socket = createSocket(isIPv6(remote) ? 'udp6' : 'udp4')
  try {
    return await new Promise((resolve, reject) => {
      socket.once('error', (error) => reject(netFailure(error)))
      // Port 9: no packet goes there, the system only chooses the way.
      socket.connect(9, remote, () => resolve(socket.address().address))
    })
  } finally {
    socket.close()
  }
}

/** Asks a UDP port whether anybody is there: true where the machine answered "nobody". The two line ends are a SIP keep-alive. */
export async function isUdpRefused(address: string, port: number, withinMs = 300): Promise<boolean> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), withinMs)
      socket.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer)
        resolve(error.code === 'ECONNREFUSED')
      })
      socket.connect(port, address, () => socket.send('\r\n\r\n'))
    })
  } finally {
    socket.close()
  }
}
