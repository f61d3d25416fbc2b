// The lab's XMPP server: its sockets, the domain behind them, and its going and coming back.
import { createHmac } from 'node:crypto'
import { type Clock, type Dice, elementsIn, isXml, readXml } from '@openparley/protocols/common'
import { holdPorts } from '../dead-port.ts'
import type { FaultSet } from '../faults.ts'
import type { Archive } from './archive.ts'
import { Domain } from './domain.ts'
import { asSent, type SentStanza, type XmppRecorder } from './record.ts'
import { ns } from './names.ts'
import { Rooms } from './rooms/host.ts'
import type { SaslWorld } from './sasl.ts'
import { ClientStream } from './stream.ts'
import { acquaint } from './subscriptions.ts'
import type { Subscription } from './subscription-tables.ts'
import { Uploads } from './upload.ts'
import { openXmppWire, type XmppWire } from './wire.ts'

export interface RosterSeed {
  readonly jid: string
  readonly name?: string
  readonly groups?: readonly string[]
  /** Both ways unless said. */
  readonly state?: Subscription
}

export interface XmppServerOptions {
  readonly domain: string
  readonly people: readonly string[]
  readonly passwordOf: (person: string) => string | undefined
  /** Whom a person knows from the start: the first two each other, unless said. */
  readonly rosterOf?: (person: string) => readonly RosterSeed[]
  readonly tls: { readonly key: string; readonly cert: string }
  /** Whose certificate that is, for people's settings. */
  readonly ca: string
  readonly faults: FaultSet
  readonly dice: Dice
  readonly clock: Clock
  readonly wall: () => number
  readonly recorder: XmppRecorder
  /** How long a session waits for a stream that takes it up again: two minutes unless said. */
  readonly resumeMs?: number
}

export interface XmppServer {
  readonly domain: Domain
  readonly ports: { readonly tcp: number; readonly tls: number }
  /** `upload`: where files are kept, as a URL. */
  readonly addresses: { readonly tcp: string; readonly tls: string; readonly upload: string }
  /** The person's, where there is one. */
  settings(person: string): Readonly<Record<string, unknown>>
  /** The person's connections are cut, as lines are. */
  cut(person: string): void
  /** A contact without an account here shows: away, dnd, …, available, or unavailable. */
  imagine(jid: string, show: string, status?: string): void
  /** A stanza takes its way as if its `from` had sent it. Throws where it is no XML. */
  inject(stanza: string): void
  /** What the person's archive has, the oldest first. */
  archive(person: string): readonly SentStanza[]
  /** What the room's archive has. */
  roomArchive(room: string): readonly SentStanza[]
  /** Nothing listens any more, and nobody else is given its ports. */
  go(): Promise<void>
  /** It listens again where it did. */
  comeBack(): Promise<void>
  close(): Promise<void>
}

export async function openXmppServer(options: XmppServerOptions): Promise<XmppServer> {
  const { people, passwordOf, tls, ca, faults, dice, clock, wall, recorder } = options
  const domain = new Domain({
    name: options.domain,
    dice,
    clock,
    wall,
    faults,
    resumeMs: options.resumeMs ?? usualResumeMs,
  })
  for (const person of people) domain.add(person, passwordOf(person) ?? dice.token(128))
  seed(domain, options)
  const rooms = new Rooms(domain)
  const uploads = await Uploads.open({ domain, tls })
  const saltKey = dice.token(256)
  const sasl: SaslWorld = {
    passwordOf: (user) => domain.accounts.get(user)?.password,
    saltOf: (user) => createHmac('sha256', saltKey).update(user).digest().subarray(0, 16),
    nonce: () => dice.token(144),
  }
  const cuts = new Map<ClientStream, () => void>()
  const open = (port: number, tlsPort: number): Promise<XmppWire> =>
    openXmppWire({
      port,
      tlsPort,
      tls,
      onConnection: (connection) => {
        const stream = new ClientStream({
          domain,
          connection,
          sasl,
          note: (person, stanza) => recorder.sent(person, stanza),
        })
        cuts.set(stream, () => connection.cut())
        return {
          onData: (bytes) => stream.received(bytes),
          onClose: () => {
            cuts.delete(stream)
            stream.closed()
          },
        }
      },
    })
  let wire: XmppWire | undefined = await open(0, 0)
  const { ports } = wire
  let release: (() => Promise<void>) | undefined
  const go = async (): Promise<void> => {
    const gone = wire
    wire = undefined
    if (!gone) return
    await gone.close()
    release = await holdPorts({ tcp: [ports.tcp, ports.tls] })
  }
  if (faults.has('xmpp-refuse')) await go()
  return {
    domain,
    ports,
    settings: (person) => ({
      'xmpp.servers': [`127.0.0.1:${ports.tcp}`],
      'xmpp.user': `${person}@${domain.name}`,
      'xmpp.password': faults.has('xmpp-wrong-password') ? dice.token(128) : passwordOf(person),
      'xmpp.tls.ca': ca,
      'contacts.reach': 'user',
    }),
    addresses: { tcp: `127.0.0.1:${ports.tcp}`, tls: `127.0.0.1:${ports.tls}`, upload: uploads.address },
    cut: (person) => {
      for (const [stream, cut] of cuts) if (stream.person === person) cut()
    },
    imagine: (jid, show, status) => domain.presence.imagine(jid, show, status),
    inject: (text) => {
      const read = readXml(`<x xmlns='${ns.client}'>${text}</x>`)
      const stanza = isXml(read) ? elementsIn(read)[0] : undefined
      if (!stanza) throw new Error('A stanza is one XML element.')
      domain.route(stanza)
    },
    archive: (person) => toldOf(domain.accounts.get(person)?.archive),
    roomArchive: (room) => toldOf(rooms.room(room)?.archive),
    go,
    comeBack: async () => {
      if (wire) return
      await release?.()
      release = undefined
      wire = await open(ports.tcp, ports.tls)
    },
    close: async () => {
      domain.close()
      await Promise.all([wire?.close(), uploads.close()])
      await release?.()
    },
  }
}

const usualResumeMs = 120_000

function toldOf(archive: Archive | undefined): SentStanza[] {
  return (archive?.all() ?? []).map(({ stanza }) => asSent(stanza))
}

function seed(domain: Domain, { people, rosterOf }: XmppServerOptions): void {
  const [first, second] = people
  const friends = (person: string): readonly RosterSeed[] => {
    const other = person === first ? second : person === second ? first : undefined
    return other === undefined
      ? []
      : [{ jid: `${other}@${domain.name}`, name: other[0]?.toUpperCase() + other.slice(1) }]
  }
  for (const [person, account] of domain.accounts)
    for (const { jid, ...more } of (rosterOf ?? friends)(person)) acquaint(account, jid, more)
}
