// The sound of one call at a desk phone: an echo of the other side, or what another call of the phone’s says.
import { openUdp } from '@openparley/net'
import { EventReceiver, EventSender, headerBytes, readRtp, rtpView, writeRtpHeader } from '@openparley/protocols/rtp'

export interface LegSound {
  readonly port: number
  /** Where to send to; `events`: the payload type by which the other side takes digits. */
  connect(address: string, port: number, events: number | undefined): void
  /** Says nothing until it is connected again. */
  silence(): void
  /** What comes in goes out there; undefined: it goes back. */
  passTo(other: LegSound | undefined): void
  press(digits: string): void
  /** Sound on its way out. */
  say(payload: Uint8Array, timestamp: number, marker: boolean): void
  /** A packet of a key press on its way out. */
  sayEvent(payload: Uint8Array, timestamp: number, marker: boolean): void
  close(): Promise<void>
}

/** The payload type by which digits come in, and go out where the other side says no other. */
export const eventType = 101

export async function legSound(onDigit: (digit: string) => void): Promise<LegSound> {
  const view = rtpView()
  const keys = new EventReceiver(8000, onDigit)
  const sender = new EventSender(8000, packetMs)
  let remote: { readonly address: string; readonly port: number; readonly events: number } | undefined
  let other: LegSound | undefined
  let pressing: NodeJS.Timeout | undefined
  let sequence = 0
  let last = 0
  /** Another source begins to speak: its clock is another one (RFC 3550 §8). */
  let source = firstSource
  let isClosed = false
  const send = (type: number, payload: Uint8Array, timestamp: number, marker: boolean): void => {
    if (!remote) return
    const packet = new Uint8Array(headerBytes + payload.length)
    writeRtpHeader(packet, type, marker, sequence++ & 0xffff, timestamp, source)
    packet.set(payload, headerBytes)
    socket.send(packet, remote.address, remote.port)
  }
  const socket = await openUdp({
    address: '127.0.0.1',
    port: 0,
    onMessage: (bytes) => {
      if (!readRtp(bytes, view)) return
      const payload = bytes.subarray(view.from, view.to)
      if (view.payloadType === 0) (other ?? sound).say(payload, view.timestamp, view.marker)
      else if (view.payloadType === eventType) {
        keys.take(bytes, view.from, view.to, view.timestamp, performance.now())
        other?.sayEvent(payload, view.timestamp, view.marker)
      }
    },
  })
  const press = (): void => {
    pressing = undefined
    if (!sender.busy || isClosed) return
    const payload = new Uint8Array(4)
    last += samplesPerPacket
    if (sender.next(payload, 0, last)) send(remote?.events ?? eventType, payload, sender.timestamp, sender.first)
    pressing = setTimeout(press, packetMs)
  }
  const sound: LegSound = {
    port: socket.port,
    connect: (address, port, events = eventType) => {
      remote = { address, port, events }
    },
    silence: () => {
      remote = undefined
    },
    passTo: (to) => {
      other = to
    },
    press: (digits) => {
      sender.add(digits, keyMs)
      if (pressing === undefined) press()
    },
    say: (payload, timestamp, marker) => {
      // One does not hear an echo of oneself while keys are pressed (RFC 4733 §2.5.1.1).
      if (pressing !== undefined) return
      if (Math.abs((timestamp - last) | 0) > mostAway) source++
      last = timestamp
      send(0, payload, timestamp, marker)
    },
    sayEvent: (payload, timestamp, marker) => send(remote?.events ?? eventType, payload, timestamp, marker),
    close: async () => {
      if (isClosed) return
      isClosed = true
      clearTimeout(pressing)
      await socket.close()
    },
  }
  return sound
}

const packetMs = 20
const samplesPerPacket = 160
const keyMs = 100
const firstSource = 0x64_65_73_00
/** What is this far away is of another clock: ten seconds. */
const mostAway = 80_000
