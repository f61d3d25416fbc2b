// The built-in media path: one thread for the legs of all sessions of a core, seen from the core's thread as media ports.
// When the thread is lost it is started again, and the legs go on at their ports.
import { randomBytes } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { ParleyError, type Statistics } from '@openparley/contract'
import { type SrtpProfileName, srtpProfiles } from '@openparley/protocols/rtp'
import type { BrowserState, Codec, Endpoint, Leg, LegEvent, MediaPort, WayServer } from '../../services/media/port.ts'
import { defaultsIn, newWays } from './helpers.ts'
import type { Ask, Connected, Found, Gathering, Pacing, Tell } from './messages.ts'
import { openPlayers } from './players.ts'

export interface MediaRtp {
  /** A session's media port. `ports`: the first and the last to use; zeros let the whole range be used. */
  port(ports: () => readonly [number, number], ways?: WaysParts): MediaPort
  /** How well the thread keeps time. */
  pacing(): Promise<Pacing>
  close(): Promise<void>
}

/** How ways are looked for, and who is told how the servers for that answer. */
export interface WaysParts {
  /** Undefined: no ways are looked for. */
  readonly gathering: (mostMs?: number) => Gathering | undefined
  readonly told: (helpers: readonly WayServer[]) => void
}

type Opened = Extract<Tell, { is: 'opened' }>

/** What a leg needs to be opened once more. */
interface OpenLeg {
  readonly address: string
  readonly port: number
  readonly onEvent: (event: LegEvent) => void
  readonly gathering: Gathering | undefined
  readonly told: WaysParts['told'] | undefined
  connected?: Connected
  endpoint?: Endpoint
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
  const opening = new Map<number, { opened(what: Opened): void; failed(error: ParleyError): void }>()
  const legs = new Map<number, OpenLeg>()
  const browsers = new Map<string, OpenBrowser>()
  const gathered = new Map<number, (found: Found | undefined) => void>()
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
        opening.get(tell.leg)?.opened(tell)
        opening.delete(tell.leg)
        return
      case 'unopened':
        // Of a leg that was to go on: its port has been taken meanwhile. It is silent from now on.
        legs.get(tell.leg)?.onEvent({ type: 'silent', forMs: 0 })
        opening.get(tell.leg)?.failed(new ParleyError('media-no-port', tell.detail))
        opening.delete(tell.leg)
        return
      case 'event':
        if (tell.event.type === 'way' && tell.event.helper) legs.get(tell.leg)?.told?.([tell.event.helper])
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
      case 'figures':
        answer(tell.id, tell.statistics)
        return
      case 'gathered':
        gathered.get(tell.id)?.(tell.found)
        gathered.delete(tell.id)
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
    for (const told of gathered.values()) told(undefined)
    gathered.clear()
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
  const goOn = (id: number, { address, port, gathering, connected, endpoint, stands, onEvent }: OpenLeg): void => {
    running().postMessage({ is: 'open-again', leg: id, address, port, gathering } satisfies Ask)
    for (const ask of stands.values()) post(ask)
    if (endpoint?.kind === 'file') {
      const code = endpoint.record === undefined ? 'media-file-unreadable' : 'media-file-unwritable'
      onEvent({ type: 'endpoint-failed', code, detail: 'media-worker-lost' })
    } else if (endpoint) post({ is: 'attach', leg: id, endpoint })
    if (connected) post({ is: 'connect', leg: id, ...connected })
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
    port: (ports, ways) => ({
      openLeg: (address, onEvent, how) => openLeg(ports(), address, onEvent, how?.withWays ? ways : undefined),
      waysTried: async () => {
        const gathering = ways?.gathering(lookMs)
        if (!gathering || gathering.helpers.length === 0) return []
        const address = gathering.helpers.every(({ host }) => host.includes(':')) ? '::' : '0.0.0.0'
        let tried: readonly WayServer[] = []
        const looking = { gathering: () => gathering, told: (helpers: readonly WayServer[]) => (tried = helpers) }
        const leg = await openLeg(ports(), address, () => {}, looking).catch(() => undefined)
        await leg?.close()
        ways?.told(tried)
        return tried
      },
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
    ways: WaysParts | undefined,
  ): Promise<Leg> {
    const id = ++count
    const worker = running()
    const gathering = ways?.gathering()
    const { port, rtcpPort, found } = await new Promise<Opened>((resolve, reject) => {
      opening.set(id, { opened: resolve, failed: reject })
      worker.postMessage({ is: 'open', leg: id, address, ports, gathering } satisfies Ask)
    })
    if (found) ways?.told(found.helpers)
    if (found && found.candidates.length === 0) {
      post({ is: 'close', leg: id, id: ++count })
      const failure = found.helpers.find(({ code }) => code !== undefined)
      throw new ParleyError(failure?.code ?? 'media-relay-unreachable', failure?.detail)
    }
    const leg: OpenLeg = { address, port, onEvent, gathering, told: ways?.told, stands: new Map() }
    legs.set(id, leg)
    let candidates = found?.candidates
    const local = { address, port, rtcpPort, ...(found && defaultsIn(found.candidates)) }
    let closing: Promise<Statistics> | undefined
    const stand = (what: Ask): void => {
      leg.stands.set(what.is, what)
      post(what)
    }
    return {
      id: `leg-${id}`,
      local: { ...local, codecs, direction: 'sendrecv', packetMs: 20, ...(found ? { rtcpMux: true } : {}) },
      newWays: () => candidates && newWays(candidates),
      renewWays: async () => {
        if (!thread || !legs.has(id)) return undefined
        const question = ++count
        const again = await new Promise<Found | undefined>((resolve) => {
          gathered.set(question, resolve)
          post({ is: 'gather', leg: id, id: question })
        })
        if (again) ways?.told(again.helpers)
        if (!again || again.candidates.length === 0) return undefined
        candidates = again.candidates
        return newWays(candidates)
      },
      newKeys: () =>
        suites.map((suite) => {
          const { keyBytes, saltBytes } = srtpProfiles[suite]
          return { suite, key: randomBytes(keyBytes + saltBytes).toString('base64') }
        }),
      connect: (remote, direction, protection, search) => {
        leg.connected = { remote, direction, protection, search }
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
/** A diagnosis waits longer than a call. */
const lookMs = 3000
const mostLosses = 3
const lossesWithinMs = 60_000
