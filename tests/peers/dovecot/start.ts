// Dovecot on loopback, with TLS from the start and by STARTTLS: people alice and bob, each with a mailbox on the disk.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { makeCertificate } from '@openparley/net'
import { ImapFlow } from 'imapflow'
import { freePorts, type Peer, peerFolder, startPeer, until } from '../peer.ts'

export interface Dovecot extends Peer {
  settings(person: string, how?: 'tls' | 'starttls'): Readonly<Record<string, unknown>>
  /** A connection as another client has one; the caller ends it. */
  client(person: string): Promise<ImapFlow>
  /** At once, as a machine that loses its power. */
  gone(): Promise<void>
  /** The same server on the same ports, with what it had on its disk. */
  comeBack(): Promise<void>
}

export async function startDovecot(): Promise<Dovecot> {
  const folder = peerFolder('dovecot')
  const port = await freePorts(2)
  const password = (person: string): string => `secret-${person}-${port}`
  const dates = { validFrom: new Date(Date.now() - 86_400_000), validTo: new Date(Date.now() + 86_400_000) }
  const subject = 'parley test authority'
  const authority = makeCertificate({ subject, authority: true, ...dates })
  const issuer = { subject, key: authority.key }
  const { key, cert } = makeCertificate({ subject: 'localhost', names: ['localhost', '127.0.0.1'], issuer, ...dates })
  for (const name of ['run', 'state', 'mail']) {
    mkdirSync(join(folder, name))
    // The child is another user.
    chmodSync(join(folder, name), 0o777)
  }
  writeFileSync(join(folder, 'key.pem'), key)
  writeFileSync(join(folder, 'cert.pem'), cert)
  writeFileSync(
    join(folder, 'users'),
    ['alice', 'bob'].map((name) => `${name}:{PLAIN}${password(name)}:::::\n`).join(''),
  )
  const user = process.getuid?.() === 0 ? (process.env['PARLEY_PEER_USER'] ?? 'nobody') : nameOf('-un')
  writeFileSync(join(folder, 'dovecot.conf'), configOf(folder, port, user))
  const start = async (): Promise<Peer> => {
    const args = ['-F', '-c', join(folder, 'dovecot.conf')]
    const started = startPeer({ command: '/usr/sbin/dovecot', args, folder })
    await until('Dovecot lets people in', () => canSignIn(), started)
    return started
  }
  const client = async (person: string): Promise<ImapFlow> => {
    const made = new ImapFlow({
      host: '127.0.0.1',
      port: port + 1,
      secure: true,
      tls: { ca: authority.cert },
      auth: { user: person, pass: password(person) },
      logger: false,
    })
    made.on('error', () => {})
    await made.connect()
    return made
  }
  const canSignIn = async (): Promise<boolean> => {
    try {
      await (await client('alice')).logout()
      return true
    } catch {
      return false
    }
  }
  let peer = await start()
  return {
    log: () => peer.log(),
    get ended() {
      return peer.ended
    },
    kill: () => peer.kill(),
    stop: () => peer.stop(),
    settings: (person, how = 'tls') => ({
      'voicemail.imap.servers': `127.0.0.1:${how === 'tls' ? port + 1 : port}`,
      'voicemail.imap.tls': how === 'tls' ? true : 'starttls',
      'voicemail.user': person,
      'voicemail.password': password(person),
      'voicemail.tls.ca': authority.cert,
    }),
    client,
    gone: async () => {
      peer.kill()
      await peer.ended
    },
    comeBack: async () => {
      peer = await start()
    },
  }
}

function configOf(folder: string, port: number, user: string): string {
  const group = nameOf('-gn', user)
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
protocols = imap
listen = 127.0.0.1
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
default_vsz_limit = 0
log_path = /dev/stderr
ssl = required
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
auth_mechanisms = plain login
mail_location = maildir:${folder}/mail/%u
protocol imap {
  mail_max_userip_connections = 100
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN ${folder}/users
  # A wrong password is answered at once.
  auth_verbose = no
}
auth_failure_delay = 0
userdb {
  driver = static
  args = uid=${user} gid=${group} home=${folder}/mail/%u
}
first_valid_uid = 1
namespace inbox {
  inbox = yes
  separator = /
}
service imap-login {
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${port + 1}
    ssl = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service auth {
  unix_listener auth-userdb {
    mode = 0600
    user = ${user}
  }
}
`
}

function nameOf(flag: '-un' | '-gn', user?: string): string {
  return spawnSync('id', [flag, ...(user === undefined ? [] : [user])], { encoding: 'utf8' }).stdout.trim()
}
