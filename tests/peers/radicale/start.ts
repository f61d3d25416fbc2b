// Radicale on loopback over TLS: people alice and bob, each with the calendars that a test makes.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { makeCertificate } from '@openparley/net'
import { freePorts, type Peer, peerFolder, startPeer, until } from '../peer.ts'

export interface Radicale extends Peer {
  readonly address: string
  settings(person: string): Readonly<Record<string, unknown>>
  /** The same for address books. */
  bookSettings(person: string): Readonly<Record<string, unknown>>
  /** As a calendar program or an address book does, below the person's home. Resolves with the status. */
  ask(person: string, method: 'MKCALENDAR' | 'MKCOL' | 'PUT' | 'DELETE', path: string, body?: string): Promise<number>
  /** At once, as a machine that loses its power. */
  gone(): Promise<void>
  /** The same server on the same port, with what it had on its disk. */
  comeBack(): Promise<void>
}

export async function startRadicale(): Promise<Radicale> {
  const folder = peerFolder('radicale')
  const port = await freePorts(1)
  const password = (person: string): string => `secret-${person}-${port}`
  const dates = { validFrom: new Date(Date.now() - 86_400_000), validTo: new Date(Date.now() + 86_400_000) }
  const subject = 'parley test authority'
  const authority = makeCertificate({ subject, authority: true, ...dates })
  const issuer = { subject, key: authority.key }
  const { key, cert } = makeCertificate({ subject: 'localhost', names: ['localhost', '127.0.0.1'], issuer, ...dates })
  mkdirSync(join(folder, 'collections'))
  writeFileSync(join(folder, 'key.pem'), key)
  writeFileSync(join(folder, 'cert.pem'), cert)
  writeFileSync(join(folder, 'users'), ['alice', 'bob'].map((name) => `${name}:${password(name)}\n`).join(''))
  writeFileSync(join(folder, 'config'), configOf(folder, port))
  // The child is another user.
  chmodSync(join(folder, 'collections'), 0o777)
  const start = async (): Promise<Peer> => {
    const started = startPeer({ command: '/usr/bin/radicale', args: ['-C', join(folder, 'config')], folder })
    await until('Radicale listens', () => listens(port), started)
    return started
  }
  let peer = await start()
  const address = `https://127.0.0.1:${port}`
  return {
    address,
    log: () => peer.log(),
    get ended() {
      return peer.ended
    },
    kill: () => peer.kill(),
    stop: () => peer.stop(),
    settings: (person) => ({
      'calendar.servers': address,
      'calendar.user': person,
      'calendar.password': password(person),
      'calendar.tls.ca': authority.cert,
    }),
    bookSettings: (person) => ({
      'directory.carddav.servers': address,
      'directory.carddav.user': person,
      'directory.carddav.password': password(person),
      'directory.carddav.tls.ca': authority.cert,
    }),
    ask: (person, method, path, body = '') =>
      new Promise((resolve, reject) => {
        const sent = request(
          `${address}/${person}/${path}`,
          { method, ca: authority.cert, auth: `${person}:${password(person)}`, agent: false },
          (answer) => {
            answer.resume()
            answer.once('end', () => resolve(answer.statusCode ?? 0))
          },
        )
        sent.once('error', reject)
        sent.end(body)
      }),
    gone: async () => {
      peer.kill()
      await peer.ended
    },
    comeBack: async () => {
      peer = await start()
    },
  }
}

function configOf(folder: string, port: number): string {
  return `
[server]
hosts = 127.0.0.1:${port}
ssl = True
certificate = ${folder}/cert.pem
key = ${folder}/key.pem
[auth]
type = htpasswd
htpasswd_filename = ${folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = ${folder}/collections
[rights]
type = owner_only
[logging]
level = info
`
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
