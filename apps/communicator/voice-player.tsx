// A voice message to be heard: played, paused, gone on with from any place of it, and seen as it sounds.
import { useSignal, useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from './icons.tsx'
import type { OfPage } from './page.ts'
import { duration } from './time.ts'
import { voicemailMessages } from './voicemail-messages.ts'
import type { VoiceMessage } from './voicemail-model.ts'
import { barsOf, pathOf } from './waveform.ts'

interface OfMessage extends OfPage {
  readonly message: VoiceMessage
}

export function VoicePlayer({ page, message }: OfMessage): JSX.Element {
  const { player } = voicemailMessages
  const { id } = message
  const audio = useRef<HTMLAudioElement>(null)
  const address = useSignal<string | undefined>(undefined)
  const shape = useSignal<string | undefined>(undefined)
  const isFailed = useSignal(false)
  const isPlaying = useSignal(false)
  const at = useSignal(0)
  const length = useSignal(message.lengthMs ?? 0)
  useEffect(() => {
    const leaving = new AbortController()
    let made: string | undefined
    void (async () => {
      const sound = await page.acts.soundOf(id, leaving.signal)
      if (leaving.signal.aborted) return
      if (!sound) {
        isFailed.value = true
        return
      }
      made = URL.createObjectURL(sound)
      address.value = made
      shape.value = await shapeOf(sound)
    })()
    return () => {
      leaving.abort()
      if (made !== undefined) URL.revokeObjectURL(made)
    }
  }, [id])
  useSignalEffect(() => {
    // Whoever is called hears that first.
    if (page.face.ringing.value.length > 0) audio.current?.pause()
  })
  if (isFailed.value) return <p class="bad">{player.failed}</p>
  const toggle = (): void => {
    const element = audio.current
    if (!element) return
    if (element.paused) void element.play().catch(() => undefined)
    else element.pause()
  }
  const words = player.at(duration(at.value), duration(length.value))
  return (
    <div class="player">
      <audio
        ref={audio}
        src={address.value}
        preload="auto"
        onPlay={() => (isPlaying.value = true)}
        onPause={() => (isPlaying.value = false)}
        onTimeUpdate={({ currentTarget }) => (at.value = currentTarget.currentTime * 1000)}
        onLoadedMetadata={({ currentTarget }) => {
          if (Number.isFinite(currentTarget.duration)) length.value = currentTarget.duration * 1000
        }}
        onEnded={() => {
          if (message.isNew) page.acts.markVoice(message, true)
        }}
        onError={() => {
          // Without an address there is nothing that could fail.
          if (address.value !== undefined) isFailed.value = true
        }}
      />
      <button
        type="button"
        class="primary square"
        aria-label={isPlaying.value ? player.pause : player.play}
        title={isPlaying.value ? player.pause : player.play}
        disabled={address.value === undefined}
        onClick={toggle}
      >
        <Icon name={isPlaying.value ? 'hold' : 'resume'} />
      </button>
      <div class="player-place">
        {shape.value === undefined ? (
          <p class="faint" role="status">
            {address.value === undefined ? player.loading : ''}
          </p>
        ) : (
          <Shape
            path={shape.value}
            label={player.loudness(duration(length.value))}
            share={length.value === 0 ? 0 : at.value / length.value}
          />
        )}
        <input
          type="range"
          min={0}
          max={Math.max(1, Math.ceil(length.value / 100) * 100)}
          step={100}
          value={at.value}
          aria-label={player.place}
          aria-valuetext={words}
          onKeyDown={(event) => {
            const by = { ArrowLeft: -stepMs, ArrowDown: -stepMs, ArrowRight: stepMs, ArrowUp: stepMs }[event.key]
            if (by === undefined || !audio.current) return
            event.preventDefault()
            audio.current.currentTime = Math.min(Math.max(0, at.value + by), length.value) / 1000
          }}
          onInput={({ currentTarget }) => {
            at.value = Number(currentTarget.value)
            if (audio.current) audio.current.currentTime = at.value / 1000
          }}
        />
        <p class="faint">{words}</p>
      </div>
    </div>
  )
}

function Shape({
  path,
  label,
  share,
}: {
  readonly path: string
  readonly label: string
  readonly share: number
}): JSX.Element {
  const heard = useId()
  return (
    <svg class="waveform" viewBox={`0 0 ${bars} 2`} preserveAspectRatio="none" role="img" aria-label={label}>
      <clipPath id={heard}>
        <rect x="0" y="0" width={bars * share} height="2" />
      </clipPath>
      <path d={path} />
      <path d={path} class="heard" clip-path={`url(#${heard})`} />
    </svg>
  )
}

/** Undefined where the browser cannot read it: it may play it all the same. */
async function shapeOf(sound: Blob): Promise<string | undefined> {
  try {
    const decoded = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(await sound.arrayBuffer())
    return pathOf(barsOf(decoded.getChannelData(0), bars))
  } catch {
    return undefined
  }
}

const bars = 100
/** So far an arrow goes. */
const stepMs = 2000
