// A tone that is played to an endpoint in no call, so that a person hears whether they hear.
import { ParleyError } from '@openparley/contract'
import type { World } from '../../runtime/world.ts'
import type { Endpoint, MediaPort } from './port.ts'

export interface ToneParts {
  readonly world: World
  readonly port: MediaPort
  readonly endpoint: Endpoint
  readonly durationMs: number
  readonly signal: AbortSignal
}

/** Resolves when it has been played, and what was on its way can have been heard. */
export async function playTone({ world, port, endpoint, durationMs, signal }: ToneParts): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const after = (ms: number, act: () => void): (() => void) => world.clock.at(world.clock.now() + ms, act)
  const cancelled = (): void => reject(new ParleyError('cancelled'))
  signal.addEventListener('abort', cancelled, { once: true })
  const cancelLate = after(durationMs + lateMs, () =>
    reject(new ParleyError('media-device-failed', 'the tone was not played')),
  )
  let at = 0
  const count = Math.round((durationMs * rate) / 1000)
  const player = port.openPlayer((event) => {
    if (event.type === 'failed') reject(new ParleyError(event.code, event.detail))
    else if (event.type === 'played') after(onItsWayMs, resolve)
    else if (event.type === 'wants') {
      const samples = Int16Array.from({ length: Math.min(rate, count - at) }, (_, i) =>
        Math.round(amplitude * Math.sin((2 * Math.PI * hertz * (at + i)) / rate)),
      )
      at += samples.length
      if (samples.length > 0) player.write(samples)
      if (at >= count) player.end()
    }
  })
  player.attach(endpoint)
  try {
    if (signal.aborted) cancelled()
    await promise
  } finally {
    cancelLate()
    signal.removeEventListener('abort', cancelled)
    await player.close()
  }
}

/** In the middle of what telephones carry, a quarter of the loudest. */
const hertz = 440
const amplitude = 8192
/** Of players. */
const rate = 8000
const onItsWayMs = 400
const lateMs = 10_000
