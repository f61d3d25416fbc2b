// What a setting takes, as JSON Schema: for those who make something else of it, such as a form.
import { z } from 'zod'
import { type Setting, type SettingName, settings } from './settings.ts'

/** As much of a JSON Schema as the settings use. */
export interface JsonSchema {
  readonly type?: string
  readonly anyOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly items?: JsonSchema
}

export function settingSchema(name: SettingName): JsonSchema {
  const { schema }: Setting = settings[name]
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
}
