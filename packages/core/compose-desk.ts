// The phone on the person's desk, where their settings name one: opened, shown among their phones, and told of in a row of health.
import { errorValue, type HealthRow, ParleyError, type PhoneState, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import type { Recorder } from './runtime/recorder.ts'
import { secretOf } from './runtime/secret.ts'
import { newId, type World } from './runtime/world.ts'
import type { PhoneEvent, PhonePort } from './services/calls/port.ts'
import type { CallingLink } from './links/sip/index.ts'
import type { PhonesService } from './services/phones/index.ts'

export interface DeskPhoneOptions {
  readonly world: World
  /** Read by their names: a copy has only what was said, without what is usual. */
  readonly settings: () => Settings
  readonly password: () => string | undefined
  readonly dns: () => DnsResolver
  readonly recorder: Recorder
  /** The registration of the person’s soft phone. */
  readonly sip: CallingLink
  /** A new call's id. */
  readonly newCall: () => string
  readonly tell: (event: PhoneEvent) => void
}

/** Makes the phone on the desk; it connects on its own and tells. */
export type OpenDeskPhone = (options: DeskPhoneOptions) => PhonePort

/** By what it is controlled: a name of the setting deskPhone.via. */
export type DeskPhones = Readonly<Record<string, OpenDeskPhone>>

export interface DeskPhoneParts extends Omit<DeskPhoneOptions, 'newCall' | 'tell' | 'password'> {
  readonly all: PhonesService
  readonly ways: () => DeskPhones
  readonly told: (phone: string, event: PhoneEvent) => void
  readonly row: (row: Omit<HealthRow, 'service' | 'since'>) => void
}

export interface DeskPhone {
  /** Where the settings name one, and none is open. */
  open(): void
  /** The port of the phone on the desk; undefined for any other. */
  at(phone: string): PhonePort | undefined
  close(): Promise<void>
}

export function deskPhone({ all, ways, told, row, ...parts }: DeskPhoneParts): DeskPhone {
  const { world, settings } = parts
  let open: { readonly id: string; readonly line: string; readonly port: PhonePort } | undefined
  /** The same line is the same phone again. */
  const ids = new Map<string, string>()
  const stands = (id: string, state: PhoneState): void => {
    all.update(id, { state })
    row(rowOf(state))
  }
  return {
    open: () => {
      const { 'deskPhone.via': via, 'deskPhone.line': line } = settings()
      if (open || via === 'none') return
      const known = ways()
      const make = Object.hasOwn(known, via) ? known[via] : undefined
      const there = `deskPhone.via: there is no ${via}, there are ${Object.keys(known).join(', ')}`
      if (!make) return row({ state: 'failed', error: errorValue('setting-invalid', there), without })
      if (line === undefined)
        return row({ state: 'failed', error: errorValue('setting-missing', 'deskPhone.line'), without })
      const id = ids.get(line) ?? newId(world, 'phone')
      ids.set(line, id)
      const tell = (event: PhoneEvent): void => {
        if (open?.id !== id) return
        if (event.type === 'state') stands(id, event.state)
        told(id, event)
      }
      const port = made(make, {
        ...parts,
        password: () => passwordIn(settings()),
        newCall: () => newId(world, 'call'),
        tell,
      })
      if (port instanceof ParleyError)
        return row({ state: 'failed', error: errorValue(port.code, port.detail, port.peer), without })
      open = { id, line, port }
      const state: PhoneState = { is: 'connecting', since: world.wall() }
      const number = settings()['deskPhone.number']
      all.show({
        id,
        kind: 'desk',
        address: line,
        state,
        can: [...port.can],
        sets: port.setLine ? ['forwardedTo', 'doNotDisturb'] : [],
        ...(number === undefined ? {} : { number }),
      })
    },
    at: (phone) => (open?.id === phone ? open.port : undefined),
    close: async () => {
      const closing = open
      open = undefined
      if (closing) all.update(closing.id, { state: { is: 'off', since: world.wall() } })
      await closing?.port.close()
    },
  }
}

/** Adapters of others throw whatever they like. */
function made(make: OpenDeskPhone, options: DeskPhoneOptions): PhonePort | ParleyError {
  try {
    return make(options)
  } catch (error) {
    return error instanceof ParleyError ? error : new ParleyError('adapter-unusable', String(error))
  }
}

/** Throws `credentials-missing` with the variable’s name: a server that is asked without a password may answer all the same. */
function passwordIn(settings: Settings): string | undefined {
  const given = settings['deskPhone.password'] ?? settings['user.password']
  const secret = secretOf(given)
  if (typeof given === 'object' && secret === undefined) throw new ParleyError('credentials-missing', given.env)
  return secret
}

function rowOf({ is, server, error, nextTryAt }: PhoneState): Omit<HealthRow, 'service' | 'since'> {
  const word = ({ off: 'off', connecting: 'starting', ready: 'ok', waiting: 'degraded', failed: 'failed' } as const)[is]
  return {
    state: word,
    ...(server === undefined ? {} : { address: server }),
    ...(error ? { error, without, works: 'calls on the soft phone' } : {}),
    ...(nextTryAt === undefined ? {} : { nextTryAt, nextTry: 'connecting again' }),
  }
}

const without = 'calls on the phone on the desk'
