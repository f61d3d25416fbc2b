// What a further line of a device goes by: the session's settings, and over them what the device's file says of that line.
import { checkSetting, isSettingName, type SettingName, type Settings } from '@openparley/contract'
import type { ConfigService } from './services/config/index.ts'
import type { FoundLine } from './services/provisioning/port.ts'

export function settingsOfLine(
  { current, originOf }: Pick<ConfigService, 'current' | 'originOf'>,
  { values }: FoundLine,
): Settings {
  const device = current()
  const own = Object.entries(values).filter(([name, value]) => {
    if (!isSettingName(name) || 'why' in checkSetting(name, value)) return false
    // Who the line is nobody else can say; of the rest the file says no more than it does of the first line.
    const { layer = 'default' } = originOf(name) ?? {}
    return identity.includes(name) || layer === 'discovered' || layer === 'default'
  })
  const proof =
    values['softphone.password'] === undefined ? (device['softphone.authUser'] ?? device['softphone.user']) : undefined
  const over: Partial<Settings> = {
    'softphone.authUser': proof,
    'softphone.cucm.contact': undefined,
    // It asks for all lines at once: the first line has.
    'softphone.cucm.registerBody': false,
    ...Object.fromEntries(own),
  }
  // What it does not say it has of the session's.
  return Object.assign(Object.create(device) as Settings, over)
}

const identity: readonly SettingName[] = [
  'softphone.user',
  'softphone.displayName',
  'softphone.authUser',
  'softphone.password',
  'softphone.cucm.contact',
]
