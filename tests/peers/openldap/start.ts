// OpenLDAP's slapd on loopback: plain with StartTLS, and with TLS from the start; the folk of the directory's suite and two thousand others.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { makeCertificate } from '@openparley/net'
import { freePorts, type Peer, peerFolder, startPeer, until } from '../peer.ts'

export interface OpenLdap extends Peer {
  /** host:port, plain with StartTLS. */
  readonly plain: string
  readonly secure: string
  /** Of alice, who may read. */
  settings(): Readonly<Record<string, unknown>>
  /** At once, as a machine that loses its power. */
  gone(): Promise<void>
  /** The same server on the same ports, with what it had on its disk. */
  comeBack(): Promise<void>
}

/** One of the entries: by attribute, values. */
export type LdifEntry = Readonly<Record<string, string | Buffer | readonly string[]>>

export const peopleBase = 'ou=people,dc=example,dc=test'

/** `entries`: by user names. `authority`: of another such server, so that one setting trusts both. */
export async function startOpenLdap(
  entries: Readonly<Record<string, LdifEntry>>,
  authority: Authority = makeAuthority(),
): Promise<OpenLdap> {
  const folder = peerFolder('openldap')
  const port = await freePorts(2)
  const password = `secret-alice-${process.pid}`
  const { subject, key: issuerKey, cert: ca } = authority
  const { key, cert } = makeCertificate({
    subject: 'localhost',
    names: ['localhost', '127.0.0.1'],
    issuer: { subject, key: issuerKey },
    ...dates(),
  })
  mkdirSync(join(folder, 'db'))
  chmodSync(join(folder, 'db'), 0o777)
  for (const [name, text] of Object.entries({
    'key.pem': key,
    'cert.pem': cert,
    'ca.pem': ca,
    'slapd.conf': configOf(folder),
    'seed.ldif': ldifOf({ ...entries, alice: { ...aliceOf(password) } }),
  }))
    writeFileSync(join(folder, name), text)
  const loading = startPeer({
    command: '/usr/sbin/slapadd',
    args: ['-q', '-f', join(folder, 'slapd.conf'), '-l', join(folder, 'seed.ldif')],
    folder,
  })
  if ((await loading.ended) !== 0) throw new Error(`slapadd: ${loading.log()}`)
  const start = async (): Promise<Peer> => {
    const started = startPeer({
      command: '/usr/sbin/slapd',
      args: [
        '-d',
        '0',
        '-f',
        join(folder, 'slapd.conf'),
        '-h',
        `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${port + 1}`,
      ],
      folder,
    })
    await until('slapd listens', async () => (await listens(port)) && listens(port + 1), started)
    return started
  }
  let peer = await start()
  return {
    plain: `127.0.0.1:${port}`,
    secure: `127.0.0.1:${port + 1}`,
    log: () => peer.log(),
    get ended() {
      return peer.ended
    },
    kill: () => peer.kill(),
    stop: () => peer.stop(),
    settings: () => ({
      'directory.servers': [`ldap://127.0.0.1:${port}`],
      'directory.product': 'OpenLDAP',
      'directory.searchBases': [peopleBase],
      'directory.user': `uid=alice,${peopleBase}`,
      'directory.password': password,
      'directory.tls.ca': ca,
      'directory.attributes': { uri: 'labeledURI' },
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

export interface Authority {
  readonly subject: string
  readonly key: string
  readonly cert: string
}

export function makeAuthority(): Authority {
  const subject = 'parley test authority'
  return { subject, ...makeCertificate({ subject, authority: true, ...dates() }) }
}

export const whereIsSlapd: readonly string[] = ['/usr/sbin/slapd', '/usr/sbin/slapadd']

/** What it says of itself: 2.5.13. */
export function versionOfSlapd(): string | undefined {
  return /slapd (\d[\w.]*)/.exec(spawnSync('/usr/sbin/slapd', ['-V'], { encoding: 'utf8' }).stderr ?? '')?.[1]
}

function dates(): { readonly validFrom: Date; readonly validTo: Date } {
  return { validFrom: new Date(Date.now() - 86_400_000), validTo: new Date(Date.now() + 86_400_000) }
}

function aliceOf(password: string): LdifEntry {
  return {
    objectClass: ['inetOrgPerson'],
    uid: 'alice',
    cn: 'Alice Adams',
    displayName: 'Alice Adams',
    givenName: 'Alice',
    sn: 'Adams',
    mail: 'alice@example.test',
    userPassword: password,
  }
}

function ldifOf(entries: Readonly<Record<string, LdifEntry>>): string {
  const line = (name: string, value: string | Buffer): string => `${name}:: ${Buffer.from(value).toString('base64')}\n`
  const tops = `dn: dc=example,dc=test\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\ndn: ${peopleBase}\nobjectClass: organizationalUnit\nou: people\n\n`
  const people = Object.entries(entries).map(([user, attributes]) => {
    const lines = Object.entries(attributes).flatMap(([name, value]) =>
      (Array.isArray(value) ? (value as readonly string[]) : [value as string | Buffer]).map((each) =>
        line(name, each),
      ),
    )
    return `dn: uid=${user},${peopleBase}\n${lines.join('')}\n`
  })
  return tops + people.join('')
}

/** As Debian's schemas and modules are. Nobody reads without a bind; the limits are the server's usual ones. */
function configOf(folder: string): string {
  return `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb.la
pidfile ${folder}/slapd.pid
argsfile ${folder}/slapd.args
TLSCACertificateFile ${folder}/ca.pem
TLSCertificateFile ${folder}/cert.pem
TLSCertificateKeyFile ${folder}/key.pem
sizelimit size.soft=500 size.hard=500 size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to * by users read by anonymous none
database mdb
maxsize 67108864
dbnosync
suffix "dc=example,dc=test"
rootdn "cn=admin,dc=example,dc=test"
directory ${folder}/db
index objectClass,uid eq
index cn,sn,givenName,displayName,mail,telephoneNumber eq,sub
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
