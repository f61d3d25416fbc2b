// The only list of settings. One JSON object of dotted names; each value is checked here before anything uses it.
import { z } from 'zod'
import { calendarSettings } from './settings/calendar.ts'
import { callSettings } from './settings/calls.ts'
import { chatFileSettings } from './settings/chat-files.ts'
import { cucmSettings } from './settings/cucm.ts'
import { cucmPhoneSettings } from './settings/cucm-phone.ts'
import { dialRuleSettings } from './settings/dial-rules.ts'
import { conferenceSettings } from './settings/conferences.ts'
import { directorySettings } from './settings/directory.ts'
import type { Setting } from './settings/entry.ts'
import { historySettings } from './settings/history.ts'
import { laterSettings } from './settings/later.ts'
import { mediaSettings } from './settings/media.ts'
import { nameSettings } from './settings/names.ts'
import { phoneSettings } from './settings/phones.ts'
import { presenceSettings } from './settings/presence.ts'
import { softphoneSettings } from './settings/softphone.ts'
import { userSettings } from './settings/user.ts'
import { voicemailSettings } from './settings/voicemail.ts'
import { xmppSettings } from './settings/xmpp.ts'

export type { Setting } from './settings/entry.ts'

export const settings = {
  ...userSettings,
  ...softphoneSettings,
  ...cucmPhoneSettings,
  ...mediaSettings,
  ...callSettings,
  ...cucmSettings,
  ...dialRuleSettings,
  ...xmppSettings,
  ...phoneSettings,
  ...presenceSettings,
  ...calendarSettings,
  ...chatFileSettings,
  ...voicemailSettings,
  ...directorySettings,
  ...conferenceSettings,
  ...historySettings,
  ...laterSettings,
  ...nameSettings,
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof settings

export const settingNames: readonly SettingName[] = Object.keys(settings) as SettingName[]

/** Settings as a person or an application writes them. */
export type SettingsInput = { readonly [N in SettingName]?: z.input<(typeof settings)[N]['schema']> }

/** Settings as the core reads them: checked, with defaults filled in. */
export type Settings = {
  readonly [N in SettingName]: (typeof settings)[N] extends { default: unknown }
    ? z.output<(typeof settings)[N]['schema']>
    : z.output<(typeof settings)[N]['schema']> | undefined
}

/** The form in which settings cross the interface: any names, checked by `readSettings`. */
export const SettingsObject = z
  .record(z.string().max(128), z.unknown())
  .describe('Dotted names and their values; see `parley config schema`.')
