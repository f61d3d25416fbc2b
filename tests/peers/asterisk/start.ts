// Asterisk from a tree of Debian's packages (install.sh), run by the tree's own loader: no root, no chroot.
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificate } from '@openparley/net'
import { freePorts, type Peer, peerFolder, startPeer, until } from '../peer.ts'
import { asteriskConfig, type MailStore } from './config.ts'

export const asteriskTree: string = process.env['PARLEY_ASTERISK_TREE'] ?? '/opt/parley-asterisk'
export const asteriskProgram: string = join(asteriskTree, 'usr/sbin/asterisk')

/** Of the one whose voicemail keeps its messages in a mail store: `install.sh imap`. */
export const asteriskImapTree: string = process.env['PARLEY_ASTERISK_IMAP_TREE'] ?? '/opt/parley-asterisk-imap'
export const asteriskImapProgram: string = join(asteriskImapTree, 'usr/sbin/asterisk')

export interface Asterisk extends Peer {
  /** UDP and TCP; TLS has the next one. */
  readonly port: number
  /** Of its manager interface, on loopback: the user desk with secret-desk. TLS has the next one. */
  readonly managerPort: number
  /** Of ARI, on loopback: the user desk-ari with secret-desk. TLS has the next one. */
  readonly httpPort: number
  /** The authority of its certificate, PEM. */
  readonly ca: string
}

/** `mailStore`: where its voicemail keeps messages; of the tree that can. `video`: whether its phones may have it. */
export async function startAsterisk({
  mailStore,
  video = false,
}: {
  readonly mailStore?: MailStore
  readonly video?: boolean
} = {}): Promise<Asterisk> {
  const tree = mailStore ? asteriskImapTree : asteriskTree
  const program = join(tree, 'usr/sbin/asterisk')
  if (!existsSync(program)) throw new Error(`there is no Asterisk in ${tree}: run tests/peers/asterisk/install.sh`)
  const folder = peerFolder('asterisk')
  const port = await freePorts(2)
  const managerPort = await freePorts(2)
  const httpPort = await freePorts(2)
  const library = ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'usr/lib'].map((path) => join(tree, path))
  const modules = library.map((path) => join(path, 'asterisk/modules')).find((path) => existsSync(path))
  if (modules === undefined) throw new Error('the tree has no modules')
  const data = join(folder, 'data')
  for (const path of ['etc', 'db', 'keys', 'run', 'log', 'spool/tmp', 'data/sounds'])
    mkdirSync(join(folder, path), { recursive: true })
  const share = join(tree, 'usr/share/asterisk')
  for (const name of ['documentation', 'rest-api', 'static-http']) symlinkSync(join(share, name), join(data, name))
  // The tree's own links to the sounds are absolute, and lead out of it.
  const sounds = readdirSync(join(share, 'sounds')).find((name) => name.startsWith('en_US_'))
  for (const name of ['en', 'en_US']) symlinkSync(join(share, 'sounds', sounds ?? 'en'), join(data, 'sounds', name))
  const day = 86_400_000
  const valid = { validFrom: new Date(Date.now() - day), validTo: new Date(Date.now() + day) }
  const authority = makeCertificate({ subject: 'test authority', authority: true, ...valid })
  const certificate = makeCertificate({
    subject: 'localhost',
    names: ['localhost', '127.0.0.1'],
    issuer: { subject: 'test authority', key: authority.key },
    ...valid,
  })
  writeFileSync(join(folder, 'keys/cert.pem'), certificate.cert)
  writeFileSync(join(folder, 'keys/key.pem'), certificate.key)
  for (const [name, text] of Object.entries(
    asteriskConfig({ folder, modules, data, port, managerPort, httpPort, mailStore, video }),
  ))
    writeFileSync(join(folder, 'etc', name), text)
  open(folder)
  const loader = [
    'lib64/ld-linux-x86-64.so.2',
    'lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
    'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
    'lib/ld-linux-aarch64.so.1',
    'usr/lib/ld-linux-aarch64.so.1',
  ]
    .map((path) => join(tree, path))
    .find((path) => existsSync(path))
  if (loader === undefined) throw new Error('the tree has no loader')
  const paths = [...library, ...library.map((path) => join(path, 'pulseaudio')), join(tree, 'lib/x86_64-linux-gnu')]
  const peer = startPeer({
    command: loader,
    args: ['--library-path', paths.join(':'), program, '-f', '-n', '-C', join(folder, 'etc/asterisk.conf')],
    folder,
  })
  await until('Asterisk is ready', () => peer.log().includes('Asterisk Ready'), peer)
  return { ...peer, port, managerPort, httpPort, ca: authority.cert }
}

/** Its user must read and write what was made here. */
function open(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    chmodSync(join(path, entry.name), entry.isDirectory() ? 0o777 : 0o644)
    if (entry.isDirectory()) open(join(path, entry.name))
  }
  chmodSync(path, 0o777)
}
