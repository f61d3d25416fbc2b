// The ring tone.
import { type ReadonlySignal, type Signal, signal } from '@preact/signals'

/** none; first: nobody is on the line; further: a call is up, so only a short tone now and then. */
export type Ringing = 'none' | 'first' | 'further'

export interface Ring {
  ring(what: Ringing): void
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
  let wanted: Ringing = 'none'
  let playing: { readonly what: Ringing; readonly stop: () => void } | undefined
  const play = (): void => {
    const what = rings.value ? wanted : 'none'
    if (playing?.what === what) return
    playing?.stop()
    playing = what === 'none' ? undefined : { what, stop: loop(context, tones[what]) }
  }
  const wake = (): void => void context.resume()
  const changed = (): void => {
    isSilent.value = context.state !== 'running'
  }
  context.addEventListener('statechange', changed)
  for (const name of gestures) document.addEventListener(name, wake, { capture: true })
  const unfollow = rings.subscribe((on) => {
    localStorage.setItem(place, on ? 'on' : 'off')
    play()
  })
  return {
    ring: (what) => {
      wanted = what
      play()
    },
    rings,
    isSilent,
    close: () => {
      unfollow()
      playing?.stop()
      for (const name of gestures) document.removeEventListener(name, wake, { capture: true })
      context.removeEventListener('statechange', changed)
      void context.close()
    },
  }
}

interface Tone {
  readonly hertz: readonly number[]
  /** Seconds from the loop's beginning at which it sounds, and for how long. */
  readonly bursts: readonly (readonly [at: number, lasts: number])[]
  readonly everyS: number
  /** 0 to 1. */
  readonly loudness: number
}

/** Plays it until stopped. The pauses are part of the buffer: no timer has to come in time. */
function loop(context: AudioContext, { hertz, bursts, everyS, loudness }: Tone): () => void {
  const rate = context.sampleRate
  const buffer = context.createBuffer(1, Math.round(everyS * rate), rate)
  const samples = buffer.getChannelData(0)
  for (const [at, lasts] of bursts) {
    const count = Math.round(lasts * rate)
    for (let n = 0; n < count; n++) {
      const edge = Math.min(1, n / (rampS * rate), (count - n) / (rampS * rate))
      const wave = hertz.reduce((sum, each) => sum + Math.sin((2 * Math.PI * each * n) / rate), 0) / hertz.length
      samples[Math.round(at * rate) + n] = loudness * edge * wave
    }
  }
  const source = context.createBufferSource()
  source.buffer = buffer
  source.loop = true
  source.connect(context.destination)
  source.start()
  return () => {
    source.stop()
    source.disconnect()
  }
}

const tones: Readonly<Record<'first' | 'further', Tone>> = {
  first: {
    hertz: [523.25, 659.25],
    bursts: [
      [0, 0.35],
      [0.5, 0.35],
      [1, 0.7],
    ],
    everyS: 3.5,
    loudness: 0.3,
  },
  further: {
    hertz: [440],
    bursts: [
      [0, 0.2],
      [0.4, 0.2],
    ],
    everyS: 6,
    loudness: 0.1,
  },
}
/** Beginnings and ends without a click. */
const rampS = 0.02
const gestures = ['pointerdown', 'keydown'] as const
const place = 'parley-ring'
