// Prosody on loopback: people alice, bob and carol at `localhost`, STARTTLS demanded, rooms, archive, uploads.
import { chmodSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { makeCertificate } from '@openparley/net'
import { freePorts, type Peer, peerFolder, startPeer, until } from '../peer.ts'

export interface Prosody extends Peer {
  readonly port: number
  /** For a core that is one of its people. */
  settings(person: string): Readonly<Record<string, unknown>>
  readonly password: (person: string) => string
  /** The texts of all messages in the person’s archive, as it lies on the server’s disk. */
  archived(person: string): Promise<string[]>
  /** At once, as a machine that loses its power. */
  kill(): Promise<void>
  /** The same server on the same ports, with what it had on its disk. */
  comeBack(): Promise<void>
}

export const people = ['alice', 'bob', 'carol'] as const

export async function startProsody(options: { readonly roster?: number } = {}): Promise<Prosody> {
  const folder = peerFolder('prosody')
  const port = await freePorts(4)
  const accounts = join(folder, 'data', 'localhost', 'accounts')
  const rosters = join(folder, 'data', 'localhost', 'roster')
  for (const each of [accounts, rosters]) mkdirSync(each, { recursive: true })
  const password = (person: string): string => `secret-${person}-${port}`
  for (const person of people)
    writeFileSync(join(accounts, `${person}.dat`), `return { ["password"] = "${password(person)}"; };\n`)
  if (options.roster !== undefined) writeFileSync(join(rosters, 'alice.dat'), rosterOf(options.roster))
  const dates = { validFrom: new Date(Date.now() - 86_400_000), validTo: new Date(Date.now() + 86_400_000) }
  const subject = 'parley test authority'
  const authority = makeCertificate({ subject, authority: true, ...dates })
  const names = ['localhost', 'rooms.localhost', 'upload.localhost', '127.0.0.1']
  const { key, cert } = makeCertificate({
    subject: 'localhost',
    names,
    issuer: { subject, key: authority.key },
    ...dates,
  })
  writeFileSync(join(folder, 'key.pem'), key)
  writeFileSync(join(folder, 'cert.pem'), cert)
  writeFileSync(join(folder, 'prosody.cfg.lua'), configOf(folder, port))
  openUp(folder)
  const start = async (): Promise<Peer> => {
    const peer = startPeer({
      command: '/usr/bin/prosody',
      args: ['--config', join(folder, 'prosody.cfg.lua'), '-F'],
      folder,
      lifeMs: 600_000,
    })
    await until('Prosody listens', () => listens(port), peer)
    return peer
  }
  let peer = await start()
  return {
    port,
    password,
    log: () => peer.log(),
    get ended() {
      return peer.ended
    },
    stop: () => peer.stop(),
    settings: (person) => ({
      'xmpp.servers': [`127.0.0.1:${port}`],
      'xmpp.user': `${person}@localhost`,
      'xmpp.password': password(person),
      'xmpp.tls.ca': authority.cert,
    }),
    archived: async (person) => {
      const lists = globSync(join(folder, 'data', 'localhost', 'archive*', `${person}.list`))
      const texts = await Promise.all(lists.map((list) => readFile(list, 'utf8')))
      // The text of an element stands before its name; the order of what follows is the server’s.
      return [...texts.join('').matchAll(/\{\s*"([^"]*)";(?:\s*\["attr"\] = \{\};)?\s*\["name"\] = "body";/g)].map(
        ([, text = '']) => text,
      )
    },
    kill: async () => {
      peer.kill()
      await peer.ended
    },
    comeBack: async () => {
      peer = await start()
    },
  }
}

function rosterOf(many: number): string {
  const items = Array.from(
    { length: many },
    (_, n) =>
      `["p${n}@localhost"] = { subscription = "none"; name = "Person ${n}"; groups = { ["Group ${n % 50}"] = true }; };`,
  )
  return `return {\n[false] = { version = 1 };\n${items.join('\n')}\n};\n`
}

function configOf(folder: string, port: number): string {
  return `
daemonize = false; pidfile = "${folder}/prosody.pid"; data_path = "${folder}/data"
log = { { levels = { min = "info" }, to = "file", filename = "${folder}/prosody.log" } }
interfaces = { "127.0.0.1" }; local_interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }; c2s_direct_tls_ports = { ${port + 1} }; s2s_ports = {}
http_ports = { ${port + 2} }; https_ports = { ${port + 3} }; http_interfaces = { "127.0.0.1" }; https_interfaces = { "127.0.0.1" }
modules_disabled = { "s2s" }
modules_enabled = { "roster"; "saslauth"; "tls"; "disco"; "carbons"; "pep"; "blocklist"; "vcard4"; "ping"; "mam"; "csi_simple"; "smacks"; "offline"; "posix" }
allow_registration = false; c2s_require_encryption = true
authentication = "internal_plain"; storage = "internal"
smacks_hibernation_time = 60; archive_expires_after = "1d"; default_archive_policy = true
ssl = { key = "${folder}/key.pem"; certificate = "${folder}/cert.pem" }
http_default_host = "upload.localhost"; http_external_url = "https://127.0.0.1:${port + 3}/"
VirtualHost "localhost"
Component "rooms.localhost" "muc"
  modules_enabled = { "muc_mam" }; restrict_room_creation = false; muc_room_locking = false; muc_room_default_persistent = true
Component "upload.localhost" "http_file_share"
  http_file_share_size_limit = 1048576
`
}

/** The child is another user. */
function openUp(folder: string): void {
  for (const each of ['.', 'data', 'data/localhost', 'data/localhost/accounts', 'data/localhost/roster'])
    chmodSync(join(folder, each), 0o777)
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
