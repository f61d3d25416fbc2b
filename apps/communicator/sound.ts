// The only place that touches sound: the page's microphone and speaker, opened for the first call.
import type { Endpoint, Session } from '@openparley/sdk/browser'
import { openSound, type Sound } from '@openparley/sdk/browser-sound'
import { signal, type Signal } from '@preact/signals'

/** Undefined before the first call, and after the connection is lost. */
export const sound: Signal<Sound | undefined> = signal(undefined)

let opening: Promise<Sound> | undefined

/** What a new call's sound is joined to. Rejects where the microphone is refused or no connection comes about. */
export async function endpoint(session: Session): Promise<Endpoint> {
  opening ??= open(session)
  return (await opening).endpoint
}

async function open(session: Session): Promise<Sound> {
  const lost = (): void => {
    opening = undefined
    sound.value = undefined
  }
  try {
    const opened = await openSound(session, { onLost: lost })
    sound.value = opened
    return opened
  } catch (error) {
    lost()
    throw error
  }
}
