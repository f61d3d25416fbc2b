// The media thread: all legs, one beat.
import { getRandomValues } from 'node:crypto'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import type { Ask, PlayerAsk, Tell, VideoAsk } from './messages.ts'
import type { BrowserSound } from './browser-sound.ts'
import { bindAgain, bindPair, type PortPair } from './port-pair.ts'
import { PlayedSound } from './played-sound.ts'
import { Room } from './room.ts'
import { RtpLeg } from './rtp-leg.ts'
import { Schedule } from './schedule.ts'
import { VideoStream } from './video-stream.ts'

const legs = new Map<number, RtpLeg>()
const players = new Map<number, PlayedSound>()
/** By the leg that each is of. */
const videos = new Map<number, VideoStream>()
const rooms = new Map<string, Room>()
/** Legs whose ports are being bound. */
const opening = new Map<number, Promise<unknown>>()
const openingVideo = new Map<number, Promise<unknown>>()
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
  if (ask.is === 'open-video' || ask.is === 'connect-video' || ask.is === 'ask-picture') return takeVideo(ask)
  if (ask.is === 'open') return open(ask.leg, bindPair(ask.address, ask.ports, random32))
  if (ask.is === 'open-again') return open(ask.leg, bindAgain(ask.address, ask.port))
  // What is asked while the ports are bound waits for it.
  await opening.get(ask.leg)
  const leg = legs.get(ask.leg)
  if (!leg) {
    if ('id' in ask) tell({ is: 'figures', id: ask.id, statistics: undefined })
    return
  }
  switch (ask.is) {
    case 'connect':
      return leg.connect(ask)
    case 'attach':
      leg.attach(ask.endpoint)
      await openingVideo.get(ask.leg)
      return videos.get(ask.leg)?.attach(ask.endpoint)
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
      return tell({ is: 'figures', id: ask.id, statistics: leg.statistics() })
    case 'close': {
      legs.delete(ask.leg)
      schedule.remove(leg)
      join(leg, undefined)
      const now = performance.now()
      await closeVideo(ask.leg, now)
      return tell({ is: 'figures', id: ask.id, statistics: await leg.close(now) })
    }
  }
}

async function takeVideo(ask: VideoAsk): Promise<void> {
  if (ask.is === 'open-video') return openVideo(ask)
  await openingVideo.get(ask.leg)
  const video = videos.get(ask.leg)
  if (ask.is === 'connect-video') video?.connect(ask.video)
  else video?.askPicture()
}

async function openVideo({ leg, address, ports, port, endpoint }: VideoAsk & { is: 'open-video' }): Promise<void> {
  const binding = port === undefined ? bindPair(address, ports, random32) : bindAgain(address, port)
  openingVideo.set(
    leg,
    binding.catch(() => {}),
  )
  try {
    const pair = await binding
    const opened = new VideoStream({
      ...pair,
      random32,
      tell: (event) => tell({ is: 'event', leg, event }),
      page: (name) => browsers.get(name)?.video,
    })
    videos.set(leg, opened)
    schedule.add(opened)
    if (endpoint) opened.attach(endpoint)
    tell({ is: 'video-opened', leg, port: pair.rtp.address().port, rtcpPort: pair.rtcp.address().port })
  } catch (error) {
    tell({ is: 'video-unopened', leg, detail: (error as Error).message })
  } finally {
    openingVideo.delete(leg)
  }
}

async function closeVideo(leg: number, now: number): Promise<void> {
  await openingVideo.get(leg)
  const video = videos.get(leg)
  videos.delete(leg)
  if (!video) return
  schedule.remove(video)
  await video.close(now)
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

async function open(leg: number, binding: Promise<PortPair>): Promise<void> {
  opening.set(
    leg,
    binding.catch(() => {}),
  )
  try {
    const pair = await binding
    const opened = new RtpLeg({
      ...pair,
      id: leg,
      random32,
      tell: (event) => tell({ is: 'event', leg, event }),
      browser: (name) => browsers.get(name),
    })
    legs.set(leg, opened)
    schedule.add(opened)
    tell({ is: 'opened', leg, port: pair.rtp.address().port, rtcpPort: pair.rtcp.address().port })
  } catch (error) {
    tell({ is: 'unopened', leg, detail: (error as Error).message })
  } finally {
    opening.delete(leg)
  }
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
