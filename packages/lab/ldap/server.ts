// The lab's directory: LDAPv3 on loopback, twice over, so that one can go; plain with StartTLS, and with TLS from the start.
import { createServer, type Socket } from 'node:net'
import { createSecureContext, createServer as createTlsServer, TLSSocket } from 'node:tls'
import { type Comings, comings } from '../comings.ts'
import type { FaultSet } from '../faults.ts'
import { Messages } from './ber.ts'
import { dnOf, peopleBase, seed } from './people.ts'
import { ldapSession } from './session.ts'
import { type Entry, type Given, Tree } from './tree.ts'

export interface DirectoryServerOptions {
  readonly people: readonly string[]
  readonly domain: string
  readonly passwordOf: (person: string) => string | undefined
  readonly tls: { readonly key: string; readonly cert: string }
  /** Whose certificate that is, for people's settings. */
  readonly ca: string
  readonly faults: FaultSet
}

export interface DirectoryServer {
  /** host:port: the first and the second server, each plain with StartTLS and with TLS from the start. */
  readonly addresses: {
    readonly first: string
    readonly second: string
    readonly firstTls: string
    readonly secondTls: string
  }
  settings(person: string): Readonly<Record<string, unknown>>
  /** An entry by its distinguished name; the same name is the same entry. */
  put(dn: string, attributes: Given): void
  remove(dn: string): void
  /** Everybody in it. */
  people(): readonly Entry[]
  /** What was asked of either, the last thousand: bind NAME, search SCOPE BASE FILTER, abandon ID, … */
  asked(): readonly string[]
  /** How many connections stand at the first, and at the second. */
  connections(): readonly [number, number]
  /** The first is gone: its machine refuses, and what was connected is cut. */
  go(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

export async function openDirectoryServer(options: DirectoryServerOptions): Promise<DirectoryServer> {
  const { people, domain, passwordOf, ca, faults } = options
  const tree = new Tree()
  seed(tree, { people, domain })
  const asked: string[] = []
  const passwords = (dn: string): string | undefined => {
    const person = people.find((each) => dnOf(each) === dn.toLowerCase() || `${each}@${domain}` === dn.toLowerCase())
    return person === undefined ? undefined : passwordOf(person)
  }
  const open = (goes: boolean): Promise<Comings> =>
    openPlace({
      goes,
      ...options,
      tree,
      passwords,
      asked: (what) => {
        asked.push(what)
        if (asked.length > mostAsked) asked.shift()
      },
    })
  const [first, second] = await Promise.all([open(true), open(false)])
  if (faults.has('directory-gone')) await Promise.all([first.go(), second.go()])
  const at = ({ ports }: Comings): string[] => ports.map((port) => `127.0.0.1:${port}`)
  const [[plain = '', secure = ''], [otherPlain = '', otherSecure = '']] = [at(first), at(second)]
  const addresses = { first: plain, second: otherPlain, firstTls: secure, secondTls: otherSecure }
  return {
    addresses,
    settings: (person) => ({
      'directory.servers': [`ldap://${addresses.first}`, `ldap://${addresses.second}`],
      'directory.product': 'OpenLDAP',
      'directory.searchBases': [peopleBase],
      'directory.user': dnOf(person),
      'directory.password': passwordOf(person),
      'directory.tls.ca': ca,
      'directory.attributes': {
        uri: 'msRTCSIP-PrimaryUserAddress',
        otherPhone: 'otherTelephone',
        department: 'department',
      },
    }),
    put: (dn, attributes) => tree.put(dn, attributes),
    remove: (dn) => tree.remove(dn),
    people: () => tree.below(peopleBase, 1) ?? [],
    asked: () => [...asked],
    connections: () => [first.connections(), second.connections()],
    go: first.go,
    comeBack: first.comeBack,
    close: async () => {
      await Promise.all([first.close(), second.close()])
    },
  }
}

interface PlaceOptions extends DirectoryServerOptions {
  /** Whether it is the one that a fault makes go. */
  readonly goes: boolean
  readonly tree: Tree
  readonly passwords: (dn: string) => string | undefined
  readonly asked: (what: string) => void
}

/** Plain with StartTLS, and with TLS from the start. */
async function openPlace(options: PlaceOptions): Promise<Comings> {
  const { tls } = options
  const timers = new Set<NodeJS.Timeout>()
  const take = (socket: Socket): void => {
    socket.setNoDelay(true)
    serve(socket, options, { vanish: options.goes ? () => void place.go() : undefined, timers })
  }
  const place = await comings({
    make: () => {
      const secure = createTlsServer({ ...tls, minVersion: 'TLSv1.2' }, take)
      // A handshake that failed is the other side's loss.
      secure.on('tlsClientError', () => {})
      return [createServer(take), secure]
    },
    gone: () => {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  })
  return place
}

/** Messages of one connection, one after the other. */
function serve(
  socket: Socket,
  { tree, passwords, faults, asked, tls }: PlaceOptions,
  { vanish, timers }: { readonly vanish: (() => void) | undefined; readonly timers: Set<NodeJS.Timeout> },
): void {
  let stream: Socket = socket
  const follow = (): void => {
    const messages = new Messages()
    stream.on('error', () => stream.destroy())
    stream.on('data', (bytes: Buffer) => {
      const whole = messages.push(bytes)
      if (!whole) return void stream.destroy()
      for (const each of whole) session.received(each)
    })
  }
  const session = ldapSession({
    tree,
    passwordOf: passwords,
    faults,
    asked,
    isSecure: () => stream instanceof TLSSocket,
    send: (bytes) => {
      if (!stream.destroyed) stream.write(bytes)
    },
    startTls: () => {
      socket.removeAllListeners('data')
      stream = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls) })
      // Who does not go on with it is not waited for.
      socket.setTimeout(handshakeMs, () => socket.destroy())
      stream.once('secure', () => socket.setTimeout(0))
      follow()
    },
    close: () => stream.end(),
    vanish,
    later: (ms, act) => {
      const timer = setTimeout(() => {
        timers.delete(timer)
        act()
      }, ms)
      timers.add(timer)
    },
  })
  follow()
}

const mostAsked = 1000
const handshakeMs = 10_000
