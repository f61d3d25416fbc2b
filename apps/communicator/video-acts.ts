// What is done with the video of calls: the camera is on before the other side is asked for it, and off where they do not want it.
import type { Call } from '@openparley/sdk/browser'
import type { Acting } from './acting.ts'

export interface VideoActs {
  /** This side's picture, or none for now. */
  toggleCamera(call: Call): void
  /** Goes on with sound alone, or refuses video. */
  endVideo(call: Call): void
  chooseCamera(id: string): void
}

export function openVideoActs({ session, once, can, voice }: Acting): VideoActs {
  const { calls } = session
  return {
    toggleCamera: (call) => {
      if (can(call, 'pauseVideo'))
        return once(`video ${call.id}`, async () => {
          await calls.pauseVideo({ call: call.id })
          voice.camera.stop()
        })
      if (!can(call, 'addVideo')) return
      once(`video ${call.id}`, async () => {
        await voice.startCamera()
        try {
          await calls.addVideo({ call: call.id })
        } catch (error) {
          voice.camera.stop()
          throw error
        }
      })
    },
    endVideo: (call) =>
      once(`video ${call.id}`, async () => {
        await calls.removeVideo({ call: call.id })
        voice.camera.stop()
      }),
    chooseCamera: (id) => once('camera', () => voice.camera.choose(id)),
  }
}
