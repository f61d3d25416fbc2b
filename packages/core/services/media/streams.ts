// Streams: sound between an application and a call's leg, joined by a stream's id.
import type { Endpoint, Leg, LegEvent, MediaPort } from './port.ts'

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
  const open = new Map<string, { readonly onFrame: (samples: Int16Array) => void; leg?: Leg }>()
  const leave = (leg: Leg): void => {
    for (const stream of open.values()) if (stream.leg === leg) delete stream.leg
  }
  const openLeg: MediaPort['openLeg'] = async (localAddress, onEvent) => {
    let listening: string | undefined
    const route = (event: LegEvent): void => {
      if (event.type !== 'frame') onEvent(event)
      else if (listening !== undefined) open.get(listening)?.onFrame(event.samples)
    }
    const leg = await inner.openLeg(localAddress, route)
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
  return {
    write: (stream, samples) => open.get(stream)?.leg?.write(samples),
    open: (stream, onFrame) => {
      open.set(stream, { onFrame })
    },
    shut: (stream) => {
      open.get(stream)?.leg?.attach({ kind: 'none' })
      open.delete(stream)
    },
    port: {
      openLeg,
      openBrowser: (...asked) => inner.openBrowser(...asked),
      closeBrowser: (browser) => inner.closeBrowser(browser),
      close: () => inner.close(),
    },
  }
}
