// coturn as a STUN server and a relay on loopback: UDP, TCP and TLS.
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificate } from '@openparley/net'
import { freePorts, type Peer, peerFolder, startPeer, until } from '../peer.ts'

export interface Coturn extends Peer {
  /** UDP and TCP; TLS has the next one. */
  readonly port: number
  /** The authority of its certificate, PEM. */
  readonly ca: string
  /** How often its log says that an allocation was made. */
  allocations(): number
}

export const coturnUser = 'alice'
export const coturnPassword = 'secret-relay'

/** `seconds`: for how long a nonce is good; 600 unless said. */
export async function startCoturn({
  port: given,
  seconds = 600,
}: {
  port?: number
  seconds?: number
} = {}): Promise<Coturn> {
  const folder = peerFolder('coturn')
  const port = given ?? (await freePorts(2))
  const low = 20_000 + Math.floor(Math.random() * 400) * 100
  const day = 86_400_000
  const valid = { validFrom: new Date(Date.now() - day), validTo: new Date(Date.now() + day) }
  const authority = makeCertificate({ subject: 'test authority', authority: true, ...valid })
  const { cert, key } = makeCertificate({
    subject: 'localhost',
    names: ['localhost', '127.0.0.1'],
    issuer: { subject: 'test authority', key: authority.key },
    ...valid,
  })
  const config = `listening-ip=127.0.0.1
listening-port=${port}
tls-listening-port=${port + 1}
relay-ip=127.0.0.1
min-port=${low}
max-port=${low + 99}
lt-cred-mech
fingerprint
realm=example.org
user=${coturnUser}:${coturnPassword}
stale-nonce=${seconds}
allow-loopback-peers
no-cli
no-multicast-peers
no-rfc5780
cert=${join(folder, 'cert.pem')}
pkey=${join(folder, 'key.pem')}
userdb=${join(folder, 'db')}
pidfile=${join(folder, 'pid')}
log-file=stdout
simple-log
verbose
`
  const files = { 'turnserver.conf': config, 'cert.pem': cert, 'key.pem': key }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), 0o644)
  }
  const peer = startPeer({
    command: 'turnserver',
    args: ['-n', '-c', join(folder, 'turnserver.conf')].slice(1),
    folder,
  })
  await until('coturn listens', () => /Total General servers|Total auth threads/.test(peer.log()), peer)
  return {
    ...peer,
    port,
    ca: authority.cert,
    allocations: () => [...peer.log().matchAll(/ALLOCATE processed, success/g)].length,
  }
}
