// A port at which nothing listens, and that nobody else is given. A port that is only closed is free, and the system
// soon hands it to another program: who then asks there is answered, by the wrong one.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

const address = '127.0.0.1'

/** A datagram socket that is connected elsewhere takes nothing from others: they are refused (ICMP port unreachable). */
async function holdUdpPort(port: number): Promise<() => Promise<void>> {
  const socket = createSocket('udp4')
  socket.bind(port, address)
  await once(socket, 'listening')
  socket.connect(9, address)
  await once(socket, 'connect')
  socket.on('error', () => {
    // What discards also refuses; nothing was sent.
  })
  return async () => {
    socket.close()
    await once(socket, 'close')
  }
}

/** A connection that goes out from the port holds it: another that comes in is reset. */
async function holdTcpPort(port: number): Promise<() => Promise<void>> {
  const server = createServer()
  server.listen(0, address)
  await once(server, 'listening')
  const at = server.address()
  const came = once(server, 'connection')
  const socket = connect({ host: address, port: at !== null && typeof at === 'object' ? at.port : 0, localPort: port })
  const [[other]] = (await Promise.all([came, once(socket, 'connect')])) as [[Socket], unknown]
  return async () => {
    // The listener’s side ends first, so that it, and not the port held, waits out the connection’s last minutes.
    other.destroy()
    socket.destroy()
    server.close()
    await once(server, 'close')
  }
}

export interface Ports {
  readonly udp?: readonly number[]
  readonly tcp?: readonly number[]
}

/** Holds ports that were listened at until now. The returned function gives them back. */
export async function holdPorts({ udp = [], tcp = [] }: Ports): Promise<() => Promise<void>> {
  const releases = await Promise.all([...udp.map(holdUdpPort), ...tcp.map(holdTcpPort)])
  return async () => {
    await Promise.all(releases.map((release) => release()))
  }
}
