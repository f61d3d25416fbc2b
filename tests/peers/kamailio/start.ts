// Kamailio on loopback, UDP and TCP on one port.
import { chmodSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePorts, type Peer, peerFolder, startPeer, until } from '../peer.ts'
import { kamailioConfig } from './config.ts'

export interface Kamailio extends Peer {
  readonly port: number
}

export async function startKamailio(): Promise<Kamailio> {
  const folder = peerFolder('kamailio')
  const port = await freePorts(1)
  const config = join(folder, 'kamailio.cfg')
  writeFileSync(config, kamailioConfig(port, folder))
  chmodSync(config, 0o644)
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
