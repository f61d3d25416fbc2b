// The sound of messages while it comes and for a while after: whoever reads is given what there is already, and it is fetched once.
import { ParleyError } from '@openparley/contract'
import type { VoicemailPort } from './port.ts'

export interface Piece {
  readonly type: string
  readonly content: Uint8Array
  /** The byte after it; undefined: it ends here. */
  readonly next: number | undefined
}

export interface Sounds {
  /** What there is from that byte on, at most so much; waits for the first of it. Rejects with what the port throws, or when aborted. */
  read(key: string, from: number, most: number, signal: AbortSignal): Promise<Piece>
  /** Of a message that is gone. */
  forget(key: string): void
  /** Ends what is on its way. */
  close(): void
}

interface Held {
  type: string | undefined
  readonly pieces: Uint8Array[]
  bytes: number
  isWhole: boolean
  readonly ends: AbortController
  readonly waiting: Set<() => void>
  error: unknown
}

export function sounds(port: () => VoicemailPort | undefined): Sounds {
  /** The one that was read last is last. */
  const held = new Map<string, Held>()
  const wake = (one: Held): void => {
    for (const go of [...one.waiting]) go()
  }
  const drop = (key: string, one: Held): void => {
    if (held.get(key) === one) held.delete(key)
    one.ends.abort()
    wake(one)
  }
  const makeRoom = (but: Held): void => {
    let bytes = [...held.values()].reduce((sum, each) => sum + each.bytes, 0)
    for (const [key, each] of held) {
      if (bytes <= mostBytes && held.size <= mostSounds) return
      if (each === but || each.waiting.size > 0) continue
      bytes -= each.bytes
      drop(key, each)
    }
  }
  const fetch = async (key: string, one: Held): Promise<void> => {
    try {
      const from = port()
      if (!from) throw new ParleyError('voicemail-unavailable')
      const { type, pieces } = await from.sound(key, one.ends.signal)
      one.type = type
      for await (const piece of pieces) {
        one.pieces.push(piece)
        one.bytes += piece.length
        if (one.bytes > mostBytes)
          throw new ParleyError('voicemail-sound-unusable', `more than ${mostBytes / 1_000_000} MB`)
        makeRoom(one)
        wake(one)
      }
      one.isWhole = true
      wake(one)
    } catch (error) {
      one.error = error
      drop(key, one)
    }
  }
  const begin = (key: string): Held => {
    const one: Held = {
      type: undefined,
      pieces: [],
      bytes: 0,
      isWhole: false,
      ends: new AbortController(),
      waiting: new Set(),
      error: undefined,
    }
    held.set(key, one)
    makeRoom(one)
    void fetch(key, one)
    return one
  }
  /** Resolves when there is more, or there will be no more. */
  const more = async (one: Held, signal: AbortSignal): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    one.waiting.add(resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
    one.waiting.delete(resolve)
  }
  return {
    read: async (key, from, most, signal) => {
      const one = held.get(key) ?? begin(key)
      held.delete(key)
      held.set(key, one)
      while (one.bytes <= from && !one.isWhole) {
        if (signal.aborted) throw new ParleyError('cancelled')
        if (one.error !== undefined) throw one.error
        if (one.ends.signal.aborted) throw new ParleyError('voicemail-unknown')
        await more(one, signal)
      }
      const content = slice(one.pieces, from, most)
      const next = from + content.length
      const isEnd = one.isWhole && next >= one.bytes
      return { type: one.type ?? 'application/octet-stream', content, next: isEnd ? undefined : next }
    },
    forget: (key) => {
      const one = held.get(key)
      if (one) drop(key, one)
    },
    close: () => {
      for (const [key, one] of held) drop(key, one)
    },
  }
}

function slice(pieces: readonly Uint8Array[], from: number, most: number): Uint8Array {
  const parts: Uint8Array[] = []
  let [at, taken] = [0, 0]
  for (const piece of pieces) {
    const part = piece.subarray(Math.max(0, from - at), Math.max(0, from - at) + most - taken)
    at += piece.length
    if (part.length > 0) parts.push(part)
    taken += part.length
    if (taken >= most) break
  }
  const whole = new Uint8Array(taken)
  let to = 0
  for (const part of parts) {
    whole.set(part, to)
    to += part.length
  }
  return whole
}

/** Of all that is held in one session: more than an hour of G.711. */
const mostBytes = 32_000_000
const mostSounds = 8
