// The core as this package brings it: on the real clock, with the built-in phones and media.
import { readFileSync } from 'node:fs'
import { type Core, createCore, type HostPort } from '@openparley/core'
import { realClock, realDice } from '@openparley/net'
import { settingsOfMachine, wantsKeyring } from './settings.ts'

export const version: string = (
  JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string }
).version

export function builtInCore(parts: { readonly host: HostPort; readonly dataFolder?: string }): Core {
  return createCore({
    ...parts,
    machineSettings: settingsOfMachine(process.env),
    useKeyring: wantsKeyring(process.env),
    version,
    world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
  })
}
