// One signed-in person: the services wired to one another and to their adapters, by hand, in one place.
import { join } from 'node:path'
import { type HealthRow, type SessionInfo, type Settings } from '@openparley/contract'
import { dnsResolver } from '@openparley/net'
import { uacstaDoor } from './adapters/door-uacsta/index.ts'
import type { SecretStore } from './adapters/secrets/index.ts'
import { ownSettings, settingsFormats } from './adapters/settings-sources/index.ts'
import { soundFiles } from './adapters/sound-files/index.ts'
import { type FilesLink, filesLink } from './links/files/index.ts'
import { sharing } from './links/sip/index.ts'
import type { StoreLink } from './links/store/index.ts'
import type { Attachment } from './runtime/api.ts'
import { recorder } from './runtime/recorder.ts'
import type { AnyServiceBody } from './runtime/service.ts'
import { newId, type World } from './runtime/world.ts'
import { calls, type PhonePort } from './services/calls/index.ts'
import { type LoadedAdapters, loadAdapters } from './compose-adapters.ts'
import { besideCalls } from './compose-beside.ts'
import { deskPhone, type DeskPhones } from './compose-desk.ts'
import { diagnose } from './compose-diagnosis.ts'
import { userFolder } from './compose-folder.ts'
import { dialRulesRow, mediaRow, phonesRow, rulesSetting, settingBehind } from './compose-health.ts'
import { lines as settingLines } from './compose-lines.ts'
import { noteChanges } from './compose-notes.ts'
import { addressOf, showDevices, warningOf } from './compose-phone.ts'
import { type OpenPhone, sessionPhones } from './compose-phones.ts'
import { reportOf } from './compose-report.ts'
import { config, layered } from './services/config/index.ts'
import type { SettingsPort } from './services/config/port.ts'
import { dialRules } from './services/dial-rules/index.ts'
import type { DialRulesPort } from './services/dial-rules/port.ts'
import { health } from './services/health/index.ts'
import { type MediaPort, media, streams, type WayServer } from './services/media/index.ts'
import { phones } from './services/phones/index.ts'
import { provisioning } from './services/provisioning/index.ts'
import type { ProvisioningPort } from './services/provisioning/port.ts'
import type { HostPort } from './services/system/index.ts'

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
  /** The machine's sources of settings. */
  readonly machineSettings: SettingsPort
  readonly openMedia: (settings: () => Settings, told: (servers: readonly WayServer[]) => void) => MediaPort
  readonly openProvisioning: OpenProvisioning
  /** Where the secrets of the person of that address are kept. */
  readonly openSecrets: (folder: string | undefined, address: string) => Promise<SecretStore>
  readonly openDialRules: (settings: () => Settings, files: FilesLink) => DialRulesPort
  readonly openPhone: OpenPhone
  readonly deskPhones: DeskPhones
  /** Where what becomes of the session is written down. */
  readonly note: HostPort['note']
  toApplication(application: string, stream: string, samples: Int16Array): void
  /** One more application, bound to that session, that controls its calls. */
  attach(name: string, session: string): Attachment
}

/** Makes what the way to a phone needs of the world. */
export type OpenProvisioning = (options: {
  readonly world: World
  readonly settings: () => Settings
  readonly files: FilesLink
}) => ProvisioningPort

/** The application that opens a session, and what it says of it. */
export interface Opener {
  readonly application: string
  readonly settings: Readonly<Record<string, unknown>>
  /** Whether it is a process of the person’s own. */
  readonly ofPerson: boolean
}

export async function openSession(parts: SessionParts, opener: Opener): Promise<Session> {
  const { world, epoch } = parts
  const machine = parts.machineSettings
  const address = addressOf(
    layered([
      ...(await machine.read({})),
      {
        layer: 'application',
        from: opener.application,
        values: opener.settings,
        unknown: [],
        ofPerson: opener.ofPerson,
      },
    ]).settings,
  )
  const info: SessionInfo = { id: newId(world, 'session'), user: address, openedAt: world.wall() }
  const folder = parts.dataFolder === undefined ? undefined : await userFolder(parts.dataFolder, address)
  const settings = await config(epoch, {
    application: opener.application,
    given: opener.settings,
    ofPerson: opener.ofPerson,
    machine,
    own: ownSettings(
      folder === undefined ? undefined : join(folder, 'settings.json'),
      await parts.openSecrets(folder, address),
    ),
    formats: settingsFormats,
    apply: () => signInAgain(),
    changed: (names) => {
      if (names.some((name) => name === 'calls.lamps' || name.startsWith('calls.forward.'))) watchLines()
      beside.look(names)
      if (names.includes('phones.use')) all.look()
      onLines.look()
      if (names.some((name) => name.startsWith('dialRules.') || name === 'cucm.tftp.servers')) void dialling.look()
    },
  })

  const recording = recorder()
  const rows = health(epoch, {
    diagnosis: () =>
      diagnose({
        way,
        rules: dialling,
        ...beside.diagnosis,
        ways: async () => (await streaming.port.waysTried?.()) ?? [],
        settings: () => settings.current(),
        now: world.clock.now,
      }),
    report: () => reportOf({ user: address, at: world.wall(), settings, rows, recording }),
  })
  const row = (service: string, rest: Omit<HealthRow, 'service' | 'since'>): void => {
    const now = settings.current()
    const name = service === 'dial-rules' ? rulesSetting(now) : settingBehind(service, now)
    const from = name && settings.originOf(name)
    rows.tell({ service, since: world.wall(), ...(from ? { configuredFrom: from } : {}), ...rest })
  }

  /** Code of others, which only the person or policy has named. */
  let loaded: LoadedAdapters = { deskPhones: {}, errors: [] }
  const load = async (): Promise<void> => {
    const { adapters: files } = settings.current()
    if (files.length === 0 && loaded.errors.length === 0) return
    loaded = await loadAdapters(files, Object.keys(parts.deskPhones))
    const [error] = loaded.errors
    row('adapters', error ? { state: 'failed', error, without: 'what that adapter is for' } : { state: 'ok' })
  }

  const store = parts.store.open(folder === undefined ? undefined : join(folder, 'parley.sqlite'))
  const ofPhone = sharing(world)
  const files = soundFiles(
    () => world.dice.token(128),
    () => settings.current()['media.folder'] ?? (folder === undefined ? undefined : join(folder, 'media')),
  )
  const streaming = streams(
    parts.openMedia(
      () => settings.current(),
      (servers) => row('media', mediaRow(servers)),
    ),
  )
  const sound = media(world, epoch, { files, streams: streaming, toApplication: parts.toApplication })

  const deployment = filesLink({
    settings: () => settings.current(),
    dns: () => dnsResolver(settings.current()['discovery.dns']),
    clock: world.clock,
    dice: world.dice,
  })
  const dialling = dialRules(
    world,
    epoch,
    parts.openDialRules(() => settings.current(), deployment),
    {
      settings: () => settings.current(),
      told: (state, nextLookMs) => {
        const at = nextLookMs === undefined ? undefined : new Date(Date.parse(world.wall()) + nextLookMs).toISOString()
        row('dial-rules', dialRulesRow(state, settings.current(), at))
      },
    },
  )

  const beside = besideCalls({
    world,
    epoch,
    settings: () => settings.current(),
    dns: () => dnsResolver(settings.current()['discovery.dns']),
    store,
    folder,
    address,
    sip: ofPhone,
    sound: {
      openPlayer: (onEvent) => streaming.port.openPlayer(onEvent),
      resolve: (endpoint, caller) => sound.resolve(endpoint, caller),
    },
    transcription: () => loaded.transcription,
    toLookUp: (number) => dialling.toLookUp(number),
    callAt: (id) => talk.state.read().state.calls.find((each) => each.id === id),
    row,
  })

  const all = phones(epoch, {
    chosen: () => settings.current()['phones.use'],
    choose: (address) => settings.keep({ 'phones.use': address }),
    setLine: (phone, set) => onLines.set(phone, set),
    target: (to) => talk.target(to),
  })
  const talk = calls(
    world,
    epoch,
    {
      choosePhone: (named) => all.choose(named),
      reach: beside.reach,
      personAt: beside.personAt,
      known: beside.known,
      toDial: (number) => dialling.toDial(number),
      phone: (id) => all.find(id),
      can: (phone, capability) => all.can(phone, capability),
      perform: (phone, command) => portOf(phone)?.perform(command),
      statistics: async (phone, call) => portOf(phone)?.statistics(call),
      resolveEndpoint: (endpoint, caller) => sound.resolve(endpoint, caller),
      record: beside.called,
      lastDialled: beside.lastDialled,
      toRecord: (...recording) => sound.toRecord(...recording),
      watchLines: (phone, numbers) => portOf(phone)?.watchLines(numbers),
      forwarded: (which, to) => all.update(which, { forwardedTo: to }),
      hide: (code) => recording.hide(code),
    },
    (phone) => lines.settingsOf(phone),
  )

  all.state.follow(() => beside.phones(all.each()))
  talk.state.follow((change) => {
    if (change.type === 'lamp') beside.lamps(talk.state.read().state.lamps)
    if (change.type !== 'call') return
    beside.callsUp(talk.state.read().state.calls.filter(({ state }) => state === 'connected').length)
  })

  const { note } = parts
  if (note) {
    note({ level: 'info', session: info.id, what: 'session', facts: { state: 'open', user: address } })
    noteChanges({ phones: all, calls: talk, health: rows }, (level, what, facts) =>
      note({ level, session: info.id, what, facts }),
    )
  }

  const lines = sessionPhones({
    world,
    all,
    settings,
    recorder: recording,
    media: streaming.port,
    openPhone: parts.openPhone,
    openLink: ofPhone.open,
    told: (phone, event) => talk.phoneEvent(phone, event),
    stand: (states) => {
      row('calls', { ...phonesRow(states), ...warningOf(settings.current()) })
    },
    firstStands: (state) => way.phone(state),
    reset: () => resetWhenQuiet(),
  })
  const desk = deskPhone({
    world,
    all,
    settings: () => settings.current(),
    dns: () => dnsResolver(settings.current()['discovery.dns']),
    recorder: recording,
    sip: ofPhone,
    ways: () => ({ ...loaded.deskPhones, ...parts.deskPhones }),
    told: (phone, event) => {
      if (event.type === 'line') onLines.told(phone, event.line)
      talk.phoneEvent(phone, event)
    },
    row: (state) => row('desk-phone', state),
  })
  const door = uacstaDoor({
    world,
    settings: () => settings.current(),
    attach: () => parts.attach('uacsta', info.id),
    row: (state) => row('door-uacsta', state),
  })
  const portOf = (phone: string): PhonePort | undefined => lines.at(phone) ?? desk.at(phone)
  const onLines = settingLines({
    all,
    settings: () => settings.current(),
    keep: settings.keep,
    portOf,
    apart: (phone, { code }) =>
      note?.({ level: 'warn', session: info.id, what: 'phone', facts: { phone, state: 'not in step', error: code } }),
  })
  onLines.look()
  row('calls', { state: 'starting' })
  row('media', { state: 'ok' })
  const way = provisioning(
    world,
    parts.openProvisioning({ world, settings: () => settings.current(), files: deployment }),
    {
      settings: () => settings.current(),
      recorder: recording,
      found: (found) => {
        settings.found(found)
        lines.found(found)
      },
      row,
      listed: (devices, chosen) => showDevices(all, world, lines.first, devices, chosen),
      complete: () => {
        settings.signedIn()
        lines.open()
        desk.open()
        door.open()
        watchLines()
        beside.signIn()
        void dialling.look()
      },
      lacking: (error, nextTryAt) => {
        // It has a server of its own.
        desk.open()
        door.open()
        beside.signIn()
        void dialling.look()
        lines.lacking({
          is: error.retryable ? 'waiting' : 'failed',
          since: world.wall(),
          error,
          ...(nextTryAt === undefined ? {} : { nextTryAt }),
        })
      },
    },
  )
  const watchLines = (): void => {
    talk.watchLines(lines.first)
    beside.lamps(talk.state.read().state.lamps)
  }
  /** Nobody is cut off: it waits for the last call's end. */
  let quiet: (() => void) | undefined
  const resetWhenQuiet = (): void => {
    quiet?.()
    if (talk.up() === 0) void signInAgain()
    else quiet = world.clock.at(world.clock.now() + quietMs, resetWhenQuiet)
  }
  const signInAgain = async (): Promise<void> => {
    await Promise.all([lines.close(), desk.close(), door.close(), beside.signOut()])
    await load()
    way.start()
  }
  await load()
  way.start()

  const bodies: Record<string, AnyServiceBody> = {
    config: settings,
    health: rows,
    phones: all,
    calls: talk,
    dialRules: dialling,
    media: sound,
    ...beside.bodies,
  }
  return {
    info,
    body: (service) => (Object.hasOwn(bodies, service) ? bodies[service] : undefined),
    callsUp: () => talk.up(),
    frame: (application, stream, samples) => sound.frame(application, stream, samples),
    released: (application) => {
      talk.released(application)
      beside.released(application)
      sound.released(application)
    },
    // In the order in which they need one another: a call that ends is still recorded.
    close: async () => {
      quiet?.()
      await way.close()
      await door.close()
      dialling.close()
      await Promise.all([lines.close(), desk.close()])
      await beside.leave()
      talk.close()
      await sound.close()
      await streaming.port.close()
      await beside.close()
      await store.close()
      for (const service of [all, rows, settings]) service.close()
      note?.({ level: 'info', session: info.id, what: 'session', facts: { state: 'closed' } })
    },
  }
}

/** How often it is looked whether the last call has ended. */
const quietMs = 1000
