// The lab's mixing room: whoever is in it hears all the others. G.711 µ-law, in frames of 20 ms.
import { Mixer, muLaw } from '@openparley/media'
import { openUdp, type UdpSocket } from '@openparley/net'
import { headerBytes, readRtp, rtpView, writeRtpHeader } from '@openparley/protocols/rtp'
import type { Voice } from './voice.ts'

export interface MixingRoom {
  /** A place in it: what comes in there is heard by all others. */
  enter(): Promise<Voice>
  close(): Promise<void>
}

interface Place {
  readonly number: number
  readonly socket: UdpSocket
  /** What has come in and is not mixed yet. */
  readonly frames: Int16Array[]
  /** Whether enough has come in to begin: packets do not come as evenly as they were sent. */
  speaks: boolean
  remote: { readonly address: string; readonly port: number } | undefined
  sent: number
}

export function mixingRoom(): MixingRoom {
  const mixer = new Mixer(samples)
  const places = new Set<Place>()
  let timer: NodeJS.Timeout | undefined
  let begun = 0
  let beats = 0
  let numbered = 0
  let closed = false

  const beat = (): void => {
    for (const place of places) {
      if (place.frames.length >= firstFrames) place.speaks = true
      const frame = place.speaks ? place.frames.shift() : undefined
      if (frame) mixer.push(place.number, frame)
      else place.speaks = false
    }
    mixer.mix()
    const frame = new Int16Array(samples)
    for (const place of places) {
      const { remote, socket, number } = place
      if (!remote) continue
      mixer.pull(number, frame)
      const packet = new Uint8Array(headerBytes + samples)
      writeRtpHeader(packet, 0, place.sent === 0, place.sent & 0xffff, (place.sent * samples) >>> 0, firstSsrc + number)
      muLaw.encode(frame, packet, headerBytes)
      socket.send(packet, remote.address, remote.port)
      place.sent++
    }
    wait()
  }
  const wait = (): void => {
    beats++
    timer = setTimeout(beat, Math.max(0, begun + beats * 20 - performance.now()))
  }
  const leave = async (place: Place): Promise<void> => {
    if (!places.delete(place)) return
    mixer.remove(place.number)
    if (places.size === 0) clearTimeout(timer)
    await place.socket.close()
  }

  return {
    enter: async () => {
      const view = rtpView()
      const socket = await openUdp({
        address: '127.0.0.1',
        port: 0,
        onMessage: (bytes) => {
          if (!place.remote || !readRtp(bytes, view) || view.payloadType !== 0) return
          const frame = new Int16Array(samples)
          muLaw.decode(bytes, view.from, Math.min(view.to, view.from + samples), frame)
          place.frames.push(frame)
          if (place.frames.length > mostFrames) place.frames.shift()
        },
      })
      const place: Place = { number: ++numbered, socket, frames: [], speaks: false, remote: undefined, sent: 0 }
      const voice: Voice = {
        port: socket.port,
        connect: (address, port) => {
          place.remote = { address, port }
        },
        silence: () => {
          place.remote = undefined
        },
        close: () => leave(place),
      }
      // Who comes when it is over finds nobody.
      if (closed) {
        await socket.close()
        return voice
      }
      places.add(place)
      mixer.add(place.number)
      if (places.size === 1) {
        begun = performance.now()
        beats = 0
        wait()
      }
      return voice
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      await Promise.all([...places].map(leave))
    },
  }
}

const samples = 160
const firstFrames = 3
const mostFrames = 10
const firstSsrc = 0x6d_69_78_00
