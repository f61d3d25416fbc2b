// slixmpp as a person in chat, in a process of its own: says what happens to it, and does what it is asked to.
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { freePorts, type Peer, peerFolder, startPeer, until } from '../peer.ts'

export interface SlixmppOptions {
  /** With the resource. */
  readonly jid: string
  readonly password: string
  /** host:port */
  readonly server: string
  /** TLS first, or asked for in the stream. */
  readonly tls?: 'tls' | 'starttls'
  /** Whose certificates it trusts, PEM. */
  readonly ca: string
}

export interface Slixmpp extends Peer {
  /** What happened to it, in order. */
  events(): readonly Readonly<Record<string, unknown>>[]
  /** Resolves when something has happened that has all of that. */
  saw(what: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>
  /** Asks it to do something; rejects where it could not. */
  does(what: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>
}

/** Debian's own interpreter: its package is of no other one. */
export const python = '/usr/bin/python3'
export const slixmppModule = '/usr/lib/python3/dist-packages/slixmpp/__init__.py'

export async function startSlixmpp({ jid, password, server, tls = 'starttls', ca }: SlixmppOptions): Promise<Slixmpp> {
  const folder = peerFolder('slixmpp')
  const control = await freePorts(1)
  const program = join(folder, 'person.py')
  const authority = join(folder, 'ca.pem')
  copyFileSync(new URL('person.py', import.meta.url), program)
  writeFileSync(authority, ca)
  for (const file of [program, authority]) chmodSync(file, 0o644)
  const args = [program, jid, password, server, tls, authority, String(control)]
  const peer = startPeer({ command: python, args, folder, env: { PYTHONUNBUFFERED: '1' } })
  const events = (): Readonly<Record<string, unknown>>[] =>
    peer
      .log()
      .split('\n')
      .filter((line) => line.startsWith('{"event"') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  const saw: Slixmpp['saw'] = async (what) => {
    const find = (): Readonly<Record<string, unknown>> | undefined =>
      events().find((event) => Object.entries(what).every(([key, value]) => event[key] === value))
    await until(`slixmpp sees ${JSON.stringify(what)}`, () => find() !== undefined, peer)
    return find() ?? {}
  }
  return { ...peer, events, saw, does: (what) => ask(control, what) }
}

/** One question over its control port. */
async function ask(port: number, what: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
  const socket: Socket = connect(port, '127.0.0.1')
  let text = ''
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('slixmpp is gone')))
    socket.on('data', (chunk) => {
      text += chunk.toString()
      if (text.endsWith('\n')) resolve()
    })
    socket.write(`${JSON.stringify(what)}\n`)
  })
  socket.destroy()
  const { ok, error, ...answer } = JSON.parse(text) as Record<string, unknown>
  if (ok !== true) throw new Error(`${JSON.stringify(what)}: ${String(error)}`)
  return answer
}
