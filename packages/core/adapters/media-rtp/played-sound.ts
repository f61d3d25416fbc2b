// Sound that is played in no call: a second or two wait here, and every beat plays 20 ms of them. Nothing is made per beat.
import type { Endpoint, PlayerEvent } from '../../services/media/port.ts'
import { EndpointSound, type EndpointSoundParts } from './endpoint-sound.ts'
import type { Beating } from './schedule.ts'
import { frameSamples } from './sound.ts'

export interface PlayedSoundParts {
  readonly tell: (turn: number, event: PlayerEvent) => void
  readonly browser: EndpointSoundParts['browser']
}

export class PlayedSound implements Beating {
  readonly #tell: PlayedSoundParts['tell']
  readonly #sound: EndpointSound
  readonly #ring: Int16Array = new Int16Array(second * 2)
  readonly #frame: Int16Array = new Int16Array(frameSamples)
  readonly #silence: Int16Array = new Int16Array(frameSamples)
  /** Where in the ring the next sample is, and how many there are. */
  #from = 0
  #waiting = 0
  /** In samples from the beginning. */
  #position = 0
  #toldAt = 0
  #turn = 0
  #paused = false
  #dry = true
  #asked = false
  #ended = false
  #played = false

  constructor({ tell, browser }: PlayedSoundParts) {
    this.#tell = tell
    this.#sound = new EndpointSound({
      browser,
      tell: (event) => {
        if (event.type === 'frame') this.#say(event)
        else if (event.type === 'endpoint-failed') {
          const { code, detail } = event
          this.#say({ type: 'failed', code: code === 'media-file-unreadable' ? 'media-file-unwritable' : code, detail })
        }
      },
    })
    this.#want()
  }

  attach(endpoint: Endpoint): void {
    const { kind } = endpoint
    this.#sound.attach(
      kind === 'file' ? { kind, ...(endpoint.record === undefined ? {} : { record: endpoint.record }) } : endpoint,
    )
  }

  write(samples: Int16Array): void {
    if (!this.#asked || this.#ended) return
    this.#asked = false
    const { length } = this.#ring
    const count = Math.min(samples.length, second)
    const at = (this.#from + this.#waiting) % length
    const first = Math.min(count, length - at)
    this.#ring.set(samples.subarray(0, first), at)
    this.#ring.set(samples.subarray(first, count), 0)
    this.#waiting += count
    this.#want()
  }

  end(): void {
    this.#ended = true
  }

  pause(paused: boolean): void {
    if (this.#paused === paused) return
    this.#paused = paused
    if (paused) this.#tellPosition()
  }

  seek(positionMs: number, turn: number): void {
    this.#turn = turn
    this.#position = Math.round((positionMs * second) / 1000)
    this.#toldAt = this.#position
    this.#from = 0
    this.#waiting = 0
    this.#dry = true
    this.#asked = false
    this.#ended = false
    this.#played = false
    this.#want()
  }

  close(): Promise<void> {
    return this.#sound.close()
  }

  beat(): number {
    if (this.#dry && !this.#played && (this.#ended || this.#waiting >= enoughToBegin)) this.#setDry(false)
    if (this.#paused || this.#dry || this.#played) this.#sound.pushNothing(this.#silence)
    else this.#play()
    return 0
  }

  #play(): void {
    const count = Math.min(frameSamples, this.#waiting)
    const { length } = this.#ring
    for (let i = 0; i < count; i++) this.#frame[i] = this.#ring[(this.#from + i) % length] as number
    this.#frame.fill(0, count)
    this.#from = (this.#from + count) % length
    this.#waiting -= count
    this.#position += count
    if (count > 0) this.#sound.push(this.#frame)
    if (this.#waiting === 0 && this.#ended) {
      this.#played = true
      this.#tellPosition()
      return this.#say({ type: 'played' })
    }
    if (this.#position - this.#toldAt >= second) this.#tellPosition()
    this.#want()
    if (this.#waiting === 0) this.#setDry(true)
  }

  #want(): void {
    if (this.#asked || this.#ended || this.#waiting > second) return
    this.#asked = true
    this.#say({ type: 'wants' })
  }

  #setDry(dry: boolean): void {
    this.#dry = dry
    if (dry) this.#tellPosition()
    this.#say({ type: 'dry', dry })
  }

  #tellPosition(): void {
    this.#toldAt = this.#position
    this.#say({ type: 'position', positionMs: Math.round((this.#position * 1000) / second) })
  }

  #say(event: PlayerEvent): void {
    this.#tell(this.#turn, event)
  }
}

/** Samples. */
const second = 8000
/** Sound that comes in drops is not played in drops: a fifth of a second. */
const enoughToBegin = 1600
