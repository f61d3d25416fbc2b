// The media thread: all legs, one beat.
import { getRandomValues } from 'node:crypto'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import type { Statistics } from '@openparley/contract'
import type { LegEvent } from '../../services/media/port.ts'
import type { Ask, Gathering, PlayerAsk, Tell } from './messages.ts'
import type { BrowserSound } from './browser-sound.ts'
import { bindAgain, bindPair, type PortPair } from './port-pair.ts'
import { Ways } from './ways.ts'
import { PlayedSound } from './played-sound.ts'
import { Room } from './room.ts'
import { RtpLeg } from './rtp-leg.ts'
import { Schedule } from './schedule.ts'

const legs = new Map<number, RtpLeg>()
/** Of legs that look for ways. */
const ways = new Map<number, Ways>()
const players = new Map<number, PlayedSound>()
const rooms = new Map<string, Room>()
/** Legs whose ports are being bound. */
const opening = new Map<number, Promise<unknown>>()
const browsers = new Map<string, BrowserSound>()
/** Pages whose offer is being answered. */
const answering = new Map<string, AbortController>()
const word = new Uint32Array(1)

function random32(): number {
  getRandomValues(word)
  return word[0] as number
}

const schedule = new Schedule({
  now: () => performance.now(),
  after: (ms, wake) => {
    const timer = setTimeout(wake, ms)
    return () => clearTimeout(timer)
  },
})

// On Linux this is the priority of this thread alone. An ordinary user may not raise it; then the sound competes with
// everything else.
try {
  if (process.platform === 'linux') setPriority(-10)
} catch (error) {
  if ((error as { code?: string }).code !== 'ERR_SYSTEM_ERROR') throw error
}

async function take(ask: Ask): Promise<void> {
  if (ask.is === 'pacing') return tell({ is: 'pacing', id: ask.id, pacing: schedule.pacing })
  if (ask.is === 'open-browser') return openBrowser(ask.browser, ask.offer)
  if (ask.is === 'close-browser') return closeBrowser(ask.browser)
  if ('player' in ask) return takePlayer(ask)
  if (ask.is === 'open') return open(ask, bindPair(ask.address, ask.ports, random32), ask.gathering)
  if (ask.is === 'open-again') return open(ask, bindAgain(ask.address, ask.port), ask.gathering)
  // What is asked while the ports are bound waits for it.
  await opening.get(ask.leg)
  const leg = legs.get(ask.leg)
  if (!leg) {
    if (ask.is === 'gather') tell({ is: 'gathered', id: ask.id, found: undefined })
    else if ('id' in ask) tell({ is: 'figures', id: ask.id, statistics: undefined })
    return
  }
  switch (ask.is) {
    case 'connect': {
      const remote = ways.get(ask.leg)?.connect(ask.remote, ask.search) ?? ask.remote
      return leg.connect({ ...ask, remote })
    }
    case 'attach':
      return leg.attach(ask.endpoint)
    case 'mute':
      return leg.mute(ask.muted)
    case 'join':
      return join(leg, ask.room)
    case 'silence':
      return leg.silence(ask.silenced)
    case 'hold-with':
      return leg.holdWith(ask.sound)
    case 'held-tone':
      return leg.heldTone(ask.on)
    case 'tape':
      return leg.tape(ask.tape)
    case 'digits':
      return leg.digits(ask.digits, ask.durationMs)
    case 'write':
      return leg.write(ask.samples)
    case 'statistics':
      return tell({ is: 'figures', id: ask.id, statistics: withWay(leg.statistics(), ask.leg) })
    case 'gather':
      return tell({ is: 'gathered', id: ask.id, found: await ways.get(ask.leg)?.gatherAgain() })
    case 'close': {
      legs.delete(ask.leg)
      schedule.remove(leg)
      join(leg, undefined)
      const now = performance.now()
      const statistics = withWay(await leg.close(now), ask.leg)
      ways.delete(ask.leg)
      return tell({ is: 'figures', id: ask.id, statistics })
    }
  }
}

async function takePlayer(ask: PlayerAsk): Promise<void> {
  if (ask.is === 'open-player') {
    const opened = new PlayedSound({
      tell: (turn, event) => tell({ is: 'player', player: ask.player, turn, event }),
      browser: (name) => browsers.get(name),
    })
    players.set(ask.player, opened)
    return schedule.add(opened)
  }
  const player = players.get(ask.player)
  switch (ask.is) {
    case 'attach-player':
      return player?.attach(ask.endpoint)
    case 'write-player':
      return player?.write(ask.samples)
    case 'end-player':
      return player?.end()
    case 'pause-player':
      return player?.pause(ask.paused)
    case 'seek-player':
      return player?.seek(ask.positionMs, ask.turn)
    case 'close-player':
      players.delete(ask.player)
      if (player) schedule.remove(player)
      await player?.close()
      return tell({ is: 'player-closed', id: ask.id })
  }
}

function join(leg: RtpLeg, name: string | undefined): void {
  const before = leg.room
  const next = name === undefined ? undefined : (rooms.get(name) ?? new Room())
  if (before === next) return
  leg.join(next)
  if (next && name !== undefined && !rooms.has(name)) {
    rooms.set(name, next)
    schedule.add(next)
  }
  if (!before || before.size > 0) return
  schedule.remove(before)
  for (const [each, room] of rooms) if (room === before) rooms.delete(each)
}

async function open(
  { leg, address }: { readonly leg: number; readonly address: string },
  binding: Promise<PortPair>,
  gathering: Gathering | undefined,
): Promise<void> {
  const event = (each: LegEvent): void => tell({ is: 'event', leg, event: each })
  const looked = binding.then(async (pair) => {
    if (!gathering) return { pair, wires: pair, found: undefined }
    const own = new Ways(pair, event)
    ways.set(leg, own)
    return { pair, wires: own, found: await own.gather(gathering, address) }
  })
  opening.set(
    leg,
    looked.catch(() => {}),
  )
  try {
    const { pair, wires, found } = await looked
    const opened = new RtpLeg({
      rtp: wires.rtp,
      rtcp: wires.rtcp,
      id: leg,
      random32,
      tell: event,
      browser: (name) => browsers.get(name),
    })
    legs.set(leg, opened)
    schedule.add(opened)
    const [port, rtcpPort] = [pair.rtp.address().port, pair.rtcp.address().port]
    tell({ is: 'opened', leg, port, rtcpPort, ...(found ? { found } : {}) })
  } catch (error) {
    tell({ is: 'unopened', leg, detail: (error as Error).message })
  } finally {
    opening.delete(leg)
  }
}

function withWay(statistics: Statistics, leg: number): Statistics {
  const way = ways.get(leg)?.kinds
  return way === undefined ? statistics : { ...statistics, way }
}

/** WebRTC is loaded for the first page: most cores never see one. */
async function openBrowser(browser: string, offer: string): Promise<void> {
  const closing = new AbortController()
  answering.set(browser, closing)
  try {
    const { openBrowserSound } = await import('./browser-sound.ts')
    const { sound, answer } = await openBrowserSound(offer, random32, closing.signal, (state) => {
      if (state.is === 'over') browsers.delete(browser)
      tell({ is: 'browser-state', browser, state })
    })
    browsers.set(browser, sound)
    tell({ is: 'browser-open', browser, answer })
  } catch (error) {
    // The library throws words too.
    const detail = error instanceof Error ? error.message : String(error)
    tell({ is: 'browser-state', browser, state: { is: 'over', detail } })
  } finally {
    answering.delete(browser)
  }
}

function closeBrowser(browser: string): void {
  answering.get(browser)?.abort(new Error('it was closed'))
  browsers.get(browser)?.close()
  browsers.delete(browser)
}

function tell(message: Tell): void {
  parentPort?.postMessage(message)
}

parentPort?.on('message', (ask: Ask) => void take(ask))
