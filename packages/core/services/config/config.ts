// Configuration: a session's settings, checked; secrets go in and do not come out.
import {
  type ChangeOf,
  ParleyError,
  readSettings,
  type Setting,
  type SettingName,
  type Settings,
  type services,
  settings,
  type StateOf,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'

type Config = (typeof services)['config']

export interface ConfigService extends ServiceBody<Config> {
  readonly state: Broadcast<StateOf<Config>, ChangeOf<Config>>
  /** The settings in force now. */
  current(): Settings
  close(): void
}

/** Throws `setting-unknown` or `setting-invalid` where `given` is not right. */
export function config(epoch: string, given: Readonly<Record<string, unknown>>): ConfigService {
  const set = new Map(Object.entries(given))
  let current = readSettings(given)
  const state = broadcast<StateOf<Config>, ChangeOf<Config>>(epoch, () => ({ settings: shown(current) }))
  const apply = (): void => {
    current = readSettings(Object.fromEntries(set))
  }
  return {
    state,
    current: () => current,
    close: () => state.close(),
    handlers: {
      set: ({ name, value }) => {
        const entry = find(name)
        readSettings({ [name]: value })
        set.set(name, value)
        apply()
        state.publish({ type: 'changed', name, value: entry.secret ? hidden : current[name as SettingName] })
        return { applies: entry.applies }
      },
      unset: ({ name }) => {
        const entry = find(name)
        if (!set.delete(name)) throw new ParleyError('setting-missing', name)
        apply()
        state.publish({ type: 'changed', name, value: entry.secret ? undefined : current[name as SettingName] })
        return { applies: entry.applies }
      },
    },
  }
}

function find(name: string): Setting {
  if (!Object.hasOwn(settings, name)) throw new ParleyError('setting-unknown', name)
  return settings[name as SettingName]
}

function shown(current: Settings): Record<string, unknown> {
  const visible: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(current)) visible[name] = find(name).secret ? hidden : value
  return visible
}

const hidden = { secret: true } as const
