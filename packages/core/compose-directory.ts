// The directory of one session: its sources, opened while somebody is signed in, and the service that asks them.
import {
  type Contact,
  type DiagnosisStep,
  type DirectoryEntry,
  errorValue,
  type HealthRow,
  type Photo,
  type Settings,
} from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { carddavDirectory } from './adapters/directory-carddav/index.ts'
import { ldapDirectory } from './adapters/directory-ldap/index.ts'
import { udsDirectory } from './adapters/directory-uds/index.ts'
import { vcardDirectory } from './adapters/directory-vcard/index.ts'
import { secretOf } from './runtime/secret.ts'
import { settling } from './runtime/settling.ts'
import { stepOf } from './runtime/step.ts'
import type { World } from './runtime/world.ts'
import type { KnownParty } from './services/calls/port.ts'
import {
  type DirectoryPort,
  type DirectoryService,
  directory,
  type SourceState,
  type TellSource,
} from './services/directory/index.ts'

type Row = Omit<HealthRow, 'service' | 'since'>

export interface DirectoryOfSession {
  readonly body: DirectoryService
  signIn(): void
  signOut(): Promise<void>
  /** A setting has changed that needs no new sign-in. */
  look(): void
  /** Who has that number, where a source knows it, and the contact that they are. */
  known(number: string): Promise<KnownParty | undefined>
  /** Whose address that is. */
  at(address: string): Promise<DirectoryEntry | undefined>
  photo(entry: string): Promise<Photo | undefined>
  /** How each source stands, once that is known; undefined: there is none. */
  diagnosis(): Promise<DiagnosisStep | undefined>
  close(): Promise<void>
}

export interface DirectoryParts {
  readonly world: World
  readonly epoch: string
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly toLookUp: (number: string) => string
  /** The contact of that address, where it is one. */
  readonly contact: (address: string) => Contact | undefined
  readonly row: (row: Row) => void
  /** Other people may be known now. */
  readonly changed: () => void
}

/** What a way to a source is made of. */
interface WayParts extends Pick<DirectoryParts, 'world' | 'settings' | 'dns'> {
  readonly tell: TellSource
}

/** The ways to a source, the one whose entries count most first; undefined: no setting wants it. */
const ways: Readonly<Record<DirectoryPort['kind'], (parts: WayParts) => DirectoryPort | undefined>> = {
  ldap: (parts) => {
    const now = parts.settings()
    if (now['directory.servers'] === undefined || now['directory.type'] === 'uds') return undefined
    // That the person's own password is missing is told by the step that needs it first.
    const asPerson = now['directory.usePersonCredentials'] === true && now['directory.user'] === undefined
    return asPerson && secretOf(now['user.password']) === undefined ? undefined : ldapDirectory(parts)
  },
  uds: (parts) => (parts.settings()['directory.type'] === 'uds' ? udsDirectory(parts) : undefined),
  carddav: (parts) =>
    parts.settings()['directory.carddav.servers'] === undefined ? undefined : carddavDirectory(parts),
  vcard: (parts) => (parts.settings()['directory.vcard.files'] === undefined ? undefined : vcardDirectory(parts)),
}

export function directoryOfSession(parts: DirectoryParts): DirectoryOfSession {
  const { world, epoch, settings, toLookUp, contact, row, changed } = parts
  const states = new Map<DirectoryPort['kind'], SourceState>()
  let sources: readonly DirectoryPort[] = []
  let begunMs = 0
  const service = directory(world, epoch, {
    sources: () => sources,
    settings,
    toLookUp,
    standing: ({ address }) => {
      const found = address === undefined ? undefined : contact(address)
      return found && (found.favourite ? 'favourite' : 'contact')
    },
  })
  const isKnown = (): boolean => ![...states.values()].some(({ is }) => is === 'starting')
  const known = settling(world, isKnown)
  const told = (kind: DirectoryPort['kind'], state: SourceState | undefined): void => {
    if (state) states.set(kind, state)
    else states.delete(kind)
    service.told(kind, state)
    row(rowOf([...states.values()]))
    known.look()
    if (state?.is === 'ready') changed()
  }
  const signOut = async (): Promise<void> => {
    const before = sources
    sources = []
    await Promise.all(before.map((source) => source.stop()))
    for (const { kind } of before) told(kind, undefined)
  }
  return {
    body: service,
    signIn: () => {
      if (sources.length > 0) return
      begunMs = world.clock.now()
      sources = order.flatMap((kind) => ways[kind]({ ...parts, tell: (state) => told(kind, state) }) ?? [])
      for (const source of sources) source.start()
    },
    signOut,
    look: () => {
      for (const source of sources) source.look?.()
    },
    known: async (number) => {
      const entry = await service.known(number)
      if (!entry) return undefined
      const person = entry.address === undefined ? undefined : contact(entry.address)?.address
      return { name: entry.name, entry: entry.id, ...(person === undefined ? {} : { person }) }
    },
    at: (address) => service.at(address),
    photo: (entry) => service.photo(entry),
    diagnosis: async () => {
      if (sources.length === 0) return undefined
      await known.settled()
      const all = [...states]
      const [failed] = all.flatMap(([, { is, error: why }]) => (why && is !== 'ready' ? [why] : []))
      const error = failed ?? (isKnown() ? undefined : errorValue('server-silent'))
      const stand = all.map(([kind, { is, entries }]) => `${kind} ${entries === undefined ? is : `${entries} entries`}`)
      return stepOf('directory', { ms: world.clock.now() - begunMs, well: stand.join(', ') }, error)
    },
    close: async () => {
      service.close()
      await signOut()
    },
  }
}

const order: readonly DirectoryPort['kind'][] = ['ldap', 'uds', 'carddav', 'vcard']

function rowOf(states: readonly SourceState[]): Row {
  const [lacking] = states.filter(({ is }) => is === 'failed' || is === 'waiting')
  const error = lacking?.error ?? states.find((each) => each.error)?.error
  const isWhole = lacking === undefined
  const [address] = states.flatMap((each) => each.address ?? [])
  return {
    state:
      states.length === 0
        ? 'off'
        : states.every(({ is }) => is === 'failed')
          ? 'failed'
          : isWhole
            ? states.some(({ is }) => is === 'starting')
              ? 'starting'
              : 'ok'
            : 'degraded',
    ...(address === undefined ? {} : { address }),
    ...(isWhole ? (error ? { warning: error } : {}) : error ? { error } : {}),
    ...(isWhole
      ? {}
      : {
          without: 'people of that directory, and their names in calls',
          works: 'calls, contacts, and other directories',
          nextTry: lacking.is === 'failed' ? 'at the next sign-in' : 'at the next search',
        }),
  }
}
