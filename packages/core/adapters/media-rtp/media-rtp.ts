// The built-in media path: one thread for the legs of all sessions of a core, seen from the core's thread as media ports.
// When the thread is lost it is started again, and the legs go on at their ports.
import { randomBytes } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { ParleyError, type Statistics } from '@openparley/contract'
import { type SrtpProfileName, srtpProfiles } from '@openparley/protocols/rtp'
import type { BrowserState, Codec, Endpoint, Leg, LegEvent, MediaPort } from '../../services/media/port.ts'
import type { Ask, Connected, Pacing, Tell } from './messages.ts'
import { legVideo, type LegVideo } from './leg-video.ts'
import { openPlayers } from './players.ts'

export interface MediaRtp {
  /** A session's media port. `ports`: the first and the last to use; zeros let the whole range be used. */
  port(ports: () => readonly [number, number]): MediaPort
  /** How well the thread keeps time. */
  pacing(): Promise<Pacing>
  close(): Promise<void>
}

/** What a leg needs to be opened once more. */
interface OpenLeg {
  readonly address: string
  readonly port: number
  readonly onEvent: (event: LegEvent) => void
  connected?: Connected
  endpoint?: Endpoint
  readonly video: LegVideo
  /** What else was asked of it and stands, by its kind. */
  readonly stands: Map<Ask['is'], Ask>
}

interface OpenBrowser {
  joined(answer: string): void
  tell(state: BrowserState): void
  /** Whoever still waits for the answer waits no longer. */
  closed(): void
}

export function mediaRtp(): MediaRtp {
  let thread: Worker | undefined
  let count = 0
  /** When threads were lost, in this clock's milliseconds. */
  let losses: number[] = []
  const opening = new Map<number, { opened(port: number, rtcpPort: number): void; failed(error: ParleyError): void }>()
  const legs = new Map<number, OpenLeg>()
  const browsers = new Map<string, OpenBrowser>()
  const waiting = new Map<number, (answer: Statistics | Pacing | undefined) => void>()

  const running = (): Worker => {
    if (thread) return thread
    const started = new Worker(
      new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url),
    )
    thread = started
    started.on('message', heard)
    started.on('error', () => lost(started))
    started.on('exit', () => lost(started))
    return started
  }
  const heard = (tell: Tell): void => {
    switch (tell.is) {
      case 'opened':
        opening.get(tell.leg)?.opened(tell.port, tell.rtcpPort)
        opening.delete(tell.leg)
        return
      case 'unopened':
        // Of a leg that was to go on: its port has been taken meanwhile. It is silent from now on.
        legs.get(tell.leg)?.onEvent({ type: 'silent', forMs: 0 })
        opening.get(tell.leg)?.failed(new ParleyError('media-no-port', tell.detail))
        opening.delete(tell.leg)
        return
      case 'event':
        legs.get(tell.leg)?.onEvent(tell.event)
        return
      case 'browser-open':
        browsers.get(tell.browser)?.joined(tell.answer)
        return
      case 'browser-state': {
        const browser = browsers.get(tell.browser)
        if (tell.state.is === 'over') browsers.delete(tell.browser)
        browser?.tell(tell.state)
        if (tell.state.is === 'over') players.browserGone(tell.browser)
        return
      }
      case 'video-opened':
      case 'video-unopened':
        legs.get(tell.leg)?.video.told(tell)
        return
      case 'figures':
        answer(tell.id, tell.statistics)
        return
      case 'pacing':
        answer(tell.id, tell.pacing)
        return
      case 'player':
      case 'player-closed':
        players.told(tell)
    }
  }
  const answer = (id: number, value: Statistics | Pacing | undefined): void => {
    waiting.get(id)?.(value)
    waiting.delete(id)
  }
  const forget = (): void => {
    for (const { failed } of opening.values()) failed(new ParleyError('media-worker-lost'))
    opening.clear()
    const over = [...browsers.values()]
    browsers.clear()
    for (const { tell } of over) tell({ is: 'over', detail: 'media-worker-lost' })
    for (const id of [...waiting.keys()]) answer(id, undefined)
    for (const leg of legs.values()) leg.video.lost()
    players.lost()
  }
  const lost = (which: Worker): void => {
    if (thread !== which) return
    thread = undefined
    forget()
    const now = performance.now()
    losses = [...losses.filter((at) => now - at < lossesWithinMs), now]
    // What breaks it again and again must not keep the machine busy; the next call tries anew.
    const mayGoOn = losses.length <= mostLosses
    for (const [id, leg] of legs) {
      if (mayGoOn) goOn(id, leg)
      else leg.onEvent({ type: 'silent', forMs: 0 })
    }
  }
  /** A stream goes on; a file does not: where it was is lost with the thread, and a recording must not begin anew. */
  const goOn = (id: number, { address, port, connected, endpoint, stands, video, onEvent }: OpenLeg): void => {
    running().postMessage({ is: 'open-again', leg: id, address, port } satisfies Ask)
    for (const ask of stands.values()) post(ask)
    if (endpoint?.kind === 'file') {
      const code = endpoint.record === undefined ? 'media-file-unreadable' : 'media-file-unwritable'
      onEvent({ type: 'endpoint-failed', code, detail: 'media-worker-lost' })
    } else if (endpoint) post({ is: 'attach', leg: id, endpoint })
    if (connected) post({ is: 'connect', leg: id, ...connected })
    video.goOn()
  }
  const post = (ask: Ask): void => thread?.postMessage(ask)
  const players = openPlayers(
    (what) => {
      if (what.is === 'open-player') running()
      post(what)
      return thread !== undefined
    },
    () => ++count,
  )
  const ask = <T extends Statistics | Pacing>(make: (id: number) => Ask, otherwise: T): Promise<T> => {
    if (!thread) return Promise.resolve(otherwise)
    const id = ++count
    return new Promise((resolve) => {
      waiting.set(id, (value) => resolve((value as T | undefined) ?? otherwise))
      post(make(id))
    })
  }

  return {
    pacing: () => ask((id) => ({ is: 'pacing', id }), { frames: 0, lateOver2Ms: 0, lateOver20Ms: 0, maxLateMs: 0 }),
    port: (ports) => ({
      openLeg: (address, onEvent) => openLeg(ports(), address, onEvent),
      openPlayer: (onEvent) => players.open(++count, onEvent),
      openBrowser,
      closeBrowser: (browser) => {
        const open = browsers.get(browser)
        if (!open) return
        browsers.delete(browser)
        post({ is: 'close-browser', browser })
        open.closed()
        players.browserGone(browser)
      },
      close: async () => {},
    }),
    close: async () => {
      const worker = thread
      thread = undefined
      for (const { video } of legs.values()) video.lost()
      legs.clear()
      forget()
      await worker?.terminate()
    },
  }

  function openBrowser(browser: string, offer: string, onState: (state: BrowserState) => void): Promise<string> {
    running()
    return new Promise((resolve, reject) => {
      let told = (state: BrowserState): void => {
        if (state.is === 'over') reject(new ParleyError('media-browser-failed', state.detail))
      }
      browsers.set(browser, {
        joined: (answer) => {
          told = onState
          resolve(answer)
        },
        tell: (state) => told(state),
        closed: () => reject(new ParleyError('media-browser-failed', 'it was closed')),
      })
      post({ is: 'open-browser', browser, offer })
    })
  }

  async function openLeg(
    ports: readonly [number, number],
    address: string,
    onEvent: (event: LegEvent) => void,
  ): Promise<Leg> {
    const id = ++count
    const worker = running()
    const { port, rtcpPort } = await new Promise<{ port: number; rtcpPort: number }>((resolve, reject) => {
      opening.set(id, { opened: (port, rtcpPort) => resolve({ port, rtcpPort }), failed: reject })
      worker.postMessage({ is: 'open', leg: id, address, ports } satisfies Ask)
    })
    const video = legVideo({ leg: id, address, ports, post, endpoint: () => leg.endpoint })
    const leg: OpenLeg = { address, port, onEvent, video, stands: new Map() }
    legs.set(id, leg)
    let closing: Promise<Statistics> | undefined
    const stand = (what: Ask): void => {
      leg.stands.set(what.is, what)
      post(what)
    }
    return {
      id: `leg-${id}`,
      local: { address, port, rtcpPort, codecs, direction: 'sendrecv', packetMs: 20 },
      newKeys: () =>
        suites.map((suite) => {
          const { keyBytes, saltBytes } = srtpProfiles[suite]
          return { suite, key: randomBytes(keyBytes + saltBytes).toString('base64') }
        }),
      connect: (remote, direction, protection) => {
        leg.connected = { remote, direction, protection }
        post({ is: 'connect', leg: id, ...leg.connected })
      },
      attach: (endpoint) => {
        leg.endpoint = endpoint
        post({ is: 'attach', leg: id, endpoint })
      },
      mute: (muted) => stand({ is: 'mute', leg: id, muted }),
      join: (room) => stand({ is: 'join', leg: id, room }),
      silence: (silenced) => stand({ is: 'silence', leg: id, silenced }),
      holdWith: (sound) => stand({ is: 'hold-with', leg: id, sound }),
      heldTone: (on) => stand({ is: 'held-tone', leg: id, on }),
      // It does not go on after the thread was lost: a recording must not begin anew.
      tape: (tape) => post({ is: 'tape', leg: id, tape }),
      sendDigits: (digits, durationMs) => post({ is: 'digits', leg: id, digits, durationMs }),
      write: (samples) => post({ is: 'write', leg: id, samples }),
      openVideo: video.open,
      connectVideo: video.connect,
      askPicture: () => post({ is: 'ask-picture', leg: id }),
      statistics: () => closing ?? ask((question) => ({ is: 'statistics', leg: id, id: question }), nothing),
      close: () => {
        closing ??= ask((question) => ({ is: 'close', leg: id, id: question }), nothing).finally(() => legs.delete(id))
        return closing
      },
    }
  }
}

const codecs: readonly Codec[] = [
  { payloadType: 0, name: 'PCMU', clockRate: 8000 },
  { payloadType: 8, name: 'PCMA', clockRate: 8000 },
  { payloadType: 101, name: 'telephone-event', clockRate: 8000, parameters: '0-15' },
]

const suites = Object.keys(srtpProfiles) as SrtpProfileName[]
const nothing: Statistics = { packetsSent: 0, packetsReceived: 0, packetsLost: 0, packetsLate: 0, jitterMs: 0 }
const mostLosses = 3
const lossesWithinMs = 60_000
