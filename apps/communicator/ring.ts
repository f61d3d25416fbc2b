// What the page itself lets be heard: calls that ring, the ringback of calls that are dialled, and short signs.
import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { samplesOf, type ToneName, tones } from './cadences.ts'

export interface Ring {
  /** Rings so until it is told otherwise. */
  ring(tone: ToneName | undefined): void
  /** The same for who calls, whether or not calls ring here. */
  ringback(tone: ToneName | undefined): void
  /** A single time, where calls ring here. */
  sign(tone: ToneName): void
  /** Whether the person wants to hear calls come in; kept for the next time. */
  readonly rings: Signal<boolean>
  /** Browsers stay silent until the page was clicked or a key pressed on it. */
  readonly isSilent: ReadonlySignal<boolean>
  close(): void
}

export function openRing(): Ring {
  const context = new AudioContext()
  const isSilent = signal(context.state !== 'running')
  const rings = signal(localStorage.getItem(place) !== 'off')
  const [bell, back] = [line(context), line(context)]
  let wanted: ToneName | undefined
  const wake = (): void => void context.resume()
  const changed = (): void => {
    isSilent.value = context.state !== 'running'
  }
  context.addEventListener('statechange', changed)
  for (const name of gestures) document.addEventListener(name, wake, { capture: true })
  const unfollow = rings.subscribe((on) => {
    localStorage.setItem(place, on ? 'on' : 'off')
    bell.play(on ? wanted : undefined)
  })
  return {
    ring: (tone) => {
      wanted = tone
      bell.play(rings.value ? tone : undefined)
    },
    ringback: (tone) => back.play(tone),
    sign: (tone) => {
      if (rings.value && !isSilent.value) sound(context, tone)
    },
    rings,
    isSilent,
    close: () => {
      unfollow()
      bell.play(undefined)
      back.play(undefined)
      for (const name of gestures) document.removeEventListener(name, wake, { capture: true })
      context.removeEventListener('statechange', changed)
      void context.close()
    },
  }
}

/** One tone at a time. */
function line(context: AudioContext): { play(tone: ToneName | undefined): void } {
  let playing: { readonly tone: ToneName; readonly stop: () => void } | undefined
  return {
    play: (tone) => {
      if (playing?.tone === tone) return
      playing?.stop()
      playing = tone && { tone, stop: sound(context, tone) }
    },
  }
}

/** Sounds until it is over or stopped. */
function sound(context: AudioContext, name: ToneName): () => void {
  const samples = samplesOf(tones[name], context.sampleRate)
  const buffer = context.createBuffer(1, samples.length, context.sampleRate)
  buffer.copyToChannel(samples, 0)
  const source = context.createBufferSource()
  source.buffer = buffer
  source.loop = tones[name].repeats
  source.connect(context.destination)
  source.start()
  return () => {
    source.stop()
    source.disconnect()
  }
}

const gestures = ['pointerdown', 'keydown'] as const
const place = 'parley-ring'
