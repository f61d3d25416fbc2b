// The sound server of Linux desktops, PulseAudio or PipeWire in its place, by the programs of pulseaudio-utils: pactl says what is there
// and what changes, parec and pacat carry samples. The only file that knows their words.
import { execFile } from 'node:child_process'
import type { Clock } from '@openparley/protocols/common'
import type { DeviceError, SoundDevice } from '../../services/media/port.ts'
import { type Child, pathOf, startChild } from './device-child.ts'
import type { DeviceStream, Inventory, SoundServer, StreamAsk, StreamEvents } from './device-port.ts'
import {
  type Defaults,
  errorOf,
  isOfDevices,
  readCanCancelEcho,
  readDefaults,
  readDevices,
} from './device-pulse-list.ts'

/** `programs` are in the path unless others take their place. */
export function pulse(clock: Clock, programs: Programs = ofPath): SoundServer {
  const looks = new Set<(then: () => void) => void>()
  return {
    watch: (tell) => watch({ clock, programs, looks }, tell),
    fresh: (then) => {
      for (const look of looks) look(then)
    },
    open: (ask, events) => open(programs, ask, events),
  }
}

export interface Programs {
  readonly pactl: string
  readonly parec: string
  readonly pacat: string
}

interface Watched {
  readonly clock: Clock
  readonly programs: Programs
  /** How each watch is told to look anew, and then to call back. */
  readonly looks: Set<(then: () => void) => void>
}

function watch({ clock, programs, looks }: Watched, tell: (found: Inventory) => void): () => void {
  let subscribed: Child | undefined
  let looking: 'no' | 'yes' | 'again' = 'no'
  /** Who waits for what is found now, and who for what is found after that. */
  let waiting: (() => void)[] = []
  let waitingNext: (() => void)[] = []
  let failures = 0
  let cancel: (() => void) | undefined
  let isOver = false
  const nothing = (error: DeviceError): void => {
    if (!isOver) tell({ devices: [], canCancelEcho: false, error })
  }
  const later = (): void => {
    if (isOver || cancel) return
    cancel = clock.at(clock.now() + Math.min(mostWaitMs, firstWaitMs * 2 ** failures++), () => {
      cancel = undefined
      begin()
    })
  }
  const look = async (): Promise<void> => {
    if (looking !== 'no') {
      looking = 'again'
      return
    }
    looking = 'yes'
    waiting = waitingNext
    waitingNext = []
    const found = await inventory(programs)
    if (isOver) return
    const isStale = (looking as string) === 'again'
    looking = 'no'
    if (found.error) nothing(found.error)
    else {
      failures = 0
      tell(found)
    }
    for (const then of waiting.splice(0)) then()
    if (isStale) void look()
  }
  const begin = (): void => {
    const missing = [programs.pactl, programs.parec, programs.pacat].find((each) => !isThere(each))
    if (missing !== undefined) {
      nothing(lackOf(missing))
      return later()
    }
    let rest = ''
    let heard = false
    const child = startChild({
      program: programs.pactl,
      args: ['subscribe'],
      input: 'ignore',
      ended: () => {
        if (isOver) return
        nothing(errorOf(child.said() || 'Connection terminated', ''))
        later()
      },
    })
    child.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = (lines.pop() ?? '').slice(-mostLine)
      // Whatever changed before it was listened was perhaps not seen.
      if (!heard || lines.some(isOfDevices)) void look()
      heard = true
    })
    subscribed = child
    void look()
  }
  const lookAnew = (then: () => void): void => {
    waitingNext.push(then)
    void look()
  }
  looks.add(lookAnew)
  begin()
  return () => {
    isOver = true
    looks.delete(lookAnew)
    cancel?.()
    subscribed?.end()
  }
}

async function inventory({ pactl }: Programs): Promise<Inventory> {
  const ask = (...args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const options = { env: { ...process.env, LC_ALL: 'C' }, timeout: answerMs, maxBuffer: mostAnswer }
      execFile(pactl, args, options, (error, out, said) =>
        error ? reject(errorOf(said || error.message, '')) : resolve(out),
      )
    })
  try {
    const [info, sinks, sources, modules] = await Promise.all([
      ask('--format=json', 'info'),
      ask('--format=json', 'list', 'sinks'),
      ask('--format=json', 'list', 'sources'),
      ask('list', 'short', 'modules'),
    ])
    const defaults: Defaults = readDefaults(info)
    const outputs = readDevices(sinks, 'output', defaults)
    const inputs = readDevices(sources, 'input', defaults)
    if (!outputs || !inputs)
      return none({ code: 'media-device-failed', detail: 'pactl does not write JSON that can be read' })
    const devices: SoundDevice[] = [...inputs, ...outputs]
    return { devices, canCancelEcho: readCanCancelEcho(modules) }
  } catch (error) {
    return none(error as DeviceError)
  }
}

function open(programs: Programs, { kind, device, rate, cancelEcho }: StreamAsk, events: StreamEvents): DeviceStream {
  const isInput = kind === 'input'
  let carry: Buffer | undefined
  let isOver = false
  let hasBegun = false
  const begun = (): void => {
    if (hasBegun) return
    hasBegun = true
    events.started()
  }
  const child = startChild({
    program: isInput ? programs.parec : programs.pacat,
    args: [
      '--raw',
      '--format=s16le',
      '--channels=1',
      `--rate=${rate}`,
      `--latency-msec=${isInput ? inputMs : outputMs}`,
      `--device=${device}`,
      '--client-name=Parley',
      '--stream-name=call',
      '--property=media.role=phone',
      ...(cancelEcho ? ['--property=filter.want=echo-cancel'] : []),
      '--verbose',
    ],
    input: isInput ? 'ignore' : 'pipe',
    line: (text) => {
      if (isOver) return
      const time = isInput ? undefined : /^Time: (\d+\.\d+) sec/.exec(text)?.[1]
      if (time !== undefined) events.played(Number(time) * 1000)
      else if (!isInput && text.startsWith('Stream started.')) begun()
      else if (text.startsWith('Stream underrun.')) events.ranDry()
      else {
        const to = /^Stream moved to device (\S+) /.exec(text)?.[1]
        if (to !== undefined) events.moved(to)
      }
    },
    ended: (status) => {
      if (isOver) return
      isOver = true
      const said = status === undefined && child.said() === '' ? 'it was ended' : child.said()
      events.ended(errorOf(reasonIn(said), device))
    },
  })
  if (isInput)
    child.process.stdout?.on('data', (chunk: Buffer) => {
      if (isOver) return
      const bytes = carry ? Buffer.concat([carry, chunk]) : chunk
      const whole = bytes.length & ~1
      carry = whole < bytes.length ? bytes.subarray(whole) : undefined
      const samples = new Int16Array(whole / 2)
      for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(i * 2)
      begun()
      events.sound(samples)
    })
  return {
    write: (samples) => {
      const input = child.process.stdin
      if (isOver || !input || input.writableLength > mostQueued) return false
      const bytes = Buffer.allocUnsafe(samples.length * 2)
      for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(samples[i] as number, i * 2)
      input.write(bytes)
      return true
    },
    end: () => {
      isOver = true
      child.end()
    },
  }
}

/** Of all that it said on its way only the words of its failure count. */
function reasonIn(said: string): string {
  const lines = said.split('\n').filter((each) => /fail|error|refused|denied|busy|terminated|died|timeout/i.test(each))
  return lines.length === 0 ? said : lines.join('\n')
}

function none(error: DeviceError): Inventory {
  return { devices: [], canCancelEcho: false, error }
}

function lackOf(program: string): DeviceError {
  if (process.platform === 'win32' || process.platform === 'darwin')
    return { code: 'media-sound-unsupported', detail: process.platform }
  return { code: 'media-sound-tools-missing', detail: `${program} is not installed` }
}

function isThere(program: string): boolean {
  return program.includes('/') || pathOf(program) !== undefined
}

const ofPath: Programs = { pactl: 'pactl', parec: 'parec', pacat: 'pacat' }
/** What the server is asked to hold at most: less is lost where the machine is busy, more is heard as delay. */
const inputMs = 20
const outputMs = 40
const answerMs = 3000
const mostAnswer = 4_000_000
const mostLine = 4000
/** Bytes that its pipe did not take: beyond them a frame is dropped. */
const mostQueued = 8192
const firstWaitMs = 500
const mostWaitMs = 30_000
