// A page's microphone and speaker as the endpoint of calls: WebRTC to the core, devices, levels. For pages only.
import { addVideo, type Video } from './browser-video.ts'
import { problem } from './error.ts'
import type { Endpoint, Session } from './types.ts'

export { cameras, type Video } from './browser-video.ts'

export interface SoundOptions {
  /** The device to speak into, by its id of `soundDevices`; the system's own unless said. */
  readonly microphone?: string
  /** The device to hear with; the system's own unless said. */
  readonly speaker?: string
  /**
   * PCMU unless said: calls are G.711 for the present, and page and core are on one machine, so nothing is gained by
   * encoding twice. Opus where the page is to save bandwidth.
   */
  readonly codec?: 'PCMU' | 'opus'
  /** Whether calls may have video: no camera is turned on by it. */
  readonly video?: boolean
  /** The connection to the core is over and was not closed: open another and attach it to the calls. Told once. */
  readonly onLost?: () => void
  /**
   * The microphone was unplugged or taken away. The system's own one has taken its place (`true`), or there is none and
   * silence is said until another is chosen (`false`).
   */
  readonly onMicrophoneLost?: (replaced: boolean) => void
  /** The camera was unplugged or taken away: nothing is seen of this side until it is started again. */
  readonly onCameraLost?: () => void
}

export interface Sound {
  /** To dial, answer or attach with. */
  readonly endpoint: Endpoint
  /** Present where it was opened with video. */
  readonly video?: Video
  /** How loud it is now, each from 0 (silence) to 1. Cheap enough for every frame of a meter. */
  levels(): { readonly microphone: number; readonly speaker: number }
  /** Takes another device, in a call as well. Rejects with the browser's own error where it cannot be had. */
  chooseMicrophone(id: string): Promise<void>
  /** Rejects where the browser cannot choose (then the system's own is used). */
  chooseSpeaker(id: string): Promise<void>
  close(): Promise<void>
}

export interface SoundDevice {
  readonly id: string
  /** Empty before the page may use the microphone. */
  readonly label: string
}

export interface SoundDevices {
  readonly microphones: readonly SoundDevice[]
  readonly speakers: readonly SoundDevice[]
}

/**
 * Asks for the microphone and joins it, and a speaker, to the core. Rejects with the browser's error where the person or
 * the system refuses the microphone (`NotAllowedError`, `NotFoundError`), and with `media-browser-failed` where no
 * connection comes about.
 */
export async function openSound(session: Session, options: SoundOptions = {}): Promise<Sound> {
  let microphone = await microphoneOf(options.microphone)
  const peer = new RTCPeerConnection()
  const speaker = new Audio()
  const meters = new AudioContext()
  const meterOf = (stream: MediaStream): Meter => meter(meters, stream)
  let spoken = meterOf(microphone)
  let heard: Meter | undefined
  let browser: string | undefined
  const over = new AbortController()

  const stop = (): void => {
    over.abort()
    for (const touch of touches) removeEventListener(touch, resume, { capture: true })
    for (const track of microphone.getTracks()) track.stop()
    peer.close()
    speaker.srcObject = null
    void meters.close()
  }
  const lost = (): void => {
    if (over.signal.aborted) return
    stop()
    if (browser !== undefined) session.media.closeBrowser({ browser }).catch(() => undefined)
    options.onLost?.()
  }
  const resume = (): void => {
    void meters.resume()
    if (speaker.paused) speaker.play().catch(() => undefined)
  }
  try {
    const [track] = microphone.getAudioTracks()
    const transceiver = peer.addTransceiver(track as MediaStreamTrack, { direction: 'sendrecv' })
    prefer(transceiver, options.codec ?? 'PCMU')
    const { sender } = transceiver
    const video = options.video
      ? addVideo({ peer, over: over.signal, lost: () => options.onCameraLost?.() })
      : undefined
    peer.ontrack = ({ track: theirs }) => {
      if (theirs.kind !== 'audio') return
      const stream = new MediaStream([theirs])
      speaker.srcObject = stream
      heard = meterOf(stream)
      // Refused until the person has touched the page; then `resume` below starts it.
      speaker.play().catch(() => undefined)
    }
    if (options.speaker !== undefined) await chooseSpeaker(speaker, options.speaker)
    await peer.setLocalDescription()
    await gathered(peer)
    const joined = await session.media.openBrowser({ offer: peer.localDescription?.sdp ?? '' })
    browser = joined.browser
    await peer.setRemoteDescription({ type: 'answer', sdp: joined.answer })
    await connected(peer)
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === 'failed' || peer.connectionState === 'closed') lost()
    }
    // The core knows at once where the connection itself would tell after half a minute.
    void whileJoined(session, joined.browser, over.signal, (codec) => video?.use(codec)).then(lost)
    for (const touch of touches) addEventListener(touch, resume, { capture: true })
    resume()
    const speakInto = async (next: MediaStream): Promise<void> => {
      const [track] = next.getAudioTracks()
      try {
        await sender.replaceTrack(track as MediaStreamTrack)
        over.signal.throwIfAborted()
      } catch (error) {
        track?.stop()
        throw error
      }
      for (const old of microphone.getTracks()) old.stop()
      microphone = next
      spoken.end()
      spoken = meterOf(next)
      watchMicrophone()
    }
    // Stopping a track ourselves tells nothing: this is the system's doing.
    const watchMicrophone = (): void => {
      const gone = microphone
      gone.getAudioTracks()[0]?.addEventListener('ended', () => {
        if (over.signal.aborted || microphone !== gone) return
        microphoneOf(undefined)
          .then(speakInto)
          .then(
            () => options.onMicrophoneLost?.(true),
            () => options.onMicrophoneLost?.(false),
          )
      })
    }
    watchMicrophone()
    return {
      endpoint: { kind: 'browser', browser: joined.browser },
      ...(video ? { video } : {}),
      levels: () => ({ microphone: spoken.level(), speaker: heard?.level() ?? 0 }),
      chooseMicrophone: async (id) => speakInto(await microphoneOf(id)),
      chooseSpeaker: (id) => chooseSpeaker(speaker, id),
      close: async () => {
        stop()
        await session.media.closeBrowser({ browser: joined.browser })
      },
    }
  } catch (error) {
    stop()
    if (browser !== undefined) await session.media.closeBrowser({ browser }).catch(() => undefined)
    throw error
  }
}

/** Settles when the core no longer has the page's sound. `wants`: what it wants the camera in. */
async function whileJoined(
  session: Session,
  browser: string,
  signal: AbortSignal,
  wants: (codec: string | undefined) => Promise<void> | undefined,
): Promise<void> {
  try {
    for await (const seen of session.media.watch({ signal })) {
      if (seen.type === 'snapshot') {
        const own = seen.state.browsers.find((page) => page.browser === browser)
        if (!own) return
        await wants(own.video?.codec)
      } else if (seen.change.type === 'removed') {
        if (seen.change.browser === browser) return
      } else if (seen.change.browser.browser === browser) await wants(seen.change.browser.video?.codec)
    }
  } catch {
    // Without the core, or without the session, there is no sound.
  }
}

/** What can be chosen now. Ids and labels are there once the page may use the microphone. */
export async function soundDevices(): Promise<SoundDevices> {
  const all = await navigator.mediaDevices.enumerateDevices()
  const of = (kind: MediaDeviceKind): SoundDevice[] =>
    all.filter((device) => device.kind === kind).map(({ deviceId, label }) => ({ id: deviceId, label }))
  return { microphones: of('audioinput'), speakers: of('audiooutput') }
}

/** Tells when a device was plugged in or out. Returns what ends it. */
export function onDevicesChanged(listener: () => void): () => void {
  navigator.mediaDevices.addEventListener('devicechange', listener)
  return () => navigator.mediaDevices.removeEventListener('devicechange', listener)
}

/** The core speaks the first that it knows. */
function prefer(transceiver: RTCRtpTransceiver, codec: string): void {
  const all = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? []
  const isIt = ({ mimeType }: { readonly mimeType: string }): boolean =>
    mimeType.toLowerCase() === `audio/${codec.toLowerCase()}`
  transceiver.setCodecPreferences([...all.filter(isIt), ...all.filter((each) => !isIt(each))])
}

function microphoneOf(id: string | undefined): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(id === undefined ? {} : { deviceId: { exact: id } }),
    },
  })
}

async function chooseSpeaker(speaker: HTMLAudioElement, id: string): Promise<void> {
  if (!('setSinkId' in speaker)) throw new DOMException('this browser cannot choose a speaker', 'NotSupportedError')
  await speaker.setSinkId(id)
}

/** Candidates of this machine are there in some milliseconds; a silent network is not waited for. */
function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      if (peer.iceGatheringState !== 'complete') return
      clearTimeout(patience)
      resolve()
    }
    const patience = setTimeout(resolve, 1000)
    peer.onicegatheringstatechange = done
    done()
  })
}

function connected(peer: RTCPeerConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(problem('media-browser-failed', why))
    const patience = setTimeout(() => fail('no connection within 10 s'), 10_000)
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === 'connecting') return
      clearTimeout(patience)
      if (peer.connectionState === 'connected') resolve()
      else fail(`the connection is ${peer.connectionState}`)
    }
  })
}

/** A person's touch lets a page play. */
const touches = ['pointerdown', 'keydown'] as const

interface Meter {
  level(): number
  end(): void
}

function meter(context: AudioContext, stream: MediaStream): Meter {
  const analyser = context.createAnalyser()
  analyser.fftSize = 512
  const source = context.createMediaStreamSource(stream)
  source.connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  return {
    level: () => {
      analyser.getFloatTimeDomainData(samples)
      let sum = 0
      for (const sample of samples) sum += sample * sample
      // From −60 dB (0) to 0 dB (1).
      return Math.max(0, Math.min(1, 1 + Math.log10(sum / samples.length + 1e-12) / 6))
    },
    end: () => source.disconnect(),
  }
}
