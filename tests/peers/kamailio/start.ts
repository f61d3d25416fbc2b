// Kamailio on loopback, UDP and TCP on one port.
import { chmodSync, cpSync, globSync, readdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePorts, type Peer, peerFolder, startPeer, until } from '../peer.ts'
import { kamailioConfig } from './config.ts'

export interface Kamailio extends Peer {
  readonly port: number
}

/** What it needs to tell of states. */
export const presenceModule: string =
  globSync('/usr/lib/*/kamailio/modules/presence.so')[0] ?? '/usr/lib/kamailio/modules/presence.so'

export async function startKamailio({ presence = false }: { presence?: boolean } = {}): Promise<Kamailio> {
  const folder = peerFolder('kamailio')
  const port = await freePorts(1)
  const config = join(folder, 'kamailio.cfg')
  writeFileSync(config, kamailioConfig(port, folder, presence))
  chmodSync(config, 0o644)
  if (presence) {
    const tables = join(folder, 'db')
    cpSync('/usr/share/kamailio/dbtext/kamailio', tables, { recursive: true })
    chmodSync(tables, 0o777)
    for (const name of readdirSync(tables)) chmodSync(join(tables, name), 0o666)
  }
  const peer = startPeer({
    command: '/usr/sbin/kamailio',
    args: ['-DD', '-E', '-f', config, '-Y', folder, '-m', '64', '-M', '8'],
    folder,
  })
  await until('Kamailio listens', () => listens(port), peer)
  return { ...peer, port }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
