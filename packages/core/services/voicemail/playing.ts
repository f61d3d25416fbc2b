// Messages that are being played: each is read from its beginning as it comes, and given to a player from the place on that is asked for.
import { type Endpoint as ContractEndpoint, errorValue, ParleyError, type Playback } from '@openparley/contract'
import type { Caller } from '../../runtime/service.ts'
import { newId, type World } from '../../runtime/world.ts'
import type { Endpoint, MediaPort, Player, PlayerEvent } from '../media/port.ts'
import type { Kept, SoundDecoder } from './port.ts'

export interface Playing {
  /** What is played now. */
  all(): Playback[]
  /** `message`: the id of what is kept, as it is shown. Rejects with the errors of `voicemail.play`. */
  play(
    kept: Pick<Kept, 'key' | 'secure' | 'lengthMs'>,
    asked: { readonly message: string; readonly endpoint: ContractEndpoint; readonly fromMs: number },
    caller: Caller,
  ): Promise<{ playback: string }>
  /** These throw `playback-unknown`, of what another application plays too. */
  seek(playback: string, toMs: number, caller: Caller): void
  pause(playback: string, paused: boolean, caller: Caller): void
  stop(playback: string, caller: Caller): Promise<void>
  /** An application has left: nothing is played for it any more. */
  released(application: string): void
  close(): void
}

export interface PlayingNeeds {
  readonly openPlayer: MediaPort['openPlayer']
  /** Throws the contract's media errors. */
  readonly resolve: (endpoint: ContractEndpoint, caller: Caller) => Promise<Endpoint>
  readonly decoder: () => SoundDecoder
  /** What there is of the message's sound from that byte on; waits for the first of it. */
  readonly read: (
    key: string,
    from: number,
    signal: AbortSignal,
  ) => Promise<{ readonly type: string; readonly content: Uint8Array; readonly next: number | undefined }>
  /** It was played to its end. */
  readonly heard: (key: string) => void
  /** What is played stands otherwise; one that has ended is not among `all` any more. */
  readonly told: (playback: Playback) => void
}

interface Open {
  shown: Playback
  readonly key: string
  readonly player: Player
  isPaused: boolean
  isDry: boolean
  /** Of what is read for the player now. */
  reading: AbortController
  /** There is room for more; or who waits for it. */
  wanted: boolean | (() => void)
}

export function playing(world: World, needs: PlayingNeeds): Playing {
  const open = new Map<string, Open>()

  const show = (one: Open, change: Partial<Playback>): void => {
    if (!open.has(one.shown.playback)) return
    const state = one.isPaused ? 'paused' : one.isDry ? 'loading' : 'playing'
    const next: Playback = { ...one.shown, state, ...change }
    const isSame = (Object.keys(next) as (keyof Playback)[]).every((name) => next[name] === one.shown[name])
    if (isSame) return
    one.shown = next
    needs.told(next)
  }
  const stopReading = (one: Open): void => {
    one.reading.abort()
    const { wanted } = one
    one.wanted = false
    if (typeof wanted === 'function') wanted()
  }
  /** The player is closed first: what it records is whole when the end is told. */
  const end = async (one: Open, error?: ParleyError): Promise<void> => {
    if (!open.delete(one.shown.playback)) return
    stopReading(one)
    await one.player.close()
    needs.told({
      ...one.shown,
      state: 'ended',
      ...(error ? { error: errorValue(error.code, error.detail, error.peer) } : {}),
    })
  }
  const on = (one: Open, event: PlayerEvent): void => {
    switch (event.type) {
      case 'wants': {
        const { wanted } = one
        one.wanted = true
        return typeof wanted === 'function' ? wanted() : undefined
      }
      case 'position':
        return show(one, { positionMs: event.positionMs })
      case 'dry':
        one.isDry = event.dry
        return show(one, {})
      case 'played':
        needs.heard(one.key)
        return void end(one)
      case 'failed':
        return void end(one, new ParleyError(event.code, event.detail))
      case 'frame':
        // It has gone to the stream.
        return
    }
  }
  const room = async (one: Open, signal: AbortSignal): Promise<void> => {
    if (one.wanted !== true) {
      const { promise, resolve } = Promise.withResolvers<void>()
      one.wanted = resolve
      await promise
    }
    signal.throwIfAborted()
    one.wanted = false
  }
  /** Reads the message from its beginning, as its format asks, and gives the player what is past that place. */
  const feed = async (one: Open, fromMs: number, signal: AbortSignal): Promise<void> => {
    const decoder = needs.decoder()
    let left = Math.round((fromMs * rate) / 1000)
    const give = async (samples: Int16Array): Promise<void> => {
      let at = Math.min(left, samples.length)
      left -= at
      for (; at < samples.length; at += mostAtOnce) {
        await room(one, signal)
        one.player.write(samples.slice(at, at + mostAtOnce))
      }
    }
    for (let from: number | undefined = 0; from !== undefined; ) {
      const { type, content, next } = await needs.read(one.key, from, signal)
      signal.throwIfAborted()
      await give(decode(type, () => decoder.push(content)))
      if (decoder.lengthMs !== undefined) show(one, { lengthMs: decoder.lengthMs })
      if (next === undefined) await give(decode(type, () => decoder.end()))
      from = next
    }
    signal.throwIfAborted()
    one.player.end()
  }
  const begin = (one: Open, fromMs: number): void => {
    one.reading = new AbortController()
    const { signal } = one.reading
    feed(one, fromMs, signal).catch((error: unknown) => {
      if (!signal.aborted) void end(one, error instanceof ParleyError ? error : new ParleyError('internal'))
    })
  }
  const find = (playback: string, { application }: Caller): Open => {
    const one = open.get(playback)
    if (one?.shown.application !== application) throw new ParleyError('playback-unknown', playback)
    return one
  }

  return {
    all: () => [...open.values()].map(({ shown }) => shown),
    play: async ({ key, secure, lengthMs }, { message, endpoint, fromMs }, caller) => {
      if (secure && endpoint.kind === 'file')
        throw new ParleyError('voicemail-sound-unusable', 'it is secure: it is not saved')
      if (open.size >= mostPlaybacks) throw new ParleyError('call-too-many', 'too many messages are played')
      const joined = await needs.resolve(endpoint, caller)
      const playback = newId(world, 'playback')
      const player = needs.openPlayer((event) => {
        if (open.get(playback) === one) on(one, event)
      })
      const one: Open = {
        key,
        player,
        isPaused: false,
        isDry: true,
        reading: new AbortController(),
        wanted: false,
        shown: {
          playback,
          message,
          application: caller.application,
          state: 'loading',
          positionMs: fromMs,
          ...(lengthMs === undefined ? {} : { lengthMs }),
        },
      }
      open.set(playback, one)
      needs.told(one.shown)
      player.attach(joined)
      if (fromMs > 0) player.seek(fromMs)
      begin(one, fromMs)
      return { playback }
    },
    seek: (playback, toMs, caller) => {
      const one = find(playback, caller)
      stopReading(one)
      one.isDry = true
      one.player.seek(toMs)
      show(one, { positionMs: toMs })
      begin(one, toMs)
    },
    pause: (playback, paused, caller) => {
      const one = find(playback, caller)
      one.isPaused = paused
      one.player.pause(paused)
      show(one, {})
    },
    stop: async (playback, { application }) => {
      const one = open.get(playback)
      if (one?.shown.application === application) await end(one)
    },
    released: (application) => {
      for (const one of open.values()) if (one.shown.application === application) void end(one)
    },
    close: () => {
      for (const one of open.values()) void end(one)
    },
  }
}

function decode(type: string, does: () => Int16Array): Int16Array {
  try {
    return does()
  } catch (error) {
    throw new ParleyError('voicemail-sound-unusable', `${type}: ${(error as Error).message}`)
  }
}

/** Of what a player takes. */
const rate = 8000
const mostAtOnce = 8000
const mostPlaybacks = 8
