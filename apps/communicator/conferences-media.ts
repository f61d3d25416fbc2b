// A page's sound and pictures in a web conference: WebRTC between the browser and the server of the conference, described by way of the core.
import type { ConferencesChange, Session } from '@openparley/sdk/browser'
import { type ReadonlySignal, signal } from '@preact/signals'

/** What a member shows. */
export interface Shown {
  readonly connection: string
  readonly member: string
  readonly what: 'camera' | 'screen'
  readonly stream: MediaStream
}

type Offered = Extract<ConferencesChange, { type: 'offered' }>

export interface ConferenceMedia {
  readonly others: ReadonlySignal<readonly Shown[]>
  /** The person's own camera, and their screen, while they are shown. */
  readonly camera: ReadonlySignal<MediaStream | undefined>
  readonly screen: ReadonlySignal<MediaStream | undefined>
  readonly muted: ReadonlySignal<boolean>
  /** Whether there is a microphone to be heard by. */
  readonly hasMicrophone: ReadonlySignal<boolean>
  /** Once the person is in it: their microphone is heard there. */
  begin(): Promise<void>
  offered(change: Offered): Promise<void>
  withdrawn(connection: string): void
  mute(muted: boolean): Promise<void>
  /** Rejects with the browser's error where there is no camera, or it is refused. */
  showCamera(on: boolean): Promise<void>
  showScreen(on: boolean): Promise<void>
  close(): void
}

export function openConferenceMedia(
  { conferences }: Session,
  conference: string,
  devices: { readonly microphone?: string },
): ConferenceMedia {
  const others = signal<readonly Shown[]>([])
  const camera = signal<MediaStream | undefined>(undefined)
  const screen = signal<MediaStream | undefined>(undefined)
  const muted = signal(false)
  const hasMicrophone = signal(true)
  const receiving = new Map<string, RTCPeerConnection>()
  let isClosed = false
  let microphone: MediaStream | undefined
  let own: RTCPeerConnection | undefined
  let picture: RTCRtpSender | undefined
  let sharing: { readonly peer: RTCPeerConnection; readonly connection: string } | undefined

  const publish = async (peer: RTCPeerConnection, what: 'camera' | 'screen'): Promise<string> => {
    await peer.setLocalDescription()
    await gathered(peer)
    const { connection, answer } = await conferences.publish({
      conference,
      what,
      offer: peer.localDescription?.sdp ?? '',
    })
    await peer.setRemoteDescription({ type: 'answer', sdp: answer })
    return connection
  }
  const stopScreen = async (): Promise<void> => {
    const was = sharing
    sharing = undefined
    for (const track of screen.value?.getTracks() ?? []) track.stop()
    screen.value = undefined
    was?.peer.close()
    if (was) await conferences.unpublish({ conference, connection: was.connection })
  }
  const tell = async (): Promise<void> => {
    await conferences.show({ conference, muted: muted.value, camera: camera.value !== undefined })
  }
  return {
    others,
    camera,
    screen,
    muted,
    hasMicrophone,
    begin: async () => {
      const exact = devices.microphone
      microphone = await navigator.mediaDevices
        .getUserMedia({ audio: exact === undefined || exact === 'default' ? {} : { deviceId: exact } })
        .catch(() => undefined)
      if (isClosed) return stop(microphone)
      const [sound] = microphone?.getAudioTracks() ?? []
      hasMicrophone.value = sound !== undefined
      own = new RTCPeerConnection()
      // A place for the camera is there from the start: showing it changes nothing that others must be told anew.
      own.addTransceiver(sound ?? 'audio', { direction: 'sendonly' })
      picture = own.addTransceiver('video', { direction: 'sendonly' }).sender
      muted.value = sound === undefined
      await tell()
      await publish(own, 'camera')
    },
    offered: async ({ connection, member, what, offer }) => {
      if (isClosed) return
      let peer = receiving.get(connection)
      if (!peer) {
        peer = new RTCPeerConnection()
        receiving.set(connection, peer)
        const stream = new MediaStream()
        peer.ontrack = ({ track }) => {
          stream.addTrack(track)
          others.value = [
            ...others.value.filter((each) => each.connection !== connection),
            { connection, member, what, stream },
          ]
        }
      }
      await peer.setRemoteDescription({ type: 'offer', sdp: offer })
      await peer.setLocalDescription()
      await gathered(peer)
      await conferences.answer({ conference, connection, answer: peer.localDescription?.sdp ?? '' })
    },
    withdrawn: (connection) => {
      receiving.get(connection)?.close()
      receiving.delete(connection)
      others.value = others.value.filter((each) => each.connection !== connection)
    },
    mute: async (is) => {
      for (const track of microphone?.getAudioTracks() ?? []) track.enabled = !is
      muted.value = is || !hasMicrophone.value
      await tell()
    },
    showCamera: async (on) => {
      stop(camera.value)
      camera.value = on ? await navigator.mediaDevices.getUserMedia({ video: { height: { ideal: 480 } } }) : undefined
      if (isClosed) return stop(camera.value)
      await picture?.replaceTrack(camera.value?.getVideoTracks()[0] ?? null)
      await tell()
    },
    showScreen: async (on) => {
      await stopScreen()
      if (!on) return
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false })
      const [track] = stream.getVideoTracks()
      if (!track || isClosed) return stop(stream)
      // The browser has a button of its own for it.
      track.onended = () => void stopScreen().catch(() => undefined)
      screen.value = stream
      const peer = new RTCPeerConnection()
      peer.addTransceiver(track, { direction: 'sendonly' })
      try {
        sharing = { peer, connection: await publish(peer, 'screen') }
      } catch (error) {
        peer.close()
        stop(stream)
        screen.value = undefined
        throw error
      }
    },
    close: () => {
      isClosed = true
      for (const stream of [microphone, camera.value, screen.value]) stop(stream)
      for (const peer of [own, sharing?.peer, ...receiving.values()]) peer?.close()
      receiving.clear()
      others.value = []
      camera.value = undefined
      screen.value = undefined
    },
  }
}

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

/** All candidates are in the description: it goes in one piece. Those that take longer are not waited for. */
async function gathered(peer: RTCPeerConnection): Promise<void> {
  if (peer.iceGatheringState === 'complete') return
  await new Promise<void>((resolve) => {
    const late = setTimeout(resolve, gatherMs)
    peer.addEventListener('icegatheringstatechange', () => {
      if (peer.iceGatheringState !== 'complete') return
      clearTimeout(late)
      resolve()
    })
  })
}

const gatherMs = 3000
