// PulseAudio as a desk with sound cards: a headset and a speaker that are null sinks, and a microphone each. In a folder of its own, never the
// system's; what a sink plays is read from its monitor, and what is played to a microphone's own sink is what it hears.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readWav } from '@openparley/media'
import { type Peer, peerFolder, startPeer, until } from '../peer.ts'

export interface Pulse extends Peer {
  /** For PULSE_SERVER. */
  readonly server: string
  /** A speaker and a microphone of that name: `NAME` plays, `NAME-mic` hears what is said into `NAME-mouth`. */
  plug(name: string): Promise<void>
  unplug(name: string): Promise<void>
  pactl(...args: string[]): Promise<string>
  /** Says a WAV file of 8 kHz into a microphone, and then is silent until it is stopped. */
  say(mouth: string, wav: string): Promise<Ear>
  /** Hears what a speaker plays, at 8 kHz. */
  hear(speaker: string): Ear
}

export interface Ear {
  /** All samples since the beginning. */
  samples(): Int16Array
  /** When the first of them was there, and each drop after it: how many samples there were, at which `performance.now()`. */
  readonly drops: readonly { readonly at: number; readonly count: number }[]
  stop(): void
}

export async function startPulse(): Promise<Pulse> {
  const folder = peerFolder('pulse')
  const socket = join(folder, 'native')
  const server = `unix:${socket}`
  const peer = startPeer({
    command: 'pulseaudio',
    args: [
      '-n',
      '--daemonize=no',
      '--exit-idle-time=-1',
      '--disable-shm=yes',
      '--use-pid-file=no',
      '--log-target=stderr',
      '--log-level=error',
      ...['-L', `module-native-protocol-unix socket=${socket} auth-anonymous=1`],
    ],
    folder,
    env: { XDG_RUNTIME_DIR: folder, PULSE_RUNTIME_PATH: join(folder, 'run'), PULSE_STATE_PATH: join(folder, 'state') },
  })
  const env = { ...process.env, PULSE_SERVER: server, LC_ALL: 'C' }
  const pactl = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('pactl', args, { env, timeout: 5000 })).stdout
  await until(
    'PulseAudio listens',
    () =>
      existsSync(socket) &&
      pactl('info').then(
        () => true,
        () => false,
      ),
    peer,
  )
  const modules = new Map<string, string[]>()
  const children = new Set<ChildProcess>()
  const stream = (program: string, device: string): ChildProcess => {
    const args = ['--raw', '--format=s16le', '--channels=1', '--rate=8000', '--latency-msec=20', `--device=${device}`]
    const child = spawn(program, args, { env, stdio: [program === 'pacat' ? 'pipe' : 'ignore', 'pipe', 'ignore'] })
    children.add(child)
    child.once('exit', () => children.delete(child))
    child.stdin?.on('error', () => {})
    return child
  }
  const ear = (child: ChildProcess): Ear => {
    const chunks: Buffer[] = []
    const drops: { at: number; count: number }[] = []
    let bytes = 0
    child.stdout?.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      drops.push({ at: performance.now(), count: bytes >> 1 })
    })
    return {
      drops,
      samples: () => {
        const all = Buffer.concat(chunks)
        return Int16Array.from({ length: all.length >> 1 }, (_, i) => all.readInt16LE(i * 2))
      },
      stop: () => void child.kill('SIGKILL'),
    }
  }
  return {
    ...peer,
    server,
    pactl,
    plug: async (name) => {
      const load = async (...args: string[]): Promise<string> => (await pactl('load-module', ...args)).trim()
      const sink = await load('module-null-sink', `sink_name=${name}`, 'rate=48000')
      const mouth = await load('module-null-sink', `sink_name=${name}-mouth`, 'rate=48000')
      const microphone = await load('module-remap-source', `source_name=${name}-mic`, `master=${name}-mouth.monitor`)
      modules.set(name, [sink, microphone, mouth])
    },
    unplug: async (name) => {
      for (const module of modules.get(name) ?? []) await pactl('unload-module', module)
      modules.delete(name)
    },
    say: async (mouth, wav) => {
      const { samples } = readWav(await readFile(wav))
      const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
      const child = stream('pacat', mouth)
      child.stdin?.write(bytes)
      child.stdin?.write(new Uint8Array(silenceS * 16_000))
      return ear(child)
    },
    hear: (speaker) => ear(stream('parec', `${speaker}.monitor`)),
    stop: async () => {
      for (const child of children) child.kill('SIGKILL')
      await peer.stop()
    },
  }
}

/** As long as any test has use for it. */
const silenceS = 60

/** A folder that is nobody's server: for who finds none. */
export function noServer(): string {
  const folder = peerFolder('no-pulse')
  mkdirSync(folder, { recursive: true })
  return `unix:${join(folder, 'native')}`
}
