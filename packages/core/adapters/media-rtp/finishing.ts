// Recordings that are ended and not yet whole: whoever ends the last of them waits for all.
import type { LegEvent } from '../../services/media/port.ts'

interface Recording {
  readonly path: string
  /** Rejects where it could not be written. */
  close(): Promise<void>
}

export class Finishing {
  #all: Promise<unknown> = Promise.resolve()

  /** It has no more sound. Who is told is asked when it is whole: a call may have been taken over meanwhile. */
  end(recording: Recording, tell: (event: LegEvent) => void): void {
    this.#all = Promise.all([this.#all, finish(recording, tell)])
  }

  async whole(): Promise<void> {
    await this.#all
  }
}

async function finish(recording: Recording, tell: (event: LegEvent) => void): Promise<void> {
  try {
    await recording.close()
    tell({ type: 'recorded', path: recording.path })
  } catch (error) {
    tell({ type: 'endpoint-failed', code: 'media-file-unwritable', detail: (error as Error).message })
  }
}
