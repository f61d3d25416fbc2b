// What pactl says, read: lists as JSON (pactl 15.99 and later), events and errors as lines of the locale C. Nothing in it throws.
import type { DeviceError, SoundDevice } from '../../services/media/port.ts'
import type { DeviceKind } from './device-port.ts'

export interface Defaults {
  readonly input: string
  readonly output: string
}

/** Of `pactl info`. */
export function readDefaults(text: string): Defaults {
  const info = objectOf(parsed(text))
  return { input: textOf(info['default_source_name']), output: textOf(info['default_sink_name']) }
}

/** Of `pactl list sinks` and `sources`, the first `mostDevices`. What a speaker says (its monitor) is no microphone. */
export function readDevices(text: string, kind: DeviceKind, defaults: Defaults): SoundDevice[] | undefined {
  const list = parsed(text)
  if (!Array.isArray(list)) return undefined
  return list.slice(0, mostDevices).flatMap((each: unknown) => {
    const row = objectOf(each)
    const device = textOf(row['name'])
    const properties = objectOf(row['properties'])
    if (device === '' || (kind === 'input' && isMonitor(row, properties))) return []
    const name = textOf(row['description']) || device
    return { device, name, kind, default: device === defaults[kind], available: isPluggedIn(row) }
  })
}

/** Of `pactl list short modules`: whether a stream that wants its echo taken out gets it. */
export function readCanCancelEcho(text: string): boolean {
  return ['apply', 'heuristics'].every((part) => new RegExp(`^\\d+\\tmodule-filter-${part}\\t`, 'm').test(text))
}

/** Of `pactl subscribe`: whether what is there, or which is the system's own, may be another now. */
export function isOfDevices(line: string): boolean {
  return /^Event '\w+' on (sink|source|server|card)( |$)/.test(line)
}

/** What one of the programs said last before it ended. */
export function errorOf(said: string, device: string): DeviceError {
  const line = said.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? ''
  const [, code] = reasons.find(([words]) => words.test(said)) ?? []
  const about = device === '' ? line : `${device}: ${line}`
  return { code: code ?? 'media-device-failed', detail: about === '' ? 'it ended without a word' : about }
}

/** The first that is found counts: who is refused by the server is also told that there is no connection. */
const reasons: readonly (readonly [RegExp, DeviceError['code']])[] = [
  [/Access denied|Permission denied|No authentication key|Invalid authentication/i, 'media-sound-refused'],
  [/busy/i, 'media-device-busy'],
  [/No such entity/i, 'media-device-unknown'],
  [/Connection (failure|refused|terminated)|pa_context_connect|Timeout|Connection died/i, 'media-no-sound-server'],
]

function isMonitor(row: Fields, properties: Fields): boolean {
  return textOf(properties['device.class']) === 'monitor' || textOf(row['monitor_source']) !== ''
}

/** Jacks that nothing is plugged into say so; what says nothing is there. */
function isPluggedIn(row: Fields): boolean {
  const ports = Array.isArray(row['ports']) ? row['ports'].map(objectOf) : []
  const active = ports.find((each) => each['name'] === row['active_port'])
  return textOf(active?.['availability']) !== 'not available'
}

type Fields = Readonly<Record<string, unknown>>

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function objectOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 256) : ''
}

const mostDevices = 64
