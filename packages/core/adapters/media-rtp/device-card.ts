// A person's microphone and speaker: which devices they are now, and 20 ms of sound each way at every beat, whatever the card's own clock
// says. One for each session; joined to one call, room or player at a time, the last that took it, as a page is.
import { Concealer } from '@openparley/media'
import type { Clock } from '@openparley/protocols/common'
import type { CardEvent, CardState, DeviceChoice, DeviceError } from '../../services/media/port.ts'
import type { BrowserSound } from './browser-sound.ts'
import { chosenOf, lackingOf } from './device-choice.ts'
import { Drift } from './device-drift.ts'
import { Elastic } from './device-elastic.ts'
import { Lane } from './device-lane.ts'
import type { DeviceKind, Inventory, SoundServer } from './device-port.ts'

export interface DeviceCardParts {
  readonly server: SoundServer
  readonly clock: Clock
  /** Hz of the frames, and how many samples each has. */
  readonly rate: number
  readonly frameSamples: number
  readonly choice: DeviceChoice
  readonly tell: (event: CardEvent) => void
}

export class DeviceCard implements BrowserSound {
  readonly #parts: DeviceCardParts
  #choice: DeviceChoice
  #found: Inventory | undefined
  readonly #unwatch: () => void
  readonly #lanes: Readonly<Record<DeviceKind, Lane>>
  /** The sound server has moved a stream, and it is not known yet whether because the device is gone. */
  readonly #unsettled: Record<DeviceKind, boolean> = { input: false, output: false }
  /** Where the person has put a stream with the sound server’s own tools: it counts until they choose here, or it is gone. */
  readonly #placed: Record<DeviceKind, string | undefined> = { input: undefined, output: undefined }
  /** Which device each direction was told to be at. */
  readonly #told: Record<DeviceKind, string | undefined> = { input: undefined, output: undefined }
  #joined: object | undefined
  #isOn = false
  #cancelLinger: (() => void) | undefined
  #shown = ''
  #isClosed = false
  readonly #heard: Elastic
  readonly #said: Elastic
  readonly #toPlay: Int16Array
  readonly #heardDrift = new Drift(inputTargetMs)
  readonly #saidDrift = new Drift(outputTargetMs)
  readonly #concealer = new Concealer()
  #isFilling = true
  #levels = false
  #levelsAt = 0
  readonly #peaks: Record<DeviceKind, number> = { input: 0, output: 0 }

  constructor(parts: DeviceCardParts) {
    this.#parts = parts
    this.#choice = parts.choice
    const { server, clock, rate, frameSamples } = parts
    this.#heard = new Elastic(rate / 2)
    this.#said = new Elastic(rate / 2)
    this.#toPlay = new Int16Array(frameSamples + Math.ceil(frameSamples / 50) + 1)
    const changed = (): void => this.#look()
    const moved = (kind: DeviceKind) => (): void => this.#settle(kind)
    this.#lanes = {
      input: new Lane({
        kind: 'input',
        server,
        clock,
        rate,
        changed,
        moved: moved('input'),
        sound: (samples) => this.#take(samples),
      }),
      output: new Lane({
        kind: 'output',
        server,
        clock,
        rate,
        changed,
        moved: moved('output'),
        waits: (ms) => this.#waits(ms),
        ranDry: () => this.#ranDry(),
      }),
    }
    this.#unwatch = server.watch((found) => {
      this.#found = found
      this.#look()
    })
  }

  choose(choice: DeviceChoice): void {
    this.#choice = choice
    for (const kind of kinds) this.#placed[kind] = undefined
    this.#look()
  }

  levels(on: boolean): void {
    this.#levels = on
  }

  join(at: object): void {
    this.#joined = at
    this.#isOn = true
    this.#cancelLinger?.()
    this.#cancelLinger = undefined
    this.#look()
  }

  /** It stays open a while: at the answer of a call it is joined anew. */
  leave(at: object): void {
    if (this.#joined !== at) return
    this.#joined = undefined
    const { clock } = this.#parts
    this.#cancelLinger?.()
    this.#cancelLinger = clock.at(clock.now() + lingerMs, () => this.#rest())
    this.#look()
  }

  pull(at: object, frame: Int16Array): void {
    if (this.#joined !== at) return
    const { rate } = this.#parts
    const ms = (samples: number): number => (samples * 1000) / rate
    const heldMs = ms(this.#heard.held)
    const least = this.#isFilling ? this.#heardDrift.targetMs : 0
    if (heldMs < ms(frame.length) + least + marginMs) {
      if (!this.#isFilling) this.#heardDrift.ranDry()
      this.#isFilling = true
      this.#concealer.lost(frame)
      return
    }
    this.#isFilling = false
    if (heldMs > ms(frame.length) + this.#heardDrift.targetMs + mostOverMs) {
      this.#heard.skip(this.#heard.held - frame.length - (this.#heardDrift.targetMs * rate) / 1000)
      this.#heardDrift.leapt()
    }
    const count = this.#heard.take(frame, this.#heardDrift.speed)
    frame.fill(0, count)
    this.#concealer.good(frame)
    this.#heardDrift.waits(ms(this.#heard.held), 50)
  }

  push(at: object, frame: Int16Array): void {
    if (this.#joined !== at) return
    if (this.#levels) this.#measure('output', frame)
    this.#said.put(frame)
    const count = this.#said.take(this.#toPlay, this.#saidDrift.speed)
    this.#lanes.output.write(this.#toPlay.subarray(0, count))
    if (this.#levels) this.#tellLevels()
  }

  close(): void {
    this.#isClosed = true
    this.#joined = undefined
    this.#cancelLinger?.()
    this.#unwatch()
    for (const lane of Object.values(this.#lanes)) lane.end()
  }

  #rest(): void {
    this.#isOn = false
    this.#isFilling = true
    this.#heard.clear()
    this.#said.clear()
    this.#concealer.reset()
    for (const lane of Object.values(this.#lanes)) lane.end()
    this.#told.input = undefined
    this.#told.output = undefined
    for (const kind of kinds) this.#placed[kind] = undefined
    this.#look()
  }

  #take(samples: Int16Array): void {
    if (this.#levels) this.#measure('input', samples)
    this.#heard.put(samples)
  }

  /** It is silent now anyway: what is to wait from now on is given to it as silence. */
  #ranDry(): void {
    // Nobody says anything between two calls.
    if (!this.#joined) return
    this.#saidDrift.ranDry()
    const { rate } = this.#parts
    this.#lanes.output.write(new Int16Array(Math.round((this.#saidDrift.targetMs * rate) / 1000)))
  }

  /** What waits at the speaker is held where it is; much more than that is left out at once. */
  #waits(ms: number): void {
    const { targetMs } = this.#saidDrift
    if (ms > targetMs + mostOverMs) {
      this.#lanes.output.skip(ms - targetMs)
      this.#saidDrift.leapt()
    } else this.#saidDrift.waits(ms, reportsPerSecond)
  }

  #settle(kind: DeviceKind): void {
    this.#unsettled[kind] = true
    this.#parts.server.fresh(() => {
      this.#unsettled[kind] = false
      if (this.#isPut(kind)) this.#placed[kind] = this.#lanes[kind].at
      this.#look()
    })
  }

  /** Whether a stream is elsewhere than it was opened, though it could be there. */
  #isPut(kind: DeviceKind): boolean {
    const { placed } = this.#lanes[kind]
    return placed !== undefined && this.#isThere(placed.asked) && this.#isThere(placed.at)
  }

  /** Chooses anew, of what is there now. */
  #look(): void {
    const found = this.#found
    if (!found || this.#isClosed) return
    if (this.#isOn)
      for (const kind of kinds) {
        if (this.#unsettled[kind]) continue
        const lane = this.#lanes[kind]
        // A filter of the sound server’s is in between: the stream is where it should be.
        if (lane.cancelsEcho && this.#isPut(kind)) continue
        lane.want(this.#chosen(kind), this.#cancelsEcho)
      }
    for (const kind of kinds) this.#announce(kind)
    this.#show()
  }

  #announce(kind: DeviceKind): void {
    const { at, isChanging } = this.#lanes[kind]
    const from = this.#told[kind]
    if (at === undefined || at === from || isChanging || this.#unsettled[kind]) return
    this.#told[kind] = at
    if (from === undefined) return
    const why = !this.#isThere(from) ? 'gone' : this.#lanes[kind].isAvoided(from) ? 'failed' : 'chosen'
    this.#parts.tell({ type: 'moved', kind, from, to: at, why })
  }

  get #cancelsEcho(): boolean {
    return this.#choice.echoCancel === 'auto' && this.#found?.canCancelEcho === true
  }

  #chosen(kind: DeviceKind): string | undefined {
    const lane = this.#lanes[kind]
    const placed = this.#placed[kind]
    if (placed !== undefined && this.#isThere(placed) && !lane.isAvoided(placed)) return placed
    return chosenOf(this.#found?.devices ?? [], kind, this.#wanted(kind), (each) => lane.isAvoided(each))?.device
  }

  #wanted(kind: DeviceKind): readonly string[] {
    return kind === 'input' ? this.#choice.microphone : this.#choice.speaker
  }

  #isThere(device: string): boolean {
    return this.#found?.devices.some((each) => each.device === device && each.available) ?? false
  }

  #show(): void {
    const { devices = [], canCancelEcho = false } = this.#found ?? {}
    const microphone = this.#lanes.input.at ?? this.#chosen('input')
    const speaker = this.#lanes.output.at ?? this.#chosen('output')
    const error = this.#trouble(microphone, speaker)
    const lacking = kinds.map((kind) => lackingOf(devices, kind, this.#wanted(kind))).find((each) => each !== undefined)
    const state: CardState = {
      devices,
      ...(microphone === undefined ? {} : { microphone }),
      ...(speaker === undefined ? {} : { speaker }),
      used: this.#joined !== undefined,
      echoCancel: this.#choice.echoCancel === 'off' ? 'off' : canCancelEcho ? 'on' : 'unavailable',
      ...(error ? { error } : {}),
      ...(lacking === undefined || error ? {} : { warning: { code: 'media-device-unknown', detail: lacking } }),
    }
    const text = JSON.stringify(state)
    if (text === this.#shown) return
    this.#shown = text
    this.#parts.tell({ type: 'state', state })
  }

  #trouble(microphone: string | undefined, speaker: string | undefined): DeviceError | undefined {
    const { input, output } = this.#lanes
    if (this.#found?.error) return this.#found.error
    if (microphone !== undefined && speaker !== undefined) return undefined
    const failed = microphone === undefined ? input.error : output.error
    if (failed) return failed
    const what = [microphone === undefined ? 'microphone' : '', speaker === undefined ? 'speaker' : '']
    return { code: 'media-no-device', detail: `no ${what.filter((each) => each !== '').join(', no ')}` }
  }

  #measure(kind: DeviceKind, samples: Int16Array): void {
    for (let i = 0; i < samples.length; i++) {
      const size = Math.abs(samples[i] as number)
      if (size > this.#peaks[kind]) this.#peaks[kind] = size
    }
  }

  #tellLevels(): void {
    const now = this.#parts.clock.now()
    if (now - this.#levelsAt < levelsEveryMs) return
    this.#levelsAt = now
    this.#parts.tell({
      type: 'levels',
      microphone: decibels(this.#peaks.input),
      speaker: decibels(this.#peaks.output),
    })
    this.#peaks.input = 0
    this.#peaks.output = 0
  }
}

function decibels(peak: number): number {
  return peak === 0 ? -100 : Math.max(-100, Math.round(20 * Math.log10(peak / 32_768)))
}

const kinds: readonly DeviceKind[] = ['input', 'output']
/** What waits at least: samples of a microphone come in drops of 20 ms. */
const inputTargetMs = 10
const outputTargetMs = 30
/** Taking faster needs some samples more than a frame has. */
const marginMs = 1
const mostOverMs = 120
const lingerMs = 2000
/** pacat tells every 50 ms. */
const reportsPerSecond = 20
const levelsEveryMs = 100
