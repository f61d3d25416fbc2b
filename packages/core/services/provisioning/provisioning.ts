// The way from a name and a password to a phone: discovery, the person's devices, the device's configuration. Every step
// is taken where something asks for it, and left out where the settings already say what it would find.
import {
  type DiagnosisStep,
  type ErrorValue,
  errorValue,
  type PhoneState,
  personOf,
  type Settings,
} from '@openparley/contract'
import type { World } from '../../runtime/world.ts'
import { type Chosen, chooseDevice, classify } from './devices.ts'
import type { Found, ProvisioningPort } from './port.ts'
import { type Steps, stepsOf, type TellRow } from './steps.ts'

export interface ProvisioningNeeds {
  readonly settings: () => Settings
  /** Values for the discovered layer. */
  readonly found: (found: Found) => void
  readonly row: TellRow
  /** The person's devices, and which of them the phone is. */
  readonly listed: (devices: readonly Chosen[], chosen: Chosen | undefined) => void
  /** The settings are as complete as they can be: the phone may be opened. */
  readonly complete: () => void
  /** There can be no phone, for that reason; `nextTryAt`: when it is looked again. */
  readonly lacking: (error: ErrorValue, nextTryAt: string | undefined) => void
}

export interface Provisioning {
  /** Goes the whole way, and again after a while where something failed that may mend itself. */
  start(): void
  /** How the phone stands: the last step. */
  phone(state: PhoneState): void
  /** Every step of the last sign-in, once it is over. */
  diagnosis(): Promise<{ readonly ok: boolean; readonly steps: DiagnosisStep[] }>
  close(): Promise<void>
}

export function provisioning(world: World, port: ProvisioningPort, needs: ProvisioningNeeds): Provisioning {
  /** Which going of the way counts: of one that was overtaken nothing is taken any more. */
  let round = 0
  let failures = 0
  let steps: Steps = stepsOf(world, needs.row)
  let over = Promise.withResolvers<void>()
  let openedAt = 0
  let again: (() => void) | undefined

  const go = async (): Promise<void> => {
    const own = ++round
    again?.()
    again = undefined
    steps = stepsOf(world, needs.row)
    const reason = await walk(port, needs, steps, () => own === round)
    if (own !== round) return
    openedAt = world.clock.now()
    if (reason === undefined) {
      failures = 0
      return needs.complete()
    }
    failures++
    const waitMs = Math.min(longestMs, shortestMs * 2 ** Math.min(failures - 1, 10)) * (0.5 + world.dice.roll() / 2)
    if (reason.retryable) again = world.clock.at(world.clock.now() + waitMs, () => void go())
    needs.lacking(reason, reason.retryable ? later(world, waitMs) : undefined)
    steps.skip('registration', 'there is nothing to register with')
    over.resolve()
  }
  return {
    start: () => {
      over.resolve()
      over = Promise.withResolvers()
      failures = 0
      void go()
    },
    phone: ({ is, server, error }) => {
      if (is !== 'ready' && is !== 'waiting' && is !== 'failed') return
      const ms = Math.round(world.clock.now() - openedAt)
      const address = server === undefined ? {} : { address: server }
      steps.note('registration', { ms, ...address, evidence: error ? error.sentence : 'registered' }, error)
      over.resolve()
    },
    diagnosis: async () => {
      const limit = Promise.withResolvers<void>()
      const cancel = world.clock.at(world.clock.now() + patienceMs, limit.resolve)
      await Promise.race([over.promise, limit.promise])
      cancel()
      return { ok: steps.list.every(({ ok }) => ok), steps: [...steps.list] }
    },
    close: async () => {
      round++
      again?.()
      over.resolve()
      await port.close()
    },
  }
}

/** The reason why there can be no phone, if there is one. `mine`: whether anybody still waits for this. */
async function walk(
  port: ProvisioningPort,
  needs: ProvisioningNeeds,
  steps: Steps,
  mine: () => boolean,
): Promise<ErrorValue | undefined> {
  const { name, domain } = personOf(needs.settings())
  const asks = asked(needs.settings())
  steps.note('settings', { evidence: asks.length > 0 ? asks.join(', ') : 'nothing names a server' })
  const take = (found: readonly Found[]): void => {
    if (mine()) for (const each of found) needs.found(each)
  }
  // What an account lacked the last time it lacks again.
  take([{ from: ownAccount, values: {} }])
  let reason: ErrorValue | undefined

  if (domain === undefined || !needs.settings()['discovery.use']) steps.skip('discovery', 'no domain to ask')
  else {
    const before = needs.settings()
    const tried = await steps.take('discovery', () => port.discover(domain), {
      without: 'servers that the domain would name',
      works: 'servers that the settings name',
    })
    if ('value' in tried) take(tried.value)
    else if (
      before['softphone.servers'] ??
      before['cucm.uds.servers'] ??
      before['cucm.ccmcip.servers'] ??
      before['cucm.device']
    )
      steps.forgive('discovery')
    else return tried.error
  }
  if (mine() && needs.settings()['cucm.tftp.servers']) {
    const tried = await port.commonConfig()
    if ('value' in tried) take(tried.value)
  }
  let device = needs.settings()['cucm.device']
  if (mine() && listers(needs.settings()) !== undefined && name !== undefined) {
    const listed = await chosenOf(port, needs, steps, mine)
    if ('device' in listed) {
      device = listed.device
      const profile = mine() && needs.settings()['cucm.tftp.servers'] ? await port.serviceProfile() : undefined
      if (profile) take([profile])
    } else {
      reason = listed.error
      // A device that the settings name needs no list, only its file; but one that is not the person's is not theirs.
      if (!listed.unlisted) device = undefined
    }
  } else steps.skip('devices', 'nothing names a server that lists devices')

  if (mine() && device !== undefined && needs.settings()['cucm.tftp.servers']) {
    const named = device
    const lacking = { without: 'calls on the soft phone' }
    const tried = await steps.take('device-config', () => port.deviceConfig(named), lacking)
    if ('value' in tried) {
      reason = undefined
      take([tried.value])
    } else reason = tried.error
  } else steps.skip('device-config', 'no device to configure')

  const now = needs.settings()
  const user = now['softphone.user'] ?? name
  if (now['softphone.servers'] !== undefined && user !== undefined) {
    if (name !== undefined) take([asAccount(name, domain, now)])
    return undefined
  }
  return reason ?? errorValue('setting-missing', user === undefined ? 'user.name' : 'softphone.servers')
}

/** The device that the phone is to be. `unlisted`: there is no list, so none is known to be another's. */
async function chosenOf(
  port: ProvisioningPort,
  needs: ProvisioningNeeds,
  steps: Steps,
  mine: () => boolean,
): Promise<{ readonly device: string } | { readonly error: ErrorValue; readonly unlisted: boolean }> {
  const tried = await steps.take(
    'devices',
    () => port.devices(),
    { without: 'the list of devices', works: 'a phone that the settings describe' },
    (devices) => devices.map(({ name, model }) => `${name} (${model})`).join(', '),
  )
  if (!('value' in tried)) return { error: tried.error, unlisted: true }
  const settings = needs.settings()
  const devices = classify(tried.value, settings)
  const choice = chooseDevice(devices, settings['cucm.device'])
  if (mine()) needs.listed(devices, 'device' in choice ? choice.device : undefined)
  if ('device' in choice) {
    const { name, model } = choice.device
    steps.note('device', { evidence: `${name}, ${model}` })
    return { device: name }
  }
  steps.note('device', {}, choice.error)
  const lacking = { without: 'calls on the soft phone', works: 'desk phones' }
  if (mine()) needs.row('devices', { state: 'degraded', error: choice.error, ...lacking })
  return { error: choice.error, unlisted: false }
}

/** What an account still lacks is the person's own: their name, their password, their domain. */
function asAccount(name: string, domain: string | undefined, settings: Settings): Found {
  const {
    'softphone.user': user,
    'softphone.authUser': authUser,
    'softphone.domain': own,
    'softphone.password': given,
    'user.password': password,
  } = settings
  return {
    from: ownAccount,
    values: {
      ...(user === undefined ? { 'softphone.user': name } : {}),
      ...(user !== undefined && authUser === undefined && given === undefined ? { 'softphone.authUser': name } : {}),
      ...(own === undefined && domain !== undefined ? { 'softphone.domain': domain } : {}),
      ...(given === undefined && password !== undefined ? { 'softphone.password': password } : {}),
    },
  }
}

function listers(settings: Settings): readonly string[] | undefined {
  return settings['cucm.uds.servers'] ?? settings['cucm.ccmcip.servers'] ?? settings['cucm.tftp.servers']
}

/** The settings that ask for something. */
function asked(settings: Settings): string[] {
  const names = [
    'user.name',
    'user.domain',
    'softphone.servers',
    'cucm.uds.servers',
    'cucm.ccmcip.servers',
    'cucm.tftp.servers',
    'cucm.device',
  ] as const
  return names.filter((name) => settings[name] !== undefined)
}

function later(world: World, ms: number): string {
  return new Date(Date.parse(world.wall()) + ms).toISOString()
}

const ownAccount = 'user.name'
const shortestMs = 2000
const longestMs = 300_000
const patienceMs = 60_000
