// The pictures of a call: theirs large, one's own small in its corner, and what can be done with them.
import type { Call } from '@openparley/sdk/browser'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { canOf, type OfCall, Round } from './call-card.tsx'
import { isShown } from './camera.ts'
import { messages } from './messages.ts'
import { callerOf } from './sayings.ts'

export function CallVideo({ page, call }: OfCall): JSX.Element | null {
  const { acts, voice } = page
  const { video: say } = messages
  const { video } = call
  const can = canOf(page, call)
  if (video === undefined || video.is === 'none' || call.state === 'ended') return null
  const name = callerOf(call)
  const own = voice.camera.picture.value
  const theirs = seesThem(call) ? voice.line.value?.video?.remote : undefined
  return (
    <section class="call-video" aria-label={say.heading}>
      {video.is === 'offered' && call.state === 'connected' && (
        <p role="status">{video.by === 'remote' ? say.asked(name) : say.asking(name)}</p>
      )}
      {(theirs || (own && isShown(call))) && (
        <div class="pictures">
          {theirs && <Picture stream={theirs} label={say.of(name)} kind="theirs" />}
          {own && isShown(call) && <Picture stream={own} label={say.own} kind={theirs ? 'own' : 'own alone'} />}
        </div>
      )}
      {video.is === 'active' && !theirs && <p class="faint">{say.unseen(name)}</p>}
      {call.state === 'connected' && (
        <div class="row acts further">
          {(can('addVideo') || can('pauseVideo')) && (
            <Round
              icon="camera"
              label={isShown(call) ? say.cameraOff : say.cameraOn}
              isOn={isShown(call)}
              press={() => acts.toggleCamera(call)}
            />
          )}
          {can('removeVideo') && (
            <Round
              icon="close"
              label={video.is === 'offered' && video.by === 'remote' ? say.refuse : say.end}
              press={() => acts.endVideo(call)}
            />
          )}
        </div>
      )}
      {own && isShown(call) && voice.camera.devices.value.length > 1 && <Cameras page={page} call={call} />}
    </section>
  )
}

function Cameras({ page: { acts, voice } }: OfCall): JSX.Element {
  return (
    <div class="device">
      <label for="camera">{messages.video.camera}</label>
      <select
        id="camera"
        value={voice.camera.chosen.value ?? voice.camera.devices.value[0]?.id}
        onChange={({ currentTarget }) => acts.chooseCamera(currentTarget.value)}
      >
        {voice.camera.devices.value.map(({ id, label }) => (
          <option key={id} value={id}>
            {label || messages.sound.unnamed}
          </option>
        ))}
      </select>
    </div>
  )
}

/** Its sound is that of the call. */
function Picture({
  stream,
  label,
  kind,
}: {
  readonly stream: MediaStream
  readonly label: string
  readonly kind: string
}): JSX.Element {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const { current } = video
    if (!current || current.srcObject === stream) return
    current.srcObject = stream
    // Refused until the person has touched the page: they have, to come here.
    current.play().catch(() => undefined)
  }, [stream])
  return <video ref={video} class={kind} autoPlay playsInline muted aria-label={label} />
}

function seesThem({ state, video, held }: Call): boolean {
  const isReceived = video?.is === 'active' && (video.direction === 'sendrecv' || video.direction === 'recvonly')
  return state !== 'ended' && held === 'no' && isReceived
}
