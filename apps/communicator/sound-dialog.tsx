// Microphone, speaker, how loud both are, and whether calls ring here.
import type { SoundDevice } from '@openparley/sdk/browser-sound'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Dialog } from './kit.tsx'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import type { Voice } from './voice.ts'

export function SoundDialog({ page: { face, sound, voice } }: OfPage): JSX.Element {
  const { microphone, speaker } = voice.chosen.value
  const { microphones, speakers } = voice.devices.value
  return (
    <Dialog title={messages.sound.heading} open={face.soundOpen}>
      {voice.line.value ? (
        <>
          <Device
            which="microphone"
            devices={microphones}
            chosen={microphone}
            choose={(id) => voice.chooseMicrophone(id)}
            voice={voice}
          />
          <Device
            which="speaker"
            devices={speakers}
            chosen={speaker}
            choose={(id) => voice.chooseSpeaker(id)}
            voice={voice}
          />
        </>
      ) : (
        <p>{messages.sound.notYet}</p>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={sound.rings.value}
          onChange={({ currentTarget }) => {
            sound.rings.value = currentTarget.checked
          }}
        />
        {messages.sound.ring}
      </label>
    </Dialog>
  )
}

function Device({
  which,
  devices,
  chosen,
  choose,
  voice,
}: {
  readonly which: 'microphone' | 'speaker'
  readonly devices: readonly SoundDevice[]
  readonly chosen: string | undefined
  readonly choose: (id: string) => Promise<void>
  readonly voice: Voice
}): JSX.Element {
  return (
    <div class="device">
      <label for={which}>{messages.sound[which]}</label>
      <select
        id={which}
        value={chosen ?? 'default'}
        onChange={({ currentTarget }) => {
          const before = chosen ?? 'default'
          choose(currentTarget.value).catch(() => {
            currentTarget.value = before
          })
        }}
      >
        {devices.some(({ id }) => id === 'default') || <option value="default">{messages.sound.asSystem}</option>}
        {devices.map(({ id, label }) => (
          <option key={id} value={id}>
            {label || messages.sound.unnamed}
          </option>
        ))}
      </select>
      <Level which={which} voice={voice} />
    </div>
  )
}

/** Drawn past Preact: it changes with every frame. */
function Level({ which, voice }: { readonly which: 'microphone' | 'speaker'; readonly voice: Voice }): JSX.Element {
  const meter = useRef<HTMLMeterElement>(null)
  useEffect(() => {
    let frame = 0
    const draw = (): void => {
      if (meter.current) meter.current.value = voice.line.value?.levels()[which] ?? 0
      frame = requestAnimationFrame(draw)
    }
    draw()
    return () => cancelAnimationFrame(frame)
  }, [which, voice])
  return <meter ref={meter} min={0} max={1} aria-label={`${messages.sound[which]}: ${messages.sound.level}`} />
}
