// One signed-in person: the services wired to one another and to their adapters, by hand, in one place.
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  errorValue,
  type HealthRow,
  ParleyError,
  type Phone,
  type SessionInfo,
  type Settings,
} from '@openparley/contract'
import { historyStore } from './adapters/history-store/index.ts'
import { soundFiles } from './adapters/sound-files/index.ts'
import type { StoreLink } from './links/store/index.ts'
import type { AnyServiceBody } from './runtime/service.ts'
import { newId, type World } from './runtime/world.ts'
import { calls } from './services/calls/index.ts'
import type { PhoneEvent, PhonePort } from './services/calls/port.ts'
import { config } from './services/config/index.ts'
import { health } from './services/health/index.ts'
import { history } from './services/history/index.ts'
import { type MediaPort, media, streams } from './services/media/index.ts'
import { phones } from './services/phones/index.ts'

export interface Session {
  readonly info: SessionInfo
  body(service: string): AnyServiceBody | undefined
  callsUp(): number
  frame(application: string, stream: string, samples: Int16Array): void
  released(application: string): void
  close(): Promise<void>
}

export interface SessionParts {
  readonly world: World
  readonly epoch: string
  readonly store: StoreLink
  /** Where users' files lie; undefined keeps everything in memory. */
  readonly dataFolder: string | undefined
  readonly openMedia: (settings: Settings) => MediaPort
  readonly openPhone: OpenPhone
  toApplication(application: string, stream: string, samples: Int16Array): void
}

/** Makes the person's phone; it connects on its own and tells. */
export type OpenPhone = (options: {
  readonly world: World
  readonly settings: () => Settings
  readonly media: MediaPort
  /** A new call's id. */
  readonly newCall: () => string
  readonly tell: (event: PhoneEvent) => void
}) => PhonePort

export async function openSession(parts: SessionParts, given: Readonly<Record<string, unknown>>): Promise<Session> {
  const { world, epoch } = parts
  const settings = config(epoch, given)
  const address = addressOf(settings.current())
  const info: SessionInfo = { id: newId(world, 'session'), user: address, openedAt: world.wall() }
  const folder = parts.dataFolder === undefined ? undefined : await userFolder(parts.dataFolder, address)

  const rows = health(epoch)
  const row = (service: string, rest: Omit<HealthRow, 'service' | 'since'>): void =>
    rows.tell({ service, since: world.wall(), ...rest })

  const store = parts.store.open(folder === undefined ? undefined : join(folder, 'parley.sqlite'))
  const past = history(epoch, historyStore(store), (error) =>
    row(
      'history',
      error
        ? { state: 'failed', error: errorValue(error.code, error.detail), without: 'the record of calls' }
        : { state: 'ok' },
    ),
  )

  const files = soundFiles(
    () => world.dice.token(128),
    () => settings.current()['media.folder'] ?? (folder === undefined ? undefined : join(folder, 'media')),
  )
  const streaming = streams(parts.openMedia(settings.current()))
  const sound = media(world, epoch, { files, streams: streaming, toApplication: parts.toApplication })

  const all = phones(epoch)
  const ports = new Map<string, PhonePort>()
  const talk = calls(
    world,
    epoch,
    {
      choosePhone: (named) => all.choose(named),
      perform: (phone, command) => ports.get(phone)?.perform(command),
      statistics: async (phone, call) => ports.get(phone)?.statistics(call),
      resolveEndpoint: (endpoint, caller) => sound.resolve(endpoint, caller),
      record: (entry) => past.add(entry),
    },
    () => settings.current(),
  )

  const phone: Phone = {
    id: newId(world, 'phone'),
    kind: 'soft',
    address: `sip:${address}`,
    state: { is: 'off', since: world.wall() },
  }
  all.add(phone)
  row('calls', { state: 'starting' })
  row('media', { state: 'ok' })
  const port = parts.openPhone({
    world,
    settings: () => settings.current(),
    media: streaming.port,
    newCall: () => newId(world, 'call'),
    tell: (event) => {
      if (event.type === 'state') {
        all.changed(phone.id, event.state)
        row('calls', healthOf(event.state))
      }
      talk.phoneEvent(phone.id, event)
    },
  })
  ports.set(phone.id, port)

  const bodies: Record<string, AnyServiceBody> = {
    config: settings,
    health: rows,
    phones: all,
    calls: talk,
    media: sound,
    history: past,
  }
  return {
    info,
    body: (service) => (Object.hasOwn(bodies, service) ? bodies[service] : undefined),
    callsUp: () => talk.up(),
    frame: (application, stream, samples) => sound.frame(application, stream, samples),
    released: (application) => {
      talk.released(application)
      sound.released(application)
    },
    // In the order in which they need one another: a call that ends is still recorded.
    close: async () => {
      await port.close()
      talk.close()
      await sound.close()
      await streaming.port.close()
      await past.close()
      await store.close()
      for (const service of [all, rows, settings]) service.close()
    },
  }
}

function addressOf(settings: Settings): string {
  const user = settings['softphone.user']
  if (user === undefined) throw new ParleyError('setting-missing', 'softphone.user')
  const [server] = settings['softphone.servers'] ?? []
  if (server === undefined) throw new ParleyError('setting-missing', 'softphone.servers')
  return `${user}@${settings['softphone.domain'] ?? server.replace(/^sips?:/i, '').replace(/;.*$/, '')}`
}

/** One folder a person; the name tells nothing to who lists the folder and cannot leave it. */
async function userFolder(dataFolder: string, address: string): Promise<string> {
  const name = createHash('sha256').update(address).digest('base64url').slice(0, 22)
  const folder = join(dataFolder, 'users', name)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new ParleyError('store-unusable', (error as NodeJS.ErrnoException).code)
  }
  return folder
}

function healthOf(state: Phone['state']): Omit<HealthRow, 'service' | 'since'> {
  const word = ({ off: 'off', connecting: 'starting', ready: 'ok', waiting: 'degraded', failed: 'failed' } as const)[
    state.is
  ]
  const without = word === 'degraded' || word === 'failed' ? { without: 'calls on the soft phone' } : {}
  return {
    state: word,
    ...without,
    ...(state.server === undefined ? {} : { address: state.server }),
    ...(state.error ? { error: state.error } : {}),
    ...(state.nextTryAt === undefined ? {} : { nextTryAt: state.nextTryAt }),
  }
}
