// The rows of health that are made of what services say of themselves, and which setting each row's server comes from.
import {
  errorValue,
  type HealthRow,
  type ParleyError,
  type PhoneState,
  type SettingName,
  type Settings,
  type StateOf,
  type services,
} from '@openparley/contract'
import type { LineState } from './compose-phones.ts'
import { troubleOf } from './services/dial-rules/index.ts'
import type { WayServer } from './services/media/index.ts'

/** One server that helps to find ways is enough; what the others lack is said when none does. */
export function mediaRow(servers: readonly WayServer[]): Row {
  const kinds = [/^turns?:/i, /^stun:/i]
  const of = kinds.map((kind) => servers.filter(({ server }) => kind.test(server)))
  const lacking = of.find((some) => some.length > 0 && some.every(({ code }) => code !== undefined))?.[0]
  if (!lacking?.code) return { state: 'ok' }
  const isRelay = /^turns?:/i.test(lacking.server)
  return {
    state: 'degraded',
    address: lacking.server,
    error: errorValue(lacking.code, lacking.detail),
    without: isRelay
      ? 'calls that need a relay for their sound'
      : 'calls to sides that cannot reach this machine directly',
    works: 'other calls',
    nextTry: 'at the next call after half a minute',
  }
}

type Row = Omit<HealthRow, 'service' | 'since' | 'configuredFrom'>

/** The setting that names the service's server, of those that could the one that has a value; undefined: none does. */
export function settingBehind(service: string, settings: Settings): SettingName | undefined {
  return (named[service] ?? []).find((name) => settings[name] !== undefined)
}

const named: Readonly<Record<string, readonly SettingName[]>> = {
  calls: ['softphone.servers'],
  discovery: ['user.domain', 'user.name'],
  devices: ['cucm.uds.servers', 'cucm.ccmcip.servers', 'cucm.tftp.servers'],
  'device-config': ['cucm.tftp.servers'],
  calendar: ['calendar.servers'],
  voicemail: ['voicemail.servers', 'voicemail.imap.servers'],
  conferences: [
    'conferences.janus.servers',
    'conferences.bigbluebutton.servers',
    'conferences.jitsi.servers',
    'conferences.webex.token',
  ],
  'door-uacsta': ['door.uacsta.port'],
  media: ['media.turn.servers', 'media.stun.servers', 'media.portRange'],
}

/** As the first line is; with others, what one of them lacks takes nothing from the rest. */
export function phonesRow(lines: readonly LineState[]): Row {
  const [first, ...others] = lines
  if (!first) return { state: 'off' }
  const row = phoneRow(first.state)
  if (others.length === 0) return row
  const lacking = lines.filter(({ state }) => state.error)
  const [worst] = lacking
  if (!worst || lacking.length === lines.length) return row
  return {
    ...phoneRow(worst.state),
    state: 'degraded',
    without: `calls on line ${lacking.map(({ button }) => button).join(', ')}`,
    works: 'calls on the other lines',
  }
}

function phoneRow(state: PhoneState): Row {
  const word = wordFor[state.is]
  const lacking =
    word === 'degraded' || word === 'failed'
      ? {
          without: 'calls on the soft phone',
          works: 'the history, and calls that are up',
          nextTry: state.nextTryAt === undefined ? 'at the next sign-in' : 'signing in again',
        }
      : {}
  return {
    state: word,
    ...lacking,
    ...(state.server === undefined ? {} : { address: state.server }),
    ...(state.error ? { error: state.error } : {}),
    ...(state.nextTryAt === undefined ? {} : { nextTryAt: state.nextTryAt }),
  }
}

const wordFor = { off: 'off', connecting: 'starting', ready: 'ok', waiting: 'degraded', failed: 'failed' } as const

/** Why the record cannot be written; undefined: it can. */
export function historyRow(error: ParleyError | undefined): Row {
  if (!error) return { state: 'ok' }
  return {
    state: 'failed',
    error: errorValue(error.code, error.detail),
    without: 'the record of calls, voicemail and conferences',
    works: 'calls',
    nextTry: 'at the end of the next call',
  }
}

export function dialRulesRow(
  state: StateOf<(typeof services)['dialRules']>,
  settings: Settings,
  nextTryAt: string | undefined,
): Row {
  const error = troubleOf(state)
  const from = state.application.from ?? state.directory.from ?? sourceOf(settings)
  const address = from === undefined ? {} : { address: from }
  if (error)
    return {
      state: 'degraded',
      error,
      ...address,
      without: 'changes of the dial rules',
      works: 'calls, by the last good rules',
      nextTry: 'looking at the source again',
      ...(nextTryAt === undefined ? {} : { nextTryAt }),
    }
  const isThere = (state.application.from ?? state.directory.from) !== undefined
  return isThere ? { state: 'ok', ...address } : { state: 'off' }
}

/** The setting that names the source of dial rules. */
export function rulesSetting(settings: Settings): SettingName | undefined {
  if (settings['dialRules.from'] === 'off') return 'dialRules.from'
  const name = settings['dialRules.from'] === 'axl' ? 'dialRules.axl.servers' : 'cucm.tftp.servers'
  return settings[name] === undefined ? undefined : name
}

function sourceOf(settings: Settings): string | undefined {
  const [database] = settings['dialRules.axl.servers'] ?? []
  const [files] = settings['cucm.tftp.servers'] ?? []
  if (settings['dialRules.from'] === 'axl') return database === undefined ? undefined : `https://${database}/axl/`
  return files
}
