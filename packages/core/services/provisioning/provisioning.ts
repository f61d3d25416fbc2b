// The way from a name and a password to a phone, as a host: asks for the engine (sign-in.ts), and tells what it comes to.
import type { DiagnosisStep, ErrorValue, HealthRow, PhoneState, Settings } from '@openparley/contract'
import type { Recorder } from '../../runtime/recorder.ts'
import { stepOf } from '../../runtime/step.ts'
import type { World } from '../../runtime/world.ts'
import type { Chosen } from './devices.ts'
import type { Found, ProvisioningPort } from './port.ts'
import { type Answer, type Question, SignIn, type SignInEffect, type SignInInput, settingsAsked } from './sign-in.ts'
import { putStep, type StepName } from './steps.ts'

export interface ProvisioningNeeds {
  readonly settings: () => Settings
  /** Keeps what the engine is told and says. */
  readonly recorder: Recorder
  /** Values for the discovered layer. */
  readonly found: (found: Found) => void
  readonly row: (service: StepName, row: Omit<HealthRow, 'service' | 'since' | 'configuredFrom'>) => void
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
  let steps: DiagnosisStep[] = []
  let over = Promise.withResolvers<void>()
  let openedAt = 0
  let again: (() => void) | undefined

  const go = (): void => {
    again?.()
    again = undefined
    const own = ++round
    const record = needs.recorder.engine(`sign-in ${1 + (own % goingsKept)}`, 'sign-in', { failures })
    const engine = new SignIn({ failures, dice: { roll: () => record.answer(world.dice.roll()) } })
    steps = []
    const feed = (input: SignInInput): void => {
      if (own !== round) return
      const at = world.clock.now()
      const effects = engine.handle(input, at)
      record.turn({ at, input, effects, idle: false })
      for (const effect of effects) if (own === round) perform(effect, feed)
    }
    feed({ type: 'start' })
  }
  const perform = (effect: SignInEffect, feed: (input: SignInInput) => void): void => {
    switch (effect.type) {
      case 'ask':
        void answerTo(port, effect.question, effect.about).then((answer) => feed({ type: 'answered', ...answer }))
        return
      case 'proceed':
        return feed({ type: 'settings', settings: known(needs.settings()) })
      case 'found':
        return needs.found(effect.found)
      case 'step':
        return putStep(steps, effect.step)
      case 'row': {
        const { nextTryMs, ...row } = effect.row
        return needs.row(effect.service, { ...row, ...nextTry(row.state, nextTryMs) })
      }
      case 'listed':
        return needs.listed(effect.devices, effect.chosen)
      case 'complete':
        openedAt = world.clock.now()
        failures = 0
        return needs.complete()
      case 'lacking':
        openedAt = world.clock.now()
        failures++
        if (effect.waitMs !== undefined) again = world.clock.at(world.clock.now() + effect.waitMs, go)
        needs.lacking(effect.error, effect.waitMs === undefined ? undefined : later(effect.waitMs))
        over.resolve()
    }
  }
  const later = (ms: number): string => new Date(Date.parse(world.wall()) + ms).toISOString()
  const nextTry = (state: HealthRow['state'], ms: number | undefined): Pick<HealthRow, 'nextTry' | 'nextTryAt'> => {
    if (state !== 'failed' && state !== 'degraded') return {}
    if (ms === undefined) return { nextTry: 'at the next sign-in' }
    return { nextTry: 'signing in again', nextTryAt: later(ms) }
  }
  return {
    start: () => {
      over.resolve()
      over = Promise.withResolvers()
      failures = 0
      go()
    },
    phone: ({ is, server, error }) => {
      if (is !== 'ready' && is !== 'waiting' && is !== 'failed') return
      const ms = Math.round(world.clock.now() - openedAt)
      const address = server === undefined ? {} : { address: server }
      putStep(steps, stepOf('registration', { ms, ...address, evidence: error ? error.sentence : 'registered' }, error))
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

async function answerTo(port: ProvisioningPort, question: Question, about: string): Promise<Answer> {
  switch (question) {
    case 'discovery':
      return { question, tried: await port.discover(about) }
    case 'common':
      return { question, tried: await port.commonConfig() }
    case 'devices':
      return { question, tried: await port.devices() }
    case 'profile':
      return { question, tried: await port.serviceProfile() }
    case 'device-config':
      return { question, tried: await port.deviceConfig(about) }
  }
}

/** Only what the engine goes by: a recording holds no more. */
function known(settings: Settings): Pick<Settings, (typeof settingsAsked)[number]> {
  return Object.fromEntries(settingsAsked.map((name) => [name, settings[name]])) as ReturnType<typeof known>
}

const patienceMs = 60_000
/** How many goings of the way a report tells of. */
const goingsKept = 4
