// The sound card of one session: what its settings choose, and what health and a diagnosis say of it.
import type { DiagnosisStep, HealthRow, Settings, SoundCard } from '@openparley/contract'
import type { World } from './runtime/world.ts'
import type { MediaService } from './services/media/index.ts'
import type { DeviceChoice } from './services/media/port.ts'

export function deviceChoice(settings: Settings): DeviceChoice {
  return {
    microphone: settings['media.microphone'],
    speaker: settings['media.speaker'],
    echoCancel: settings['media.echoCancel'],
  }
}

export function soundRow({ error, warning }: SoundCard): Omit<HealthRow, 'service' | 'since'> {
  if (!error) return { state: 'ok', ...(warning ? { warning } : {}) }
  return {
    state: 'degraded',
    error,
    without: 'calls by the microphone and speaker of this machine',
    works: 'calls with a page, a file or a stream',
    nextTry: 'when a device or the sound server comes',
  }
}

export interface SoundLooked {
  readonly world: World
  readonly settings: () => Settings
  readonly sound: MediaService
}

/** Undefined: nobody has asked for the sound card, and no setting names a device: many machines have none, and need none. */
export async function soundStep({ world, settings, sound }: SoundLooked): Promise<DiagnosisStep | undefined> {
  const { microphone, speaker } = deviceChoice(settings())
  const isNamed = [...microphone, ...speaker].some((name) => name !== 'default')
  if (!isNamed && sound.state.read().state.soundCard.is === 'unasked') return undefined
  const begun = world.clock.now()
  const card = await sound.soundCard()
  const step = { step: 'sound-card', ms: Math.round(world.clock.now() - begun) }
  const wrong = card.error ?? card.warning
  if (wrong) return { ...step, ok: false, code: wrong.code, evidence: wrong.detail ?? wrong.sentence, hint: wrong.next }
  return { ...step, ok: true, evidence: `microphone ${card.microphone}, speaker ${card.speaker}` }
}
