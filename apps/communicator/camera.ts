// The page's camera: on only while a call shows it, and off with the last one that did.
import type { Call } from '@openparley/sdk/browser'
import { cameras, onDevicesChanged, type Sound, type SoundDevice } from '@openparley/sdk/browser-sound'
import { type ReadonlySignal, signal } from '@preact/signals'

export interface Camera {
  /** While it is on. */
  readonly picture: ReadonlySignal<MediaStream | undefined>
  readonly devices: ReadonlySignal<readonly SoundDevice[]>
  readonly chosen: ReadonlySignal<string | undefined>
  /** Rejects with the browser's error where it cannot be had. */
  start(line: Sound): Promise<void>
  stop(): void
  /** Takes another one, at once where it is on. */
  choose(id: string): Promise<void>
  /** The system or a person has taken it away, or the connection that it was on is over. */
  lost(): void
  close(): void
}

export function openCamera(calls: ReadonlySignal<readonly Call[]>, has: (call: string) => boolean): Camera {
  const picture = signal<MediaStream | undefined>(undefined)
  const devices = signal<readonly SoundDevice[]>([])
  const chosen = signal<string | undefined>(undefined)
  let line: Sound | undefined
  const look = (): void => {
    void cameras().then((found) => {
      devices.value = found
    })
  }
  const stop = (): void => {
    line?.video?.stopCamera()
    picture.value = undefined
  }
  const shown = (all: readonly Call[]): boolean => all.some((call) => has(call.id) && keepsCamera(call))
  let wasShown = false
  const unfollow = calls.subscribe((all) => {
    const isNow = shown(all)
    if (wasShown && !isNow) stop()
    wasShown = isNow
  })
  const unlisten = onDevicesChanged(look)
  return {
    picture,
    devices,
    chosen,
    start: async (on) => {
      line = on
      picture.value = await on.video?.startCamera(chosen.value)
      look()
    },
    stop,
    choose: async (id) => {
      if (picture.value) picture.value = await line?.video?.startCamera(id)
      chosen.value = id
    },
    lost: () => {
      picture.value = undefined
    },
    close: () => {
      unfollow()
      unlisten()
      stop()
    },
  }
}

/** On hold it stays on: the call goes on with it. */
function keepsCamera(call: Call): boolean {
  return isShown(call) || (call.video?.is === 'active' && call.video.direction === 'inactive')
}

/** Whether this side's picture goes out in it, or will when the other side agrees. */
export function isShown({ state, video }: Call): boolean {
  if (state === 'ended' || video === undefined) return false
  if (video.is === 'offered') return video.by === 'local'
  return video.is === 'active' && (video.direction === 'sendrecv' || video.direction === 'sendonly')
}
