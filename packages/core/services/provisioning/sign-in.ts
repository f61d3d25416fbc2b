// The way from a name and a password to a phone, gone once, as an engine: discovery, the person's devices, the device's
// configuration. Every question is asked where something calls for it, and left out where the settings already say what it would find.
import {
  type DiagnosisStep,
  type ErrorValue,
  errorValue,
  type HealthRow,
  personOf,
  type Settings,
} from '@openparley/contract'
import { skippedStep, stepOf } from '../../runtime/step.ts'
import type { Millis, World } from '../../runtime/world.ts'
import { type Chosen, chooseDevice, classify } from './devices.ts'
import type { Found, ListedDevice, Tried } from './port.ts'
import { isFailed, type StepName } from './steps.ts'

/** What the way goes by. */
export const settingsAsked = [
  'user.name',
  'user.password',
  'user.domain',
  'discovery.use',
  'softphone.servers',
  'softphone.user',
  'softphone.authUser',
  'softphone.domain',
  'softphone.password',
  'cucm.uds.servers',
  'cucm.ccmcip.servers',
  'cucm.tftp.servers',
  'cucm.device',
  'cucm.excludedDevices',
  'cucm.softPhoneModels',
] as const

export type SettingsAsked = Pick<Settings, (typeof settingsAsked)[number]>

export type Question = 'discovery' | 'common' | 'devices' | 'profile' | 'device-config'

/** What came of a question. */
export type Answer =
  | { readonly question: 'discovery' | 'common'; readonly tried: Tried<readonly Found[]> }
  | { readonly question: 'devices'; readonly tried: Tried<readonly ListedDevice[]> }
  | { readonly question: 'profile'; readonly tried: Tried<Found | undefined> }
  | { readonly question: 'device-config'; readonly tried: Tried<Found> }

export type SignInInput =
  | { readonly type: 'start' }
  /** The settings as they are now, after `proceed`. */
  | { readonly type: 'settings'; readonly settings: SettingsAsked }
  | ({ readonly type: 'answered' } & Answer)

export type SignInEffect =
  /** `about`: the domain, or the device. */
  | { readonly type: 'ask'; readonly question: Question; readonly about: string }
  /** Everything before this is done: the engine goes on with the settings that there are now. */
  | { readonly type: 'proceed' }
  | { readonly type: 'found'; readonly found: Found }
  | { readonly type: 'step'; readonly step: DiagnosisStep }
  | { readonly type: 'row'; readonly service: StepName; readonly row: StepRow }
  /** The person's devices, and which of them the phone is. */
  | { readonly type: 'listed'; readonly devices: readonly Chosen[]; readonly chosen: Chosen | undefined }
  /** The settings are as complete as they can be: the phone may be opened. */
  | { readonly type: 'complete' }
  /** There can be no phone, for that reason; it is looked again after `waitMs`, if at all. */
  | { readonly type: 'lacking'; readonly error: ErrorValue; readonly waitMs: Millis | undefined }

export type StepRow = Pick<HealthRow, 'state' | 'address' | 'error' | 'without' | 'works'> & {
  /** In how many milliseconds it is tried again; absent: not before the next sign-in. */
  readonly nextTryMs?: Millis
}

export interface SignInOptions {
  /** How often in a row the way was gone in vain before. */
  readonly failures: number
  readonly dice: Pick<World['dice'], 'roll'>
}

export class SignIn {
  readonly #options: SignInOptions
  /** The question that is due or waited for. */
  #at = 0
  #askedAt: Millis = 0
  #settings: SettingsAsked | undefined
  /** The device that the phone is to be, once the list has said it. */
  #chosen: { readonly device: string | undefined } | undefined
  #reason: ErrorValue | undefined
  /** Rows of steps that have failed: they are told again with the next try. */
  readonly #failed = new Map<StepName, StepRow>()

  constructor(options: SignInOptions) {
    this.#options = options
  }

  handle(input: SignInInput, now: Millis): SignInEffect[] {
    switch (input.type) {
      case 'start':
        // What an account lacked the last time it lacks again.
        return [{ type: 'found', found: { from: ownAccount, values: {} } }, { type: 'proceed' }]
      case 'settings':
        return this.#proceed(input.settings, now)
      case 'answered':
        return this.#answered(input, now)
    }
  }

  /** Asks the next question that anything calls for; after the last one it is over. */
  #proceed(settings: SettingsAsked, now: Millis): SignInEffect[] {
    const effects: SignInEffect[] = []
    if (this.#settings === undefined) {
      const names = asking.filter((name) => settings[name] !== undefined)
      const evidence = names.length > 0 ? names.join(', ') : 'nothing names a server'
      effects.push({ type: 'step', step: stepOf('settings', { evidence }) })
    }
    this.#settings = settings
    for (let at = this.#at; at < questions.length; at++) {
      this.#at = at
      const { question, step, about, leftOut } = questions[at] as (typeof questions)[number]
      const asks = about(settings, this.#chosen)
      if (asks !== undefined) {
        this.#askedAt = now
        if (step) effects.push({ type: 'row', service: step, row: { state: 'starting' } })
        return [...effects, { type: 'ask', question, about: asks }]
      }
      if (step && leftOut !== undefined) effects.push(skipped(step, leftOut))
    }
    return [...effects, ...this.#finish(settings)]
  }

  #answered(answer: Extract<SignInInput, { type: 'answered' }>, now: Millis): SignInEffect[] {
    this.#at++
    const next: SignInEffect = { type: 'proceed' }
    switch (answer.question) {
      case 'discovery': {
        const { tried } = answer
        if ('value' in tried) return [...this.#taken('discovery', tried, now), ...foundIn(tried.value), next]
        // Where the settings name what the domain would have named nothing was lost by it.
        if (instead.some((name) => this.#settings?.[name] !== undefined))
          return [
            { type: 'step', step: { ...this.#stepOf('discovery', tried, now), ok: true, skipped: true } },
            { type: 'row', service: 'discovery', row: { state: 'off' } },
            next,
          ]
        return [...this.#taken('discovery', tried, now), ...this.#lacking(tried.error)]
      }
      case 'common':
        return [...('value' in answer.tried ? foundIn(answer.tried.value) : []), next]
      case 'devices':
        return [...this.#listed(answer.tried, now), next]
      case 'profile':
        return [...('value' in answer.tried && answer.tried.value ? foundIn([answer.tried.value]) : []), next]
      case 'device-config': {
        const { tried } = answer
        this.#reason = 'error' in tried ? tried.error : undefined
        return [...this.#taken('device-config', tried, now), ...('value' in tried ? foundIn([tried.value]) : []), next]
      }
    }
  }

  #listed(tried: Tried<readonly ListedDevice[]>, now: Millis): SignInEffect[] {
    const told = 'value' in tried ? tried.value.map(({ name, model }) => `${name} (${model})`).join(', ') : undefined
    const effects = this.#taken('devices', tried, now, told)
    if (!('value' in tried) || !this.#settings) {
      // A device that the settings name needs no list, only its file.
      this.#reason = 'error' in tried ? tried.error : undefined
      return effects
    }
    const devices = classify(tried.value, this.#settings)
    const choice = chooseDevice(devices, this.#settings['cucm.device'])
    if ('device' in choice) {
      const { name, model } = choice.device
      this.#chosen = { device: name }
      return [
        ...effects,
        { type: 'listed', devices, chosen: choice.device },
        { type: 'step', step: stepOf('device', { evidence: `${name}, ${model}` }) },
      ]
    }
    // One that is not the person's is not theirs, whatever the settings name.
    this.#chosen = { device: undefined }
    this.#reason = choice.error
    const row: StepRow = {
      state: 'degraded',
      error: choice.error,
      without: 'calls on the soft phone',
      works: 'desk phones',
      ...addressOf(tried),
    }
    this.#failed.set('devices', row)
    return [
      ...effects,
      { type: 'listed', devices, chosen: undefined },
      { type: 'step', step: stepOf('device', {}, choice.error) },
      { type: 'row', service: 'devices', row },
    ]
  }

  #finish(settings: SettingsAsked): SignInEffect[] {
    const { name, domain } = personOf(settings)
    const user = settings['softphone.user'] ?? name
    if (settings['softphone.servers'] === undefined || user === undefined) {
      const missing = errorValue('setting-missing', user === undefined ? 'user.name' : 'softphone.servers')
      return this.#lacking(this.#reason ?? missing)
    }
    const account = name === undefined ? [] : foundIn([asAccount(name, domain, settings)])
    return [...account, { type: 'complete' }]
  }

  #lacking(error: ErrorValue): SignInEffect[] {
    const { failures, dice } = this.#options
    const longest = Math.min(longestMs, shortestMs * 2 ** Math.min(failures, 10))
    const waitMs = error.retryable ? Math.round(longest * (0.5 + dice.roll() / 2)) : undefined
    const again = waitMs === undefined ? {} : { nextTryMs: waitMs }
    return [
      ...[...this.#failed].map(([service, row]): SignInEffect => ({ type: 'row', service, row: { ...row, ...again } })),
      { type: 'lacking', error, waitMs },
      skipped('registration', 'there is nothing to register with'),
    ]
  }

  /** What is told of a question that was answered: its step, and its row of health. */
  #taken(step: keyof typeof lacking, tried: Tried<unknown>, now: Millis, told?: string): SignInEffect[] {
    const row: StepRow = isFailed(tried)
      ? { state: 'failed', error: tried.error, ...lacking[step], ...addressOf(tried) }
      : { state: 'ok', ...addressOf(tried) }
    if (isFailed(tried)) this.#failed.set(step, row)
    return [
      { type: 'step', step: this.#stepOf(step, tried, now, told) },
      { type: 'row', service: step, row },
    ]
  }

  #stepOf(step: StepName, tried: Tried<unknown>, now: Millis, told?: string): DiagnosisStep {
    const lines = tried.attempts.map((attempt) => lineOf(attempt, tried.attempts.length > 1))
    const evidence = [...lines, ...(told === undefined ? [] : [told])].join('; ')
    const error = isFailed(tried) ? tried.error : undefined
    return stepOf(step, { ms: now - this.#askedAt, ...addressOf(tried), evidence }, error)
  }
}

interface Asked {
  readonly question: Question
  /** The step of a diagnosis; absent: it is no step of its own, nothing waits for it. */
  readonly step?: StepName
  /** What is asked about; undefined: nothing calls for the question. */
  readonly about: (
    settings: SettingsAsked,
    chosen: { readonly device: string | undefined } | undefined,
  ) => string | undefined
  readonly leftOut?: string
}

/** In their order. */
const questions: readonly Asked[] = [
  {
    question: 'discovery',
    step: 'discovery',
    about: (settings) => (settings['discovery.use'] ? personOf(settings).domain : undefined),
    leftOut: 'no domain to ask',
  },
  { question: 'common', about: (settings) => (settings['cucm.tftp.servers'] ? 'everybody' : undefined) },
  {
    question: 'devices',
    step: 'devices',
    about: (settings) => (namesLister(settings) ? personOf(settings).name : undefined),
    leftOut: 'nothing names a server that lists devices',
  },
  {
    question: 'profile',
    about: (settings, chosen) =>
      settings['cucm.tftp.servers'] && chosen?.device !== undefined ? personOf(settings).name : undefined,
  },
  {
    question: 'device-config',
    step: 'device-config',
    about: (settings, chosen) =>
      settings['cucm.tftp.servers'] ? (chosen ? chosen.device : settings['cucm.device']) : undefined,
    leftOut: 'no device to configure',
  },
]

/** What the person does without where a step fails, and what works nevertheless. */
const lacking = {
  discovery: { without: 'servers that the domain would name', works: 'servers that the settings name' },
  devices: { without: 'the list of devices', works: 'a phone that the settings describe' },
  'device-config': { without: 'calls on the soft phone', works: 'dial rules, the history' },
} as const

/** The settings that ask for something. */
const asking = [
  'user.name',
  'user.domain',
  'softphone.servers',
  'cucm.uds.servers',
  'cucm.ccmcip.servers',
  'cucm.tftp.servers',
  'cucm.device',
] as const

/** What does for servers that a domain names. */
const instead = ['softphone.servers', 'cucm.uds.servers', 'cucm.ccmcip.servers', 'cucm.device'] as const

function namesLister(settings: SettingsAsked): boolean {
  return (
    (settings['cucm.uds.servers'] ?? settings['cucm.ccmcip.servers'] ?? settings['cucm.tftp.servers']) !== undefined
  )
}

function foundIn(found: readonly Found[]): SignInEffect[] {
  return found.map((each) => ({ type: 'found', found: each }))
}

function skipped(step: StepName, why: string): SignInEffect {
  return { type: 'step', step: skippedStep(step, why) }
}

function addressOf({ used, attempts }: Tried<unknown>): { readonly address?: string } {
  const address = used ?? attempts.at(-1)?.address
  return address === undefined ? {} : { address }
}

/** One attempt in a line; its address where there are others. */
function lineOf({ address, ms, evidence, error }: Tried<unknown>['attempts'][number], isOneOfSome: boolean): string {
  const cause = error?.peer?.text ?? error?.peer?.status
  const said = cause === undefined || evidence.includes(String(cause)) ? evidence : `${evidence} (${cause})`
  return `${isOneOfSome ? `${address}: ` : ''}${said}, ${Math.round(ms)} ms`
}

/** What an account still lacks is the person's own: their name, their password, their domain. */
function asAccount(name: string, domain: string | undefined, settings: SettingsAsked): Found {
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

const ownAccount = 'user.name'
const shortestMs = 2000
const longestMs = 300_000
