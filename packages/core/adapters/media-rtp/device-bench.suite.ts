// A sound server whose cards keep a time of their own, on a clock that stands until it is moved: for the tests of what is before it.
import { type VirtualClock, virtualClock } from '@openparley/testkit'
import type { CardEvent, DeviceChoice, DeviceError, SoundDevice } from '../../services/media/port.ts'
import { DeviceCard } from './device-card.ts'
import type { DeviceStream, Inventory, SoundServer, StreamAsk, StreamEvents } from './device-port.ts'

export const rate = 8000
export const frameSamples = 160

/** A stream that is open at the played server. */
export interface OpenStream {
  readonly ask: StreamAsk
  readonly events: StreamEvents
  /** Of a speaker: what it has played, in its own time, silence where nothing was there. */
  readonly played: number[]
  isOpen: boolean
  /** Samples that wait. */
  waiting: number[]
}

export interface PlayedServer extends SoundServer {
  readonly opened: OpenStream[]
  /** Those that are open now. */
  current(kind: 'input' | 'output'): OpenStream | undefined
  inventory(found: Partial<Inventory>): void
  fail(stream: OpenStream, error: DeviceError): void
}

export interface PlayedOptions {
  /** How much faster than the beat the cards are: 0.0002 are 200 parts in a million. */
  readonly faster?: number
  /** What a microphone hears: the sample at that place of its own time. */
  readonly says?: (at: number) => number
  /** How late a drop of the microphone comes, in milliseconds. */
  readonly lateMs?: () => number
}

/** Each stream starts 30 ms after it was opened; a microphone gives 20 ms at a time, a speaker takes 10 and holds 60. */
export function playedServer(clock: VirtualClock, options: PlayedOptions = {}): PlayedServer {
  const { faster = 0, says = () => 0, lateMs = () => 0 } = options
  const told = new Set<(found: Inventory) => void>()
  const waiting: (() => void)[] = []
  let last: Inventory = { devices: [], canCancelEcho: false }
  const opened: OpenStream[] = []
  let heardAt = 0
  const every = (stream: OpenStream, ms: number, act: () => void): void => {
    const again = (at: number): void => {
      clock.at(at, () => {
        if (!stream.isOpen) return
        act()
        again(at + ms / (1 + faster))
      })
    }
    again(clock.now() + startMs)
  }
  return {
    opened,
    current: (kind) => opened.find((each) => each.isOpen && each.ask.kind === kind),
    inventory: (found) => {
      last = { ...last, ...found }
      const before = waiting.splice(0)
      for (const tell of told) tell(last)
      for (const then of before) then()
    },
    fresh: (then) => void waiting.push(then),
    fail: (stream, error) => {
      stream.isOpen = false
      stream.events.ended(error)
    },
    watch: (tell) => {
      told.add(tell)
      tell(last)
      return () => told.delete(tell)
    },
    open: (ask, events): DeviceStream => {
      const stream: OpenStream = { ask, events, played: [], isOpen: true, waiting: [] }
      opened.push(stream)
      if (ask.kind === 'input')
        every(stream, 20, () => {
          const samples = Int16Array.from({ length: frameSamples }, () => says(heardAt++))
          const give = (): void => {
            if (!stream.isOpen) return
            events.started()
            events.sound(samples)
          }
          const late = lateMs()
          if (late === 0) give()
          else clock.at(clock.now() + late, give)
        })
      else {
        let hasStarted = false
        let ticks = 0
        every(stream, 10, () => {
          if (!hasStarted && stream.waiting.length < prebuffer) return
          if (!hasStarted) events.started()
          hasStarted = true
          const chunk = stream.waiting.splice(0, frameSamples / 2)
          if (chunk.length < frameSamples / 2) events.ranDry()
          for (let i = 0; i < frameSamples / 2; i++) stream.played.push(chunk[i] ?? 0)
          if (++ticks % 5 === 0) events.played((stream.played.length * 1000) / rate)
        })
      }
      return {
        write: (samples) => {
          stream.waiting.push(...samples)
          return true
        },
        end: () => {
          stream.isOpen = false
        },
      }
    },
  }
}

export interface Desk {
  readonly clock: VirtualClock
  readonly server: PlayedServer
  readonly card: DeviceCard
  readonly events: CardEvent[]
  readonly state: () => Extract<CardEvent, { type: 'state' }>['state']
  /** Beats for so long: each says a frame to the speaker and takes one of the microphone. What was taken. */
  beat(ms: number, say?: (at: number) => number): number[]
}

export function desk(choice: Partial<DeviceChoice> = {}, options: PlayedOptions = {}): Desk {
  const clock = virtualClock()
  const server = playedServer(clock, options)
  const events: CardEvent[] = []
  const card = new DeviceCard({
    server,
    clock,
    rate,
    frameSamples,
    choice: { microphone: ['default'], speaker: ['default'], echoCancel: 'off', ...choice },
    tell: (event) => events.push(event),
  })
  let said = 0
  const frame = new Int16Array(frameSamples)
  return {
    clock,
    server,
    card,
    events,
    state: () => {
      const last = events.findLast((each) => each.type === 'state')
      if (last?.type !== 'state') throw new Error('no state was told')
      return last.state
    },
    beat: (ms, say = () => 0) => {
      const heard: number[] = []
      for (let past = 0; past < ms; past += 20) {
        clock.pass(20)
        for (let i = 0; i < frameSamples; i++) frame[i] = say(said++)
        card.push(who, frame)
        frame.fill(0)
        card.pull(who, frame)
        heard.push(...frame)
      }
      return heard
    },
  }
}

/** Who is joined to the card in a desk's beats. */
export const who = {}

export function device(name: string, kind: 'input' | 'output', rest: Partial<SoundDevice> = {}): SoundDevice {
  return { device: name, name: `the ${name}`, kind, default: false, available: true, ...rest }
}

const startMs = 30
/** Samples. */
const prebuffer = 320
