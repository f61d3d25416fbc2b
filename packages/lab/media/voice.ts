// The sound of the lab's own numbers: what comes in goes back, or prompts are spoken.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { muLaw, readWav, ToneGenerator } from '@openparley/media'
import { openUdp } from '@openparley/net'
import { headerBytes, readRtp, rtpView, writeRtpHeader } from '@openparley/protocols/rtp'
import type { Guard } from './guard.ts'

export interface Voice {
  readonly port: number
  /** Where to send to, and what protects it. */
  connect(address: string, port: number, guard?: Guard): void
  /** Says nothing until it is connected again. */
  silence(): void
  close(): Promise<void>
}

const ssrc = 0x70_61_72_6c

/** Sends every packet back, as from another source. */
export async function echo(): Promise<Voice> {
  const view = rtpView()
  let remote: { readonly address: string; readonly port: number; readonly guard: Guard | undefined } | undefined
  const socket = await openUdp({
    address: '127.0.0.1',
    port: 0,
    onMessage: (bytes) => {
      const packet = remote?.guard ? remote.guard.open(bytes) : bytes
      if (!remote || !packet || !readRtp(packet, view)) return
      writeRtpHeader(packet, view.payloadType, view.marker, view.sequence, view.timestamp, ssrc)
      socket.send(remote.guard?.seal(packet) ?? packet, remote.address, remote.port)
    },
  })
  return {
    port: socket.port,
    connect: (address, port, guard) => {
      remote = { address, port, guard }
    },
    silence: () => {
      remote = undefined
    },
    close: () => socket.close(),
  }
}

/** Says the words, one prompt after the other, again and again, with a pause. */
export async function say(words: readonly string[]): Promise<Voice> {
  const parts = await Promise.all(words.map(async (word) => readWav(await readFile(promptPath(word))).samples))
  const pause = new Int16Array(8000)
  return speaker(Int16Array.from([...parts, pause].flatMap((part) => [...part])))
}

/** A tone without end, of whole Hz. */
export function tone(frequency: number): Promise<Voice> {
  const samples = new Int16Array(8000)
  new ToneGenerator({ frequencies: [frequency], onOffMs: [] }, 8000).pull(samples)
  return speaker(samples)
}

/** Says the samples, again and again. */
async function speaker(samples: Int16Array): Promise<Voice> {
  const socket = await openUdp({ address: '127.0.0.1', port: 0, onMessage: () => {} })
  let timer: NodeJS.Timeout | undefined
  let sent = 0
  let begun = 0
  let closed = false
  const speak = (address: string, port: number, guard: Guard | undefined): void => {
    const frame = new Int16Array(160)
    for (let i = 0; i < 160; i++) frame[i] = samples[(sent * 160 + i) % samples.length] as number
    const packet = new Uint8Array(headerBytes + 160)
    writeRtpHeader(packet, 0, sent === 0, sent & 0xffff, (sent * 160) >>> 0, ssrc)
    muLaw.encode(frame, packet, headerBytes)
    socket.send(guard?.seal(packet) ?? packet, address, port)
    sent++
    timer = setTimeout(() => speak(address, port, guard), Math.max(0, begun + sent * 20 - performance.now()))
  }
  return {
    port: socket.port,
    connect: (address, port, guard) => {
      clearTimeout(timer)
      if (closed) return
      begun = performance.now() - sent * 20
      speak(address, port, guard)
    },
    silence: () => clearTimeout(timer),
    close: async () => {
      closed = true
      clearTimeout(timer)
      await socket.close()
    },
  }
}

/** The words for a time of day: "the time is fourteen oh five". */
export function timeWords(hours: number, minutes: number): string[] {
  const number = (n: number): string[] =>
    n <= 20 ? [String(n)] : [String(n - (n % 10)), ...(n % 10 === 0 ? [] : [String(n % 10)])]
  if (minutes === 0) return ['the-time-is', ...number(hours), 'hundred']
  return ['the-time-is', ...number(hours), ...(minutes < 10 ? ['oh'] : []), ...number(minutes)]
}

function promptPath(word: string): string {
  return fileURLToPath(new URL(`../prompts/${word}.wav`, import.meta.url))
}
