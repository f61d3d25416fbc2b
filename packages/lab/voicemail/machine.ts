// The sound of one call with the voicemail: it says things one after the other, and may keep what is said then. PCMU, 20 ms a packet.
import { muLaw } from '@openparley/media'
import { openUdp } from '@openparley/net'
import { headerBytes, readRtp, rtpView, writeRtpHeader } from '@openparley/protocols/rtp'
import type { Guard } from '../media/guard.ts'
import type { Voice } from '../media/voice.ts'

export interface Machine extends Voice {
  /** What was said since it listens. */
  readonly heard: Int16Array
}

export interface MachineParts {
  readonly says: readonly { readonly samples: Int16Array; readonly after?: () => void }[]
  /** It listens when all is said; `onQuiet`: for so long nothing was said, or it has heard as much as it keeps. Told once. */
  readonly listens?: { readonly onQuiet: () => void }
  /** All is said, and it does not listen. */
  readonly onSaid?: () => void
}

export async function machine({ says, listens, onSaid }: MachineParts): Promise<Machine> {
  const view = rtpView()
  const left = [...says]
  const frame = new Int16Array(frameSamples)
  const heard = new Int16Array(mostHeard)
  let heardUntil = 0
  let loudAt = 0
  let first: number | undefined
  let listening: 'no' | 'yes' | 'over' = 'no'
  let guard: Guard | undefined
  let timer: NodeJS.Timeout | undefined
  let [at, sent, begun] = [0, 0, 0]
  let closed = false
  const socket = await openUdp({
    address: '127.0.0.1',
    port: 0,
    onMessage: (bytes) => {
      const packet = guard ? guard.open(bytes) : bytes
      if (listening !== 'yes' || !packet || !readRtp(packet, view) || view.payloadType !== 0) return
      first ??= view.timestamp
      // By its own time: what was lost stays silence.
      const from = (view.timestamp - first) | 0
      const count = view.to - view.from
      if (from < 0 || from + count > mostHeard) return
      const samples = heard.subarray(from, from + count)
      muLaw.decode(packet, view.from, view.to, samples)
      heardUntil = Math.max(heardUntil, from + count)
      if (samples.some((sample) => Math.abs(sample) > quiet)) loudAt = sent
    },
  })
  /** The next 20 ms, and what follows when something has been said. */
  const next = (): void => {
    const [now] = left
    frame.fill(0)
    if (!now) return
    frame.set(now.samples.subarray(at, at + frameSamples))
    at += frameSamples
    if (at < now.samples.length) return
    at = 0
    left.shift()
    now.after?.()
    if (left.length > 0) return
    if (!listens) return onSaid?.()
    listening = 'yes'
    loudAt = sent
  }
  const speak = (address: string, port: number): void => {
    next()
    const packet = new Uint8Array(headerBytes + frameSamples)
    writeRtpHeader(packet, 0, sent === 0, sent & 0xffff, (sent * frameSamples) >>> 0, ssrc)
    muLaw.encode(frame, packet, headerBytes)
    socket.send(guard?.seal(packet) ?? packet, address, port)
    sent++
    if (listening === 'yes' && (sent - loudAt > mostQuiet || heardUntil >= mostHeard - frameSamples)) {
      listening = 'over'
      listens?.onQuiet()
    }
    if (!closed) timer = setTimeout(() => speak(address, port), Math.max(0, begun + sent * 20 - performance.now()))
  }
  return {
    port: socket.port,
    get heard() {
      return heard.slice(0, heardUntil)
    },
    connect: (address, port, by) => {
      clearTimeout(timer)
      guard = by
      if (closed) return
      begun = performance.now() - sent * 20
      speak(address, port)
    },
    silence: () => clearTimeout(timer),
    close: async () => {
      closed = true
      clearTimeout(timer)
      await socket.close()
    },
  }
}

const ssrc = 0x76_6d_00_01
const frameSamples = 160
/** A minute. */
const mostHeard = 8000 * 60
/** What is no louder is no speech. */
const quiet = 300
/** In packets: three seconds. */
const mostQuiet = 150
