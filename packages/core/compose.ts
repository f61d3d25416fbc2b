// The core: many sessions, many applications, no process of its own.
import { createHash } from 'node:crypto'
import { errorValue, ParleyError, type Scope, type Settings } from '@openparley/contract'
import { cucmDialRules } from './adapters/dial-rules-cucm/index.ts'
import { gatheringIn, type MediaRtp, mediaRtp } from './adapters/media-rtp/index.ts'
import { keyring, noSecretStore, secretFile, type SecretStore } from './adapters/secrets/index.ts'
import { readJabberConfig, readServiceProfile } from './adapters/settings-sources/index.ts'
import { amiPhone } from './adapters/phone-asterisk/ami/index.ts'
import { ariPhone } from './adapters/phone-asterisk/ari/index.ts'
import { cstaPhone, uacstaPhone } from './adapters/phone-csta/index.ts'
import { directPhone } from './adapters/phone-direct/index.ts'
import { sipPhone } from './adapters/phone-sip/index.ts'
import { cucmProvisioning } from './adapters/provisioning-cucm/index.ts'
import { storeLink } from './links/store/index.ts'
import type { Core } from './runtime/api.ts'
import { attachments } from './runtime/attachments.ts'
import type { World } from './runtime/world.ts'
import type { SettingsPort } from './services/config/port.ts'
import type { MediaPort, WayServer } from './services/media/index.ts'
import type { Found } from './services/provisioning/port.ts'
import { session } from './services/session/index.ts'
import { type HostPort, system } from './services/system/index.ts'
import type { DeskPhones } from './compose-desk.ts'
import type { OpenPhone } from './compose-phones.ts'
import { type Opener, type OpenProvisioning, openSession, type Session } from './compose-session.ts'

export type { Attachment, AttachRequest, Core, Watch, WatchMessage } from './runtime/api.ts'
export type { World } from './runtime/world.ts'
export type { PhoneCommand, PhoneEvent, PhonePort } from './services/calls/port.ts'
export type { MediaPort } from './services/media/index.ts'
export type { HostPort, TokenRequest } from './services/system/index.ts'
export { type Replayed, type ReplayedSession, replay, type SessionReport } from './compose-report.ts'
export type { DeskPhoneOptions, DeskPhones, OpenDeskPhone } from './compose-desk.ts'
export type { OpenPhone } from './compose-phones.ts'
export {
  type MachineOptions,
  machineSettings,
  originalNames,
  ownSettings,
  settingsFormats,
} from './adapters/settings-sources/index.ts'
export { type ConfigService, config } from './services/config/index.ts'
export type { SettingsPort } from './services/config/port.ts'
export { type RulesFile, readRules, rulesByAxl, writeRules } from './adapters/dial-rules-cucm/index.ts'
export {
  asRulesSee,
  check,
  type Explained,
  explain,
  type Finding,
  type Rules,
  rules,
} from './services/dial-rules/index.ts'

export interface CoreOptions {
  readonly version: string
  readonly world: World
  /** The process around it. */
  readonly host: HostPort
  /** Where people's data lies; undefined keeps everything in memory. */
  readonly dataFolder?: string
  /** Other media and phones than the built-in ones. `told`: how servers that help to find ways have answered. */
  readonly openMedia?: (settings: () => Settings, told: (servers: readonly WayServer[]) => void) => MediaPort
  readonly openPhone?: OpenPhone
  /** More ways to a phone on the desk than the built-in ones, by their names. */
  readonly deskPhones?: DeskPhones
  readonly openProvisioning?: OpenProvisioning
  /** Where settings of this machine come from, beside the applications' own and the person's: nowhere unless said. */
  readonly machineSettings?: SettingsPort
  /** Whether the system's key store is used for secrets; else a file beside the person's settings is. */
  readonly useKeyring?: boolean
}

export function createCore(options: CoreOptions): Core {
  const { world } = options
  const epoch = world.dice.token(64)
  const store = storeLink()
  const rtp: MediaRtp = mediaRtp()
  const sessions = new Map<string, Session>()
  /** By the settings that they were opened with: the same person is signed in once. */
  const opening = new Map<string, Promise<Session>>()
  let closing: Promise<void> | undefined

  const parts = {
    world,
    epoch,
    store,
    dataFolder: options.dataFolder,
    openMedia:
      options.openMedia ??
      ((settings: () => Settings, told: (servers: readonly WayServer[]) => void) =>
        rtp.port(() => settings()['media.portRange'], {
          gathering: (mostMs) => gatheringIn(settings(), mostMs),
          told,
        })),
    openPhone: options.openPhone ?? sipPhone,
    deskPhones: {
      ...options.deskPhones,
      csta: cstaPhone,
      uacsta: uacstaPhone,
      ami: amiPhone,
      ari: ariPhone,
      sip: directPhone,
      remotecc: directPhone,
    },
    openDialRules: cucmDialRules,
    openSecrets: (folder: string | undefined, address: string) =>
      secretsIn(folder, options.useKeyring === true, address),
    openProvisioning: options.openProvisioning ?? byCallManager,
    note: options.host.note,
    machineSettings: shared(options.machineSettings ?? noSettings),
    toApplication: (application: string, stream: string, samples: Int16Array): void =>
      applications.find(application)?.onFrame?.(stream, samples),
    attach: (name: string, session: string) =>
      applications.attach({ name, role: 'approve', leaves: 'stay', scopes: ofCalls, session, mayNamePaths: false }),
  }
  const open = async (opener: Opener): Promise<Session> => {
    const opened = await openSession(parts, opener)
    sessions.set(opened.info.id, opened)
    return opened
  }
  const signedIn = session(epoch, {
    open: async (opener) => {
      if (closing) throw new ParleyError('core-stopping')
      const key = keyOf(opener.settings)
      const known = opening.get(key) ?? open(opener)
      opening.set(key, known)
      try {
        return (await known).info
      } catch (error) {
        opening.delete(key)
        throw error
      }
    },
    close: async (id) => {
      const found = sessions.get(id)
      if (!found) return false
      sessions.delete(id)
      for (const [key, known] of opening) if ((await known) === found) opening.delete(key)
      await found.close()
      return true
    },
  })
  const whole = system(world, epoch, {
    version: options.version,
    host: options.host,
    scopesOf: (application) => applications.find(application)?.scopes ?? [],
    sessionOf: (application) => applications.find(application)?.session,
    sessionIsOpen: (id) => sessions.has(id),
  })
  const applications = attachments(world, {
    directory: {
      coreBody: (service) => (service === 'session' ? signedIn : whole),
      sessionBody: (id, service) => sessions.get(id)?.body(service),
    },
    attached: (application) => whole.attached(application),
    detached: (application) => {
      whole.detached(application)
      for (const each of sessions.values()) each.released(application)
    },
    frame: (application, stream, samples) => {
      for (const each of sessions.values()) each.frame(application, stream, samples)
    },
  })
  return {
    attach: (request) => {
      if (closing) throw new ParleyError('core-stopping')
      return applications.attach(request)
    },
    applications: () => whole.applications(),
    callsUp: () => [...sessions.values()].reduce((sum, each) => sum + each.callsUp(), 0),
    close: () => {
      closing ??= (async () => {
        await Promise.allSettled(opening.values())
        await Promise.all([...sessions.values()].map((each) => each.close()))
        sessions.clear()
        applications.close()
        await Promise.all([rtp.close(), store.close()])
      })()
      return closing
    },
  }
}

/** The key store where it is wanted and works, else a file; without a folder memory. */
export async function secretsIn(
  folder: string | undefined,
  useKeyring: boolean,
  account: string,
): Promise<SecretStore> {
  if (folder === undefined) return noSecretStore()
  return (useKeyring ? await keyring(account) : undefined) ?? secretFile(folder)
}

const byCallManager: OpenProvisioning = ({ world, settings, files }) =>
  cucmProvisioning({
    world,
    settings,
    files,
    readCommon: reading(readJabberConfig, settings),
    readProfile: reading(readServiceProfile, settings),
  })

/** One reading and one watch for all sessions: there may be ten thousand, and the machine is the same for each. */
function shared(port: SettingsPort): SettingsPort {
  const told = new Set<() => void>()
  let held: { readonly names: string; readonly read: ReturnType<SettingsPort['read']> } | undefined
  let stop: (() => void) | undefined
  return {
    // What nobody watches may have changed.
    read: (names) => {
      if (!stop) return port.read(names)
      const key = JSON.stringify(names)
      if (held?.names !== key) held = { names: key, read: port.read(names) }
      return held.read
    },
    watch: (changed) => {
      told.add(changed)
      stop ??= port.watch(() => {
        held = undefined
        for (const each of told) each()
      })
      return () => {
        told.delete(changed)
        if (told.size > 0) return
        stop?.()
        stop = undefined
        held = undefined
      }
    },
  }
}

/** A file that cannot be read says nothing but why: a sign-in does not fail by it. */
function reading(
  read: typeof readJabberConfig,
  settings: () => Settings,
): (bytes: Uint8Array, from: string) => Omit<Found, 'from'> {
  return (bytes, from) => {
    try {
      return read(new TextDecoder().decode(bytes), settings()['settings.valueNames'])
    } catch (error) {
      if (error instanceof ParleyError) return { values: {}, error: errorValue(error.code, `${from}: ${error.detail}`) }
      throw error
    }
  }
}

/** Of a program that controls calls and nothing else. */
const ofCalls: readonly Scope[] = ['phones.read', 'calls.read', 'calls.control']

const noSettings: SettingsPort = { read: async () => [], watch: () => () => {} }

/** The same settings give the same key, whatever their order; no secret can be read from it. */
function keyOf(settings: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url')
}
