// The page's microphone and speaker: opened for the first call, kept for the next ones, and taken back after a reload.
import type { Call, Endpoint } from '@openparley/sdk/browser'
import {
  onDevicesChanged,
  openSound,
  type Sound as Line,
  type SoundDevices,
  soundDevices,
} from '@openparley/sdk/browser-sound'
import { type ReadonlySignal, signal } from '@preact/signals'
import { type Camera, isShown, openCamera } from './camera.ts'
import type { Model } from './model.ts'

export interface Voice {
  /** Undefined before the first call. */
  readonly line: ReadonlySignal<Line | undefined>
  readonly devices: ReadonlySignal<SoundDevices>
  readonly chosen: ReadonlySignal<{ readonly microphone?: string; readonly speaker?: string }>
  /** Rejects where the microphone is refused, or no connection to the core comes about. */
  endpoint(): Promise<Endpoint>
  /** The call is this tab's: after a reload it comes back here. */
  keep(call: string): void
  has(call: string): boolean
  readonly camera: Camera
  /** Rejects as `endpoint`, and where the camera is refused. */
  startCamera(): Promise<void>
  chooseMicrophone(id: string): Promise<void>
  chooseSpeaker(id: string): Promise<void>
  close(): void
}

export function openVoice({ session, calls }: Model): Voice {
  const line = signal<Line | undefined>(undefined)
  const devices = signal<SoundDevices>({ microphones: [], speakers: [] })
  const chosen = signal<{ microphone?: string; speaker?: string }>(read('devices') ?? {})
  const kept = new Set<string>(read<string[]>('calls') ?? [])
  let opening: Promise<Line> | undefined

  const look = (): void => {
    void soundDevices().then((found) => {
      devices.value = found
    })
  }
  const open = async (): Promise<Line> => {
    try {
      const opened = await openSound(session, {
        ...chosen.value,
        video: true,
        onLost: lost,
        onCameraLost: () => camera.lost(),
      })
      line.value = opened
      look()
      return opened
    } catch (error) {
      opening = undefined
      throw error
    }
  }
  const endpoint = async (): Promise<Endpoint> => {
    opening ??= open()
    return (await opening).endpoint
  }
  /** Calls that are up and were this tab's go on with a new connection. */
  const takeBack = async (): Promise<void> => {
    const mine = calls.value.filter((call) => kept.has(call.id) && isUp(call))
    if (mine.length === 0) return
    const joined = await endpoint()
    for (const { id } of mine) await session.calls.attach({ call: id, endpoint: joined })
    if (mine.some(isShown) && line.value) await camera.start(line.value)
  }
  const camera = openCamera(calls, (call) => kept.has(call))
  const lost = (): void => {
    opening = undefined
    line.value = undefined
    camera.lost()
    void takeBack().catch(() => undefined)
  }
  const choose = (which: 'microphone' | 'speaker', id: string): void => {
    chosen.value = { ...chosen.value, [which]: id }
    write('devices', chosen.value)
  }
  // What was up when the page was left is known with the first snapshot.
  let waiting = kept.size > 0
  const unfollow = calls.subscribe((all) => {
    if (!waiting || all.length === 0) return
    waiting = false
    void takeBack().catch(() => undefined)
  })
  const unlisten = onDevicesChanged(look)
  return {
    line,
    devices,
    chosen,
    endpoint,
    camera,
    startCamera: async () => {
      await endpoint()
      if (line.value) await camera.start(line.value)
    },
    keep: (call) => {
      kept.add(call)
      // Ids are never used twice: the last ones are enough.
      write('calls', [...kept].slice(-8))
    },
    has: (call) => kept.has(call),
    chooseMicrophone: async (id) => {
      await line.value?.chooseMicrophone(id)
      choose('microphone', id)
    },
    chooseSpeaker: async (id) => {
      await line.value?.chooseSpeaker(id)
      choose('speaker', id)
    },
    close: () => {
      unfollow()
      unlisten()
      camera.close()
      void line.value?.close()
    },
  }
}

function isUp({ state, capabilities }: Call): boolean {
  return state === 'connected' && capabilities.includes('attach')
}

/** Of this tab alone: another tab has its own calls. */
function read<T>(name: string): T | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(`parley-${name}`) ?? 'null') as T | null) ?? undefined
  } catch {
    return undefined
  }
}

function write(name: string, value: unknown): void {
  sessionStorage.setItem(`parley-${name}`, JSON.stringify(value))
}
