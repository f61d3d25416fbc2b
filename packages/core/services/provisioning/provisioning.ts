// The way from a name and a password to a phone: discovery, the person's devices, the device's configuration. Every step
// is taken where something asks for it, and left out where the settings already say what it would find.
import {
  type DiagnosisStep,
  type ErrorValue,
  errorValue,
  type HealthRow,
  type PhoneState,
  personOf,
  type Settings,
} from '@openparley/contract'
import type { World } from '../../runtime/world.ts'
import { type Chosen, chooseDevice, classify } from './devices.ts'
import type { Attempt, Found, ProvisioningPort, Tried } from './port.ts'

export interface ProvisioningNeeds {
  readonly settings: () => Settings
  /** Values for the discovered layer. */
  readonly found: (found: Found) => void
  readonly row: (service: StepName, row: Omit<HealthRow, 'service' | 'since'>) => void
  /** The person's devices, and which of them the phone is. */
  readonly listed: (devices: readonly Chosen[], chosen: Chosen | undefined) => void
  /** The settings are as complete as they can be: the phone may be opened. */
  readonly complete: () => void
  /** There can be no phone, for that reason; `nextTryAt`: when it is looked again. */
  readonly lacking: (error: ErrorValue, nextTryAt: string | undefined) => void
}

export type StepName = 'settings' | 'discovery' | 'devices' | 'device' | 'device-config'

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
  let round = 0
  let failures = 0
  let steps: DiagnosisStep[] = []
  let over = Promise.withResolvers<void>()
  let began = 0
  let again: (() => void) | undefined

  const note = (step: string, what: Partial<DiagnosisStep>, error?: ErrorValue): void => {
    const failed = error
      ? {
          code: error.code,
          hint: error.next,
          evidence: [what.evidence, error.detail].filter(Boolean).join('; ') || error.sentence,
        }
      : {}
    steps.push({ step, ok: error === undefined, ms: 0, evidence: '', ...what, ...failed })
  }
  const skip = (step: string, why: string): void => {
    steps.push({ step, ok: true, skipped: true, ms: 0, evidence: why })
  }
  /** Takes a step: its attempts are its evidence, its row tells how it went. */
  const take = async <T>(
    step: StepName,
    act: () => Promise<Tried<T>>,
    without: Pick<HealthRow, 'without' | 'works'>,
    evidenceOf: (value: T) => string,
  ): Promise<Tried<T>> => {
    needs.row(step, { state: 'starting' })
    const from = world.clock.now()
    const tried = await act()
    const error = 'error' in tried ? tried.error : undefined
    const address = tried.attempts.at(-1)?.address
    note(
      step,
      {
        ms: Math.round(world.clock.now() - from),
        ...(address === undefined ? {} : { address }),
        evidence: [...tried.attempts.map(line), ...('value' in tried ? [evidenceOf(tried.value)] : [])].join('; '),
      },
      error,
    )
    needs.row(step, {
      state: error ? 'failed' : 'ok',
      ...(address === undefined ? {} : { address }),
      ...(error ? { error, ...without } : {}),
    })
    return tried
  }

  /** The reason why there is no phone, if there can be none. */
  const way = async (mine: () => boolean): Promise<ErrorValue | undefined> => {
    const { name, domain } = personOf(needs.settings())
    const asks = asked(needs.settings())
    note('settings', { evidence: asks.length > 0 ? asks.join(', ') : 'nothing names a server' })
    let reason: ErrorValue | undefined
    const named = asks.some((each) => !each.startsWith('user.'))

    if (domain === undefined || !needs.settings()['discovery.use']) skip('discovery', 'no domain to ask')
    else {
      const tried = await take(
        'discovery',
        () => port.discover(domain),
        { without: 'servers that the domain would name', works: 'servers that the settings name' },
        (found) => found.map(({ from }) => from).join(', '),
      )
      if (!mine()) return undefined
      if ('value' in tried) for (const found of tried.value) needs.found(found)
      else {
        reason = tried.error
        // Where the settings name servers the domain need not.
        const last = steps.at(-1) as DiagnosisStep
        if (named) steps.splice(-1, 1, { ...last, ok: true, skipped: true })
      }
    }
    if (needs.settings()['cucm.tftp.servers']) {
      const tried = await port.commonConfig()
      if (!mine()) return undefined
      if ('value' in tried) for (const found of tried.value) needs.found(found)
    }
    const settings = needs.settings()
    const listers = settings['cucm.uds.servers'] ?? settings['cucm.ccmcip.servers'] ?? settings['cucm.tftp.servers']
    let device = settings['cucm.device']
    if (listers === undefined || name === undefined) skip('devices', 'nothing names a server that lists devices')
    else {
      const tried = await take(
        'devices',
        () => port.devices(),
        { without: 'the list of devices', works: 'a phone that the settings describe' },
        (devices) => devices.map(({ name: each, model }) => `${each} (${model})`).join(', '),
      )
      if (!mine()) return undefined
      if ('value' in tried) {
        const devices = classify(tried.value, settings)
        const choice = chooseDevice(devices, device)
        needs.listed(devices, 'device' in choice ? choice.device : undefined)
        if ('device' in choice) {
          device = choice.device.name
          note('device', { evidence: `${device}, ${choice.device.model}` })
        } else {
          device = undefined
          reason = choice.error
          note('device', {}, reason)
          needs.row('devices', {
            state: 'degraded',
            error: reason,
            without: 'calls on the soft phone',
            works: 'desk phones',
          })
        }
      } else reason = tried.error
    }
    // A device that the settings name needs no list, only its file.
    if (device !== undefined && settings['cucm.tftp.servers']) {
      const named = device
      const tried = await take(
        'device-config',
        () => port.deviceConfig(named),
        { without: 'calls on the soft phone' },
        ({ from }) => from,
      )
      if (!mine()) return undefined
      if ('value' in tried) {
        reason = undefined
        needs.found(tried.value)
      } else reason = tried.error
    } else skip('device-config', 'no device to configure')

    const { 'softphone.servers': servers, 'softphone.user': user } = needs.settings()
    if (servers !== undefined && user === undefined && name !== undefined)
      needs.found(asSipUser(name, domain, settings))
    if (servers !== undefined && (user ?? name) !== undefined) return undefined
    return (
      reason ??
      errorValue('setting-missing', user === undefined && name === undefined ? 'user.name' : 'softphone.servers')
    )
  }

  const go = async (): Promise<void> => {
    const own = ++round
    const mine = (): boolean => own === round
    again?.()
    again = undefined
    steps = []
    began = world.clock.now()
    const reason = await way(mine)
    if (!mine()) return
    began = world.clock.now()
    if (reason === undefined) {
      failures = 0
      return needs.complete()
    }
    failures++
    const waitMs = Math.min(longestMs, shortestMs * 2 ** Math.min(failures - 1, 10)) * (0.5 + world.dice.roll() / 2)
    if (reason.retryable) again = world.clock.at(world.clock.now() + waitMs, () => void go())
    needs.lacking(reason, reason.retryable ? later(world, waitMs) : undefined)
    skip('registration', 'there is nothing to register with')
    over.resolve()
  }

  return {
    start: () => {
      over.resolve()
      over = Promise.withResolvers()
      failures = 0
      void go()
    },
    phone: (state) => {
      if (!['ready', 'waiting', 'failed'].includes(state.is)) return
      const at = steps.findIndex(({ step }) => step === 'registration')
      if (at >= 0) steps.splice(at, 1)
      note(
        'registration',
        {
          ms: Math.round(world.clock.now() - began),
          ...(state.server === undefined ? {} : { address: state.server }),
          evidence: state.error ? state.error.sentence : 'registered',
        },
        state.error,
      )
      over.resolve()
    },
    diagnosis: async () => {
      const limit = Promise.withResolvers<void>()
      const cancel = world.clock.at(world.clock.now() + patienceMs, limit.resolve)
      await Promise.race([over.promise, limit.promise])
      cancel()
      return { ok: steps.every(({ ok }) => ok), steps: [...steps] }
    },
    close: async () => {
      round++
      again?.()
      over.resolve()
      await port.close()
    },
  }
}

/** A plain SIP account in the domain, of the person's own name and password. */
function asSipUser(name: string, domain: string | undefined, settings: Settings): Found {
  const password = settings['user.password']
  return {
    from: 'user.name',
    values: {
      'softphone.user': name,
      ...(domain === undefined ? {} : { 'softphone.domain': domain }),
      ...(password === undefined || settings['softphone.password'] !== undefined
        ? {}
        : { 'softphone.password': password }),
    },
  }
}

/** The settings that ask for something. */
function asked(settings: Settings): string[] {
  return (
    [
      'user.name',
      'user.domain',
      'softphone.servers',
      'cucm.uds.servers',
      'cucm.ccmcip.servers',
      'cucm.tftp.servers',
      'cucm.device',
    ] as const
  ).filter((name) => settings[name] !== undefined)
}

function line({ address, ms, evidence, error }: Attempt): string {
  const cause = error?.peer?.text ?? error?.peer?.status
  return `${address}: ${evidence}${cause === undefined || evidence.includes(String(cause)) ? '' : ` (${cause})`}, ${Math.round(ms)} ms`
}

function later(world: World, ms: number): string {
  return new Date(Date.parse(world.wall()) + ms).toISOString()
}

const shortestMs = 2000
const longestMs = 300_000
const patienceMs = 60_000
