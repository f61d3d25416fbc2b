// What messages say, written down by whoever can: one message after the other, each once.
import type { World } from '../../runtime/world.ts'
import type { Sounds } from './sounds.ts'
import type { TranscriptionPort } from './port.ts'

export interface TranscribingNeeds {
  /** Undefined: nobody writes them down. */
  readonly port: () => TranscriptionPort | undefined
  readonly sounds: Pick<Sounds, 'read'>
  /** There is a text now. */
  readonly told: (key: string) => void
}

export interface Transcribing {
  /** Has these written down, if they were not asked for before. */
  look(keys: readonly string[]): void
  textOf(key: string): string | undefined
  forget(key: string): void
  /** All others are gone. */
  keep(keys: Pick<ReadonlySet<string>, 'has'>): void
  close(): void
}

export function transcribing(world: World, { port, sounds, told }: TranscribingNeeds): Transcribing {
  const asked = new Set<string>()
  const texts = new Map<string, string>()
  const waiting: string[] = []
  const closed = new AbortController()
  let isRunning = false

  const soundOf = async (key: string, signal: AbortSignal): Promise<{ type: string; content: Uint8Array }> => {
    const pieces: Uint8Array[] = []
    let type = ''
    for (let from: number | undefined = 0; from !== undefined; ) {
      const piece = await sounds.read(key, from, mostPiece, signal)
      pieces.push(piece.content)
      type = piece.type
      from = piece.next
    }
    const content = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const piece of pieces) {
      content.set(piece, at)
      at += piece.length
    }
    return { type, content }
  }
  const write = async (key: string, by: TranscriptionPort): Promise<void> => {
    const late = new AbortController()
    const cancel = world.clock.at(world.clock.now() + mostMs, () => late.abort())
    const signal = AbortSignal.any([late.signal, closed.signal])
    const ended = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true })
    })
    try {
      const said = soundOf(key, signal).then((sound) => by.transcribe(sound, signal))
      // Code of others may never come to an end.
      const text = await Promise.race([said, ended])
      if (typeof text !== 'string' || text.trim() === '' || !asked.has(key)) return
      texts.set(key, text.trim().slice(0, mostText))
      told(key)
    } catch {
      // The message is there all the same, without a text: nobody waits for one.
    } finally {
      cancel()
    }
  }
  const run = async (): Promise<void> => {
    if (isRunning) return
    isRunning = true
    for (let key = waiting.shift(); key !== undefined && !closed.signal.aborted; key = waiting.shift()) {
      const by = port()
      if (by && asked.has(key)) await write(key, by)
    }
    isRunning = false
  }
  const forget = (key: string): void => {
    asked.delete(key)
    texts.delete(key)
  }
  return {
    look: (keys) => {
      if (!port()) return
      for (const key of keys) {
        if (asked.has(key) || asked.size >= most) continue
        asked.add(key)
        waiting.push(key)
      }
      void run()
    },
    textOf: (key) => texts.get(key),
    forget,
    keep: (keys) => {
      for (const key of asked) if (!keys.has(key)) forget(key)
    },
    close: () => closed.abort(),
  }
}

const mostMs = 60_000
const mostPiece = 500_000
const mostText = 20_000
const most = 1000
