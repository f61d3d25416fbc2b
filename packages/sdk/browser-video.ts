// A page's camera, and the pictures of the other side, on the connection that carries its sound. For pages only.
import type { SoundDevice } from './browser-sound.ts'

export interface Video {
  /** What the other side shows, for a video element's srcObject. Nothing comes in it while no call has video. */
  readonly remote: MediaStream
  /** This side's own camera, while it is on. */
  readonly camera: MediaStream | undefined
  /**
   * Turns the camera on, or takes that other one, by its id of `cameras`. A call's side sees it when the call has video that sends
   * (`calls.addVideo`, or dialled or answered with it). Rejects with the browser's own error where the camera cannot be had.
   */
  startCamera(id?: string): Promise<MediaStream>
  /** Turns it off, with its light. */
  stopCamera(): void
}

/** What can be chosen now. Labels are there once the page may use a camera. */
export async function cameras(): Promise<SoundDevice[]> {
  const all = await navigator.mediaDevices.enumerateDevices()
  return all.filter(({ kind }) => kind === 'videoinput').map(({ deviceId, label }) => ({ id: deviceId, label }))
}

export interface VideoParts {
  readonly peer: RTCPeerConnection
  /** Nothing is turned on any more. */
  readonly over: AbortSignal
  /** The camera was unplugged or taken away. */
  readonly lost: () => void
}

/** To be called before the offer is made, after the sound was added to it. */
export function addVideo({ peer, over, lost }: VideoParts): Video & {
  /** What the core wants the camera in. */
  use(codec: string | undefined): Promise<void>
} {
  const remote = new MediaStream()
  const { sender, receiver } = wanted(peer.addTransceiver('video', { direction: 'sendrecv' }))
  remote.addTrack(receiver.track)
  let camera: MediaStream | undefined
  let inUse: string | undefined
  const stop = (): void => {
    for (const track of camera?.getTracks() ?? []) track.stop()
    camera = undefined
  }
  over.addEventListener('abort', stop)
  return {
    remote,
    get camera() {
      return camera
    },
    startCamera: async (id) => {
      const next = await navigator.mediaDevices.getUserMedia({
        video: { ...size, ...(id === undefined ? {} : { deviceId: { exact: id } }) },
      })
      const [track] = next.getVideoTracks() as [MediaStreamTrack]
      try {
        over.throwIfAborted()
        await sender.replaceTrack(track)
        over.throwIfAborted()
      } catch (error) {
        track.stop()
        throw error
      }
      stop()
      camera = next
      track.addEventListener('ended', () => {
        if (camera !== next) return
        stop()
        lost()
      })
      return next
    },
    stopCamera: () => {
      stop()
      if (!over.aborted) void sender.replaceTrack(null)
    },
    use: async (codec) => {
      if (codec === undefined || codec === inUse) return
      inUse = codec
      const parameters = sender.getParameters()
      const negotiated = parameters.codecs.find(({ mimeType }) => mimeType.toUpperCase() === `VIDEO/${codec}`)
      const [encoding] = parameters.encodings
      // A browser that cannot change it sends the first of its list, VP8: in a call that speaks another it is not seen.
      if (!negotiated || !encoding) return
      Object.assign(encoding, { codec: negotiated })
      // What cannot be changed now is tried again with the next call.
      await sender.setParameters(parameters).catch(() => (inUse = undefined))
    },
  }
}

/** Of what browsers have, what calls speak. */
function wanted(transceiver: RTCRtpTransceiver): RTCRtpTransceiver {
  const all = RTCRtpReceiver.getCapabilities('video')?.codecs ?? []
  const known = ['video/vp8', 'video/h264'].flatMap((name) =>
    all.filter(({ mimeType }) => mimeType.toLowerCase() === name),
  )
  if (known.length > 0) transceiver.setCodecPreferences(known)
  return transceiver
}

/** H.264 of level 3.1 goes up to 720p; half of that is enough for a face. */
const size = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30, max: 30 } } as const
