// One leg on the media thread: what is sent at each beat, from whom is heard, and the figures.
import { isIP, SocketAddress } from 'node:net'
import type { Statistics } from '@openparley/contract'
import { aLaw, estimateMos, type Law, muLaw } from '@openparley/media'
import {
  EventReceiver,
  EventSender,
  eventDuration,
  headerBytes,
  readRtp,
  type RtpView,
  rtpView,
  srtpRoom,
  writeRtpHeader,
} from '@openparley/protocols/rtp'
import type { Direction, Endpoint, HoldSound, MediaDescription } from '../../services/media/port.ts'
import { EndpointSound, type EndpointSoundParts } from './endpoint-sound.ts'
import { Finishing } from './finishing.ts'
import { type Guard, guardOf } from './guard.ts'
import { Hearing, lawDecoder } from './hearing.ts'
import type { Connected } from './messages.ts'
import { closePair, type PortPair } from './port-pair.ts'
import { Reports } from './reports.ts'
import { type Beating, beatMs } from './schedule.ts'
import type { Member, Room } from './room.ts'
import { frameSamples } from './sound.ts'
import { HoldPlayer, HeldTone, Tape } from './tones.ts'

export interface LegOptions extends PortPair, EndpointSoundParts {
  /** From 1 on. */
  readonly id: number
  readonly random32: () => number
}

/** Where the other side is. A port of 0 is one that nothing is sent to. */
interface Remote {
  readonly address: string
  readonly port: number
  readonly rtcpPort: number
}

export class RtpLeg implements Beating, Member {
  readonly id: number
  readonly tell: EndpointSoundParts['tell']
  readonly #options: LegOptions
  readonly #ssrc: number
  readonly #packets: Uint8Array[]
  readonly #frame: Int16Array = new Int16Array(frameSamples)
  readonly #heard: Int16Array = new Int16Array(frameSamples)
  readonly #view: RtpView = rtpView()
  readonly #hearing = new Hearing()
  readonly #reports: Reports
  readonly #keys = new EventSender(8000, beatMs)
  readonly #keysHeard: EventReceiver
  #remote: Remote | undefined
  #guard: Guard | undefined
  #direction: Direction = 'inactive'
  #law: Law | undefined
  #payloadType = -1
  #eventType = -1
  /** The port that the other side really sends from; its address is the negotiated one. */
  #fromPort: number | undefined
  /** The source of whoever was heard before: a last packet of theirs may still come. */
  #leftSource: number | undefined
  #sequence: number
  /** What was sent: packets and bytes of sound, and the timestamp of now. */
  readonly #sent = { packets: 0, bytes: 0, timestamp: 0 }
  #marker = true
  #muted = false
  sound: EndpointSound
  #room: Room | undefined
  #silenced = false
  #hold: HoldPlayer | undefined
  #heldTone: HeldTone | undefined
  #tape: Tape | undefined
  readonly #finishing = new Finishing()
  /** Beats since the last packet; told when it becomes too many. */
  #beatsSilent = 0

  constructor(options: LegOptions) {
    this.#options = options
    const { id, random32, rtp, rtcp, tell } = options
    this.id = id
    this.tell = tell
    this.sound = new EndpointSound(options)
    this.#ssrc = random32()
    this.#sequence = random32() & 0x7fff
    this.#sent.timestamp = random32()
    this.#reports = new Reports(this.#ssrc, random32)
    this.#packets = Array.from({ length: packetsInFlight }, () => new Uint8Array(headerBytes + frameSamples + srtpRoom))
    this.#keysHeard = new EventReceiver(8000, (digit, durationMs) => tell({ type: 'digit', digit, durationMs }))
    rtp.on('message', (packet, from) => this.#receive(packet, from.address, from.port))
    rtcp.on('message', (packet, from) => this.#readReport(packet, from.address))
    // A port that answers "nobody is here" is told by the figures: nothing comes from there.
    rtp.on('error', () => {})
    rtcp.on('error', () => {})
  }

  connect({ remote: description, direction, protection }: Connected): void {
    const sound = description.codecs.find(({ name }) => laws.has(name.toUpperCase()))
    const event = description.codecs.find(({ name }) => name.toLowerCase() === 'telephone-event')
    const law = sound && laws.get(sound.name.toUpperCase())
    const remote = reachable(description)
    const moved = remote.address !== this.#remote?.address || remote.port !== this.#remote.port
    if (moved) {
      this.#fromPort = undefined
      this.#leftSource = this.#hearing.source?.ssrc
    }
    if (moved || law !== this.#law || sound?.payloadType !== this.#payloadType)
      this.#hearing.begin(law && lawDecoder(law))
    this.#remote = remote
    this.#guard = protection && guardOf(protection, this.#guard)
    this.#direction = direction
    this.#law = law
    this.#payloadType = sound?.payloadType ?? -1
    this.#eventType = event?.payloadType ?? -1
    this.#marker = true
    this.#beatsSilent = 0
  }

  /**
   * `none` says silence and does not fall silent: so routers on the way keep their binding, and the other side sees
   * that we are there. What is heard is dropped.
   */
  attach(endpoint: Endpoint): void {
    this.sound.attach(endpoint)
    this.#room?.attached(this)
  }

  get room(): Room | undefined {
    return this.#room
  }

  join(room: Room | undefined): void {
    this.#room?.remove(this)
    this.#room = room
    room?.add(this)
  }

  silence(silenced: boolean): void {
    this.#silenced = silenced
  }

  holdWith(sound: HoldSound): void {
    this.#hold = sound.kind === 'silence' ? undefined : new HoldPlayer(sound)
  }

  heldTone(on: boolean): void {
    this.#heldTone = on ? new HeldTone() : undefined
  }

  tape(tape: { readonly record: string; readonly tone: boolean } | undefined): void {
    this.#endTape()
    if (tape) this.#tape = new Tape(tape)
  }

  mute(muted: boolean): void {
    this.#muted = muted
  }

  digits(digits: string, durationMs: number): void {
    this.#keys.add(digits, durationMs)
  }

  write(samples: Int16Array): void {
    this.sound.write(samples)
  }

  /** Sends and plays 20 ms. Returns how many packets of sound it sent. */
  beat(nowMs: number): number {
    this.#sent.timestamp = (this.#sent.timestamp + frameSamples) >>> 0
    const remote = this.#remote
    if (!remote) return 0
    this.#tape?.beat()
    this.#frame.fill(0)
    const sent = this.#send(remote)
    this.#play(nowMs)
    this.#tape?.push(this.#frame, this.#heard)
    if (this.#reports.due(this.#sent, this.#hearing.source)) this.#report(remote, nowMs, false)
    return sent
  }

  statistics(): Statistics {
    const { source, received, lost, late, loss, burstRatio } = this.#hearing
    const { roundTripMs, remoteLost } = this.#reports
    const delayMs = (roundTripMs ?? 0) / 2 + this.#hearing.delayMs + beatMs
    return {
      packetsSent: this.#sent.packets,
      packetsReceived: received,
      packetsLost: lost,
      packetsLate: late,
      jitterMs: hundredths(source?.jitterMs ?? 0),
      ...(this.#law === undefined ? {} : { codec: this.#law === aLaw ? 'PCMA' : 'PCMU' }),
      ...(this.#guard === undefined ? {} : { protection: this.#guard.protection.suite }),
      ...(remoteLost === undefined ? {} : { remotePacketsLost: remoteLost }),
      ...(roundTripMs === undefined ? {} : { roundTripMs: hundredths(roundTripMs) }),
      ...(received === 0 ? {} : { mos: estimateMos({ loss, burstRatio, delayMs }) }),
    }
  }

  /** Ends the stream and finishes the recording; the final figures. */
  async close(nowMs: number): Promise<Statistics> {
    if (this.#remote) this.#report(this.#remote, nowMs, true)
    const statistics = this.statistics()
    this.#remote = undefined
    this.#endTape()
    await Promise.all([this.sound.close(), this.#finishing.whole()])
    await closePair(this.#options)
    return statistics
  }

  #send(remote: Remote): number {
    const sends = this.#direction === 'sendrecv' || this.#direction === 'sendonly'
    if (!sends || remote.port === 0 || !this.#law) {
      this.#marker = true
      return 0
    }
    const { timestamp } = this.#sent
    const packet = this.#packets[this.#sequence % packetsInFlight] as Uint8Array
    this.#speak()
    if (this.#eventType >= 0 && this.#keys.next(packet, headerBytes, timestamp)) {
      this.#transmit(remote, packet, headerBytes + 4, this.#eventType, this.#keys.first, this.#keys.timestamp)
      this.#marker = true
      return 1
    }
    this.#law.encode(this.#frame, packet, headerBytes)
    this.#transmit(remote, packet, headerBytes + frameSamples, this.#payloadType, this.#marker, timestamp)
    this.#marker = false
    return 1
  }

  /** What this side says now: while it is held what is set for that, and then a file stands still; silence while it is muted. */
  #speak(): void {
    const frame = this.#frame
    if (this.#direction !== 'sendrecv') {
      this.#hold?.pull(frame)
      return
    }
    if (this.#room) this.#room.pull(this, frame, this.#muted)
    else {
      this.sound.pull(frame)
      if (this.#muted) frame.fill(0)
    }
    this.#tape?.beep(frame)
  }

  #transmit(
    remote: Remote,
    packet: Uint8Array,
    length: number,
    type: number,
    marker: boolean,
    timestamp: number,
  ): void {
    writeRtpHeader(packet, type, marker, this.#sequence, timestamp, this.#ssrc)
    const size = this.#guard ? this.#guard.sender.protect(packet, length) : length
    // A key that is used up protects no more: rather silence than speech in the clear.
    if (size > 0) this.#options.rtp.send(packet, 0, size, remote.port, remote.address)
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#sent.packets++
    this.#sent.bytes += length - headerBytes
  }

  /**
   * Only from the address that was agreed on, and from one port of it: the one that was agreed on too, or else the
   * first that sends what was agreed (symmetric RTP, RFC 4961). Other ports and payload types are not heard. Who has the key
   * is who was agreed on, wherever the packet is from.
   */
  #receive(packet: Uint8Array, address: string, port: number): void {
    const remote = this.#remote
    const view = this.#view
    const guard = this.#guard
    if (!remote || (!guard && address !== remote.address)) return
    const length = guard ? guard.receiver.unprotect(packet, packet.length) : packet.length
    if (length < 0 || !readRtp(packet, view, length)) return
    if (!guard && port !== this.#fromPort && port !== remote.port) {
      if (this.#fromPort !== undefined || view.ssrc === this.#leftSource) return
    }
    const isEvent = view.payloadType === this.#eventType
    if (!isEvent && view.payloadType !== this.#payloadType) return
    const nowMs = performance.now()
    if (!this.#hearing.accept(view.ssrc, view.sequence, view.timestamp, nowMs)) return
    this.#fromPort = port
    this.#beatsSilent = 0
    if (!this.#listens) return
    if (isEvent) {
      this.#keysHeard.take(packet, view.from, view.to, view.timestamp, nowMs)
      this.#hearing.silence(view.timestamp + eventDuration(packet, view.from), packet)
    } else this.#hearing.put(view.timestamp, packet, view.from, view.to)
  }

  get #listens(): boolean {
    return this.#direction === 'sendrecv' || this.#direction === 'recvonly'
  }

  #play(nowMs: number): void {
    this.#keysHeard.wake(nowMs)
    const heard = this.#heard
    if (this.#listens) {
      this.#hearing.pull(heard)
      if (++this.#beatsSilent === silentBeats) this.#options.tell({ type: 'silent', forMs: silentBeats * beatMs })
    } else {
      heard.fill(0)
      this.#beatsSilent = 0
    }
    this.#tape?.beep(heard)
    if (this.#beatsSilent > musicBeats || !this.#listens) this.#heldTone?.pull(heard)
    if (!this.#room) return this.sound.push(heard)
    if (!this.#silenced) this.#room.push(this, heard)
  }

  #report({ address, rtcpPort }: Remote, nowMs: number, goodbye: boolean): void {
    if (rtcpPort === 0) return
    const report = this.#reports.write(this.#sent, this.#hearing.source, nowMs, goodbye)
    if (!this.#guard) return this.#options.rtcp.send(report, rtcpPort, address)
    const packet = new Uint8Array(report.length + srtpRoom)
    packet.set(report)
    const size = this.#guard.sender.protectRtcp(packet, report.length)
    if (size > 0) this.#options.rtcp.send(packet, 0, size, rtcpPort, address)
  }

  #readReport(packet: Uint8Array, address: string): void {
    const guard = this.#guard
    if (!guard && address !== this.#remote?.address) return
    const length = guard ? guard.receiver.unprotectRtcp(packet, packet.length) : packet.length
    if (length > 0) this.#reports.read(packet.subarray(0, length), performance.now())
  }

  #endTape(): void {
    const tape = this.#tape
    this.#tape = undefined
    if (tape) this.#finishing.end(tape, (event) => this.tell(event))
  }
}

/** What a peer writes may be anything: where nothing can be sent to, the ports become 0. */
function reachable({ address, port, rtcpPort = port + 1 }: MediaDescription): Remote {
  const family = isIP(address)
  // As the system writes it: packets are held against it.
  const own = family === 6 ? new SocketAddress({ address, family: 'ipv6' }).address : address
  const usable = (each: number): number => (Number.isInteger(each) && each > 0 && each < 65_536 ? each : 0)
  if (family === 0 || nowhere.has(own) || usable(port) === 0) return { address: own, port: 0, rtcpPort: 0 }
  return { address: own, port, rtcpPort: usable(rtcpPort) }
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}

const laws: ReadonlyMap<string, Law> = new Map([
  ['PCMU', muLaw],
  ['PCMA', aLaw],
])
const nowhere = new Set(['0.0.0.0', '::'])
/** Packets of our own that may be on their way to the socket at once, each with its own memory. */
const packetsInFlight = 8
/** Five seconds without a packet: longer than any pause of a phone that suppresses silence and reports now and then. */
const silentBeats = 250
/** A second without a packet: no music comes. */
const musicBeats = 50
