// The person's end of a leg or of a room: a file, an application's stream, a page, or nobody.
import type { Endpoint, LegEvent } from '../../services/media/port.ts'
import type { BrowserSound } from './browser-sound.ts'
import { Finishing } from './finishing.ts'
import { Player, Recorder, StreamSound } from './sound.ts'

export interface EndpointSoundParts {
  readonly tell: (event: LegEvent) => void
  /** The sound of a page that is joined. */
  readonly browser: (name: string) => BrowserSound | undefined
}

export class EndpointSound {
  readonly #browsers: EndpointSoundParts['browser']
  /** Whose call it is: changes when another leg of a room takes it over. */
  tell: EndpointSoundParts['tell']
  #player: Player | undefined
  #recorder: Recorder | undefined
  readonly #finishing = new Finishing()
  #stream: StreamSound | undefined
  #browser: BrowserSound | undefined

  constructor({ tell, browser }: EndpointSoundParts) {
    this.tell = tell
    this.#browsers = browser
  }

  /** Whether somebody speaks or listens here. */
  get isUsed(): boolean {
    return (this.#player ?? this.#recorder ?? this.#stream ?? this.#browser) !== undefined
  }

  attach(endpoint: Endpoint): void {
    this.#player = undefined
    this.#stream = undefined
    this.#browser?.leave(this)
    this.#browser = undefined
    const record = endpoint.kind === 'file' ? endpoint.record : undefined
    // The same file goes on: what was heard before the answer belongs to the recording.
    if (this.#recorder?.path !== record) {
      this.#endRecording()
      if (record !== undefined) this.#recorder = new Recorder(record)
    }
    if (endpoint.kind === 'file' && endpoint.play !== undefined) {
      const player = new Player()
      this.#player = player
      player
        .load(endpoint.play)
        .catch((error: Error) =>
          this.tell({ type: 'endpoint-failed', code: 'media-file-unreadable', detail: error.message }),
        )
    }
    if (endpoint.kind === 'browser') {
      this.#browser = this.#browsers(endpoint.browser)
      this.#browser?.join(this)
      if (!this.#browser) this.tell({ type: 'endpoint-failed', code: 'media-handle-unknown', detail: endpoint.browser })
    }
    if (endpoint.kind === 'stream')
      this.#stream = new StreamSound(endpoint.sampleRate, (samples) => this.tell({ type: 'frame', samples }))
  }

  write(samples: Int16Array): void {
    this.#stream?.take(samples)
  }

  /** The next 20 ms of what the person says, where they say something: the frame stays as it is else. */
  pull(frame: Int16Array): void {
    if (this.#player?.pull(frame)) this.tell({ type: 'played' })
    this.#stream?.pull(frame)
    this.#browser?.pull(this, frame)
  }

  push(heard: Int16Array): void {
    this.#recorder?.push(heard)
    this.#stream?.push(heard)
    this.#browser?.push(this, heard)
  }

  /** A page's time goes on while nothing is played to it; a file and a stream have only what is played. */
  pushNothing(silence: Int16Array): void {
    this.#browser?.push(this, silence)
  }

  /** Nobody is here any more; a recording is finished. */
  async close(): Promise<void> {
    this.#player = undefined
    this.#stream = undefined
    this.#browser?.leave(this)
    this.#browser = undefined
    this.#endRecording()
    await this.#finishing.whole()
  }

  #endRecording(): void {
    const recorder = this.#recorder
    this.#recorder = undefined
    if (recorder) this.#finishing.end(recorder, (event) => this.tell(event))
  }
}
