// Streams: sound between an application and a call's leg, joined by a stream's id.
import type { Endpoint, Leg, LegEvent, MediaPort, PlayerEvent } from './port.ts'

export interface Streams {
  /** Gives sound of the application to the leg that the stream is joined to. */
  write(stream: string, samples: Int16Array): void
  open(stream: string, onFrame: (samples: Int16Array) => void): void
  /** The leg falls silent. */
  shut(stream: string): void
  /** The same port, whose legs know these streams. */
  readonly port: MediaPort
}

export function streams(inner: MediaPort): Streams {
  const open = new Map<
    string,
    { readonly onFrame: (samples: Int16Array) => void; leg?: Leg; readonly shut: Set<() => void> }
  >()
  const leave = (leg: Leg): void => {
    for (const stream of open.values()) if (stream.leg === leg) delete stream.leg
  }
  const openLeg: MediaPort['openLeg'] = async (localAddress, onEvent, how) => {
    let listening: string | undefined
    const route = (event: LegEvent): void => {
      if (event.type !== 'frame') onEvent(event)
      else if (listening !== undefined) open.get(listening)?.onFrame(event.samples)
    }
    const leg = await inner.openLeg(localAddress, route, how)
    return {
      ...leg,
      attach: (endpoint: Endpoint) => {
        leave(leg)
        listening = endpoint.kind === 'stream' ? endpoint.stream : undefined
        const stream = listening === undefined ? undefined : open.get(listening)
        if (stream) stream.leg = leg
        leg.attach(endpoint)
      },
      close: () => {
        leave(leg)
        return leg.close()
      },
    }
  }
  /** Whose stream is shut plays to nobody, and is told. */
  const openPlayer: MediaPort['openPlayer'] = (onEvent) => {
    let listening: string | undefined
    let isOver = false
    const route = (event: PlayerEvent): void => {
      if (isOver) return
      if (event.type === 'failed') isOver = true
      if (event.type !== 'frame') onEvent(event)
      else if (listening !== undefined) open.get(listening)?.onFrame(event.samples)
    }
    const shut = (): void => {
      route({ type: 'failed', code: 'media-handle-unknown', detail: listening ?? '' })
      player.attach({ kind: 'none' })
    }
    const leave = (): void => {
      if (listening !== undefined) open.get(listening)?.shut.delete(shut)
      listening = undefined
    }
    const player = inner.openPlayer(route)
    return {
      ...player,
      attach: (endpoint) => {
        leave()
        if (endpoint.kind === 'stream') {
          listening = endpoint.stream
          const stream = open.get(endpoint.stream)
          if (!stream) return shut()
          stream.shut.add(shut)
        }
        player.attach(endpoint)
      },
      close: () => {
        isOver = true
        leave()
        return player.close()
      },
    }
  }
  return {
    write: (stream, samples) => open.get(stream)?.leg?.write(samples),
    open: (stream, onFrame) => {
      open.set(stream, { onFrame, shut: new Set() })
    },
    shut: (stream) => {
      open.get(stream)?.leg?.attach({ kind: 'none' })
      for (const tell of open.get(stream)?.shut ?? []) tell()
      open.delete(stream)
    },
    port: {
      openLeg,
      openPlayer,
      openBrowser: (...asked) => inner.openBrowser(...asked),
      closeBrowser: (browser) => inner.closeBrowser(browser),
      ...(inner.waysTried ? { waysTried: () => inner.waysTried?.() ?? Promise.resolve([]) } : {}),
      close: () => inner.close(),
    },
  }
}
