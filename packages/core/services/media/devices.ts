// The sound card of a session: looked at from the first time on that it is asked for, shown to whoever watches, and tried.
import {
  type ChangeOf,
  type Endpoint as ContractEndpoint,
  errorValue,
  ParleyError,
  type SoundCard,
  type services,
} from '@openparley/contract'
import { newId, type World } from '../../runtime/world.ts'
import type { Card, CardEvent, CardState, DeviceChoice, Endpoint, MediaPort } from './port.ts'
import { playTone } from './test-tone.ts'

type Change = ChangeOf<(typeof services)['media']>
type DeviceEndpoint = Extract<ContractEndpoint, { kind: 'device' }>

export interface Devices {
  read(): SoundCard
  /** As soon as it is known. */
  asked(): Promise<SoundCard>
  /** Throws what is wrong with the sound card. */
  resolve(endpoint: DeviceEndpoint): Promise<Endpoint>
  showLevels(application: string, on: boolean): void
  /** Plays a tone and listens: `heard` is the loudest, in dB. */
  test(durationMs: number, signal: AbortSignal): Promise<{ microphone: string; speaker: string; heard: number }>
  /** The settings may be others. */
  look(): void
  released(application: string): void
  close(): void
}

export interface DevicesNeeds {
  readonly port: MediaPort
  /** What the settings choose. */
  readonly choice: () => DeviceChoice
  readonly publish: (change: Change) => void
  /** For the health of the session. */
  readonly stands: (card: SoundCard) => void
}

export function devices(world: World, { port, choice, publish, stands }: DevicesNeeds): Devices {
  const name = newId(world, 'card')
  const shown = new Set<string>()
  const waiting = new Set<(card: SoundCard) => void>()
  const listening = new Set<(microphone: number) => void>()
  let card: Card | undefined
  let state: SoundCard | undefined
  /** What an application has named beside the settings. */
  let named: Pick<DeviceEndpoint, 'microphone' | 'speaker'> = {}
  let isClosed = false

  const wanted = (): DeviceChoice => {
    const { microphone, speaker, echoCancel } = choice()
    return {
      microphone: named.microphone === undefined ? microphone : [named.microphone, ...microphone],
      speaker: named.speaker === undefined ? speaker : [named.speaker, ...speaker],
      echoCancel,
    }
  }
  const heard = (event: CardEvent): void => {
    if (isClosed) return
    switch (event.type) {
      case 'state':
        state = shownAs(event.state)
        publish({ type: 'soundCard', soundCard: state })
        stands(state)
        for (const tell of waiting) tell(state)
        return
      case 'moved':
        publish({ type: 'deviceMoved', kind: event.kind, from: event.from, to: event.to, why: event.why })
        return
      case 'levels':
        for (const tell of listening) tell(event.microphone)
        publish({ type: 'levels', microphone: event.microphone, speaker: event.speaker })
    }
  }
  const open = (): Card => {
    if (!port.openCard) throw new ParleyError('media-sound-unsupported')
    card ??= port.openCard(name, wanted(), heard)
    return card
  }
  /** The first state comes with the first look at what is there. */
  const known = async (): Promise<SoundCard> => {
    open()
    if (state) return state
    const { promise, resolve, reject } = Promise.withResolvers<SoundCard>()
    const late = new ParleyError('media-no-sound-server', 'it does not answer')
    const cancel = world.clock.at(world.clock.now() + lookMs, () => reject(late))
    waiting.add(resolve)
    try {
      return await promise
    } finally {
      cancel()
      waiting.delete(resolve)
    }
  }
  const measure = (): void => card?.levels(shown.size + listening.size > 0)

  return {
    read: () => state ?? unasked,
    asked: async () => {
      try {
        return await known()
      } catch (error) {
        if (!(error instanceof ParleyError)) throw error
        return { ...unasked, is: 'failed', error: errorValue(error.code, error.detail) }
      }
    },
    resolve: async ({ microphone, speaker }) => {
      const before = await known()
      refuseUnknown(before, 'input', microphone)
      refuseUnknown(before, 'output', speaker)
      if (before.error) throw new ParleyError(before.error.code, before.error.detail)
      named = { ...(microphone === undefined ? {} : { microphone }), ...(speaker === undefined ? {} : { speaker }) }
      open().choose(wanted())
      return { kind: 'device', card: name }
    },
    showLevels: (application, on) => {
      if (on) {
        open()
        shown.add(application)
      } else shown.delete(application)
      measure()
    },
    test: async (durationMs, signal) => {
      const { error, used, microphone = '', speaker = '' } = await known()
      if (error) throw new ParleyError(error.code, error.detail)
      if (used) throw new ParleyError('media-device-in-call')
      let loudest = silent
      const listen = (level: number): void => {
        loudest = Math.max(loudest, level)
      }
      listening.add(listen)
      measure()
      try {
        await playTone({ world, port, endpoint: { kind: 'device', card: name }, durationMs, signal })
      } finally {
        listening.delete(listen)
        measure()
      }
      return { microphone, speaker, heard: loudest }
    },
    look: () => card?.choose(wanted()),
    released: (application) => {
      if (shown.delete(application)) measure()
    },
    close: () => {
      isClosed = true
      card?.close()
    },
  }
}

function refuseUnknown({ devices: all, error }: SoundCard, kind: 'input' | 'output', wanted: string | undefined): void {
  if (wanted === undefined || wanted === 'default' || (error && error.code !== 'media-no-device')) return
  const isThere = all.some(({ device, name, kind: its }) => its === kind && (device === wanted || name === wanted))
  if (!isThere) throw new ParleyError('media-device-unknown', wanted)
}

function shownAs({ devices: all, microphone, speaker, used, echoCancel, error, warning }: CardState): SoundCard {
  return {
    is: error ? 'failed' : 'ready',
    devices: all.map((each) => ({ ...each })),
    ...(microphone === undefined ? {} : { microphone }),
    ...(speaker === undefined ? {} : { speaker }),
    used,
    echoCancel,
    ...(error ? { error: errorValue(error.code, error.detail) } : {}),
    ...(warning ? { warning: errorValue(warning.code, warning.detail) } : {}),
  }
}

const unasked: SoundCard = { is: 'unasked', devices: [], used: false, echoCancel: 'off' }
const silent = -100
const lookMs = 8000
