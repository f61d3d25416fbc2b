// One leg on the media thread: its two sockets, what is sent at each beat, what is played, and the figures.
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Statistics } from '@openparley/contract'
import {
  aLaw,
  Concealer,
  estimateMos,
  JitterBuffer,
  type Law,
  lost,
  muLaw,
  slotBytes,
  waiting,
} from '@openparley/media'
import {
  EventReceiver,
  EventSender,
  eventDuration,
  headerBytes,
  ntpTime,
  readRtcp,
  readRtp,
  type RtpView,
  roundTripMs,
  rtcpInterval,
  rtpView,
  Source,
  writeRtcp,
  writeRtpHeader,
} from '@openparley/protocols/rtp'
import type { Direction, Endpoint, LegEvent, MediaDescription } from '../../services/media/port.ts'
import { beatMs } from './schedule.ts'
import { frameSamples, Player, Recorder, StreamSound } from './sound.ts'

export interface LegOptions {
  readonly rtp: Socket
  readonly rtcp: Socket
  readonly random32: () => number
  readonly tell: (event: LegEvent) => void
}

/** Packets of our own that may be on their way to the socket at once, each with its own memory. */
const packetsInFlight = 8
/** 5 ms of sound; what is shorter is not taken. */
const leastPacketSamples = 40
/** 5 % of what G.711 takes with its headers. */
const rtcpBytesPerSecond = 500
/** Five seconds without a packet: longer than any pause of a phone that suppresses silence and reports now and then. */
const silentBeats = 250

export class RtpLeg {
  readonly #options: LegOptions
  readonly #ssrc: number
  readonly #name: string
  readonly #packets: Uint8Array[]
  readonly #frame: Int16Array = new Int16Array(frameSamples)
  readonly #heard: Int16Array = new Int16Array(frameSamples)
  /** Decoded sound that waits for its beat, for packets of other lengths than 20 ms. */
  readonly #decoded: Int16Array = new Int16Array(slotBytes * 2)
  #decodedCount = 0
  /** The packet after a gap. */
  #future: Int16Array = new Int16Array(frameSamples)
  readonly #view: RtpView = rtpView()
  readonly #jitter = new JitterBuffer()
  readonly #concealer = new Concealer()
  readonly #keys = new EventSender(8000, beatMs)
  readonly #keysHeard: EventReceiver
  #remote: MediaDescription | undefined
  #direction: Direction = 'inactive'
  #law: Law | undefined
  #payloadType = -1
  #eventType = -1
  #packetSamples = frameSamples
  /** The port that the other side really sends from; its address is the negotiated one. */
  #fromPort: number | undefined
  #source: Source | undefined
  #nextSource = -1
  #sequence: number
  #timestamp: number
  #sent = 0
  #bytes = 0
  #marker = true
  #muted = false
  #player: Player | undefined
  #recorder: Recorder | undefined
  #stream: StreamSound | undefined
  /** The other side's last sender report: its middle NTP bits and when it came. */
  #lastReport: { readonly middle: number; readonly atMs: number } | undefined
  #roundTripMs: number | undefined
  #remoteLost: number | undefined
  #beatsToRtcp: number
  /** Beats since the last packet; told when it becomes too many. */
  #beatsSilent = 0
  /** Lost packets and times of sources before the present one. */
  #before = { received: 0, lost: 0 }

  constructor(options: LegOptions) {
    this.#options = options
    const { random32, rtp, rtcp, tell } = options
    this.#ssrc = random32()
    this.#name = `${random32().toString(36)}@parley`
    this.#sequence = random32() & 0x7fff
    this.#timestamp = random32()
    this.#packets = Array.from({ length: packetsInFlight }, () => new Uint8Array(headerBytes + frameSamples))
    this.#beatsToRtcp = this.#rtcpBeats(true)
    this.#keysHeard = new EventReceiver(8000, (digit, durationMs) => tell({ type: 'digit', digit, durationMs }))
    rtp.on('message', (packet, from) => this.#receive(packet, from.address, from.port))
    rtcp.on('message', (packet, from) => this.#receiveRtcp(packet, from.address))
    // A port that answers "nobody is here" is told by the figures: nothing comes from there.
    rtp.on('error', () => {})
    rtcp.on('error', () => {})
  }

  connect(remote: MediaDescription, direction: Direction): void {
    const sound = remote.codecs.find(({ name }) => name === 'PCMU' || name === 'PCMA')
    const event = remote.codecs.find(({ name }) => name.toLowerCase() === 'telephone-event')
    const moved = remote.address !== this.#remote?.address || remote.port !== this.#remote.port
    if (moved) this.#fromPort = undefined
    if (sound?.payloadType !== this.#payloadType) this.#startAnew()
    this.#remote = remote
    this.#direction = direction
    this.#law = sound?.name === 'PCMA' ? aLaw : sound ? muLaw : undefined
    this.#payloadType = sound?.payloadType ?? -1
    this.#eventType = event?.payloadType ?? -1
    this.#marker = true
  }

  attach(endpoint: Endpoint): void {
    const { tell } = this.#options
    this.#player = undefined
    this.#stream = undefined
    const record = endpoint.kind === 'file' ? endpoint.record : undefined
    // The same file goes on: what was heard before the answer belongs to the recording.
    if (this.#recorder?.path !== record) {
      void this.#finishRecording()
      if (record !== undefined) this.#recorder = new Recorder(record)
    }
    if (endpoint.kind === 'file' && endpoint.play !== undefined) {
      const player = new Player()
      this.#player = player
      player
        .load(endpoint.play)
        .catch((error: Error) =>
          tell({ type: 'endpoint-failed', code: 'media-file-unreadable', detail: error.message }),
        )
    }
    if (endpoint.kind === 'stream') {
      this.#stream = new StreamSound(endpoint.sampleRate, (samples) => tell({ type: 'frame', samples }))
    }
  }

  mute(muted: boolean): void {
    this.#muted = muted
  }

  digits(digits: string, durationMs: number): void {
    this.#keys.add(digits, durationMs)
  }

  write(samples: Int16Array): void {
    this.#stream?.take(samples)
  }

  /** Sends and plays 20 ms. Returns how many packets of sound it sent. */
  beat(nowMs: number): number {
    this.#timestamp = (this.#timestamp + frameSamples) >>> 0
    if (!this.#remote) return 0
    const sent = this.#send()
    this.#play(nowMs)
    if (--this.#beatsToRtcp <= 0) this.#sendRtcp(nowMs, false)
    return sent
  }

  statistics(): Statistics {
    const source = this.#source
    const received = this.#before.received + (source?.received ?? 0)
    const missing = Math.max(0, this.#before.lost + (source?.lost ?? 0))
    const { late } = this.#jitter
    const share = received === 0 ? 0 : (missing + late) / (received + missing)
    const delayMs = (this.#roundTripMs ?? 0) / 2 + (this.#jitter.held + 1) * beatMs
    return {
      packetsSent: this.#sent,
      packetsReceived: received,
      packetsLost: missing,
      packetsLate: late,
      jitterMs: Math.round((source?.jitterMs ?? 0) * 100) / 100,
      ...(this.#law === undefined ? {} : { codec: this.#law === aLaw ? 'PCMA' : 'PCMU' }),
      ...(this.#remoteLost === undefined ? {} : { remotePacketsLost: Math.max(0, this.#remoteLost) }),
      ...(this.#roundTripMs === undefined ? {} : { roundTripMs: Math.round(this.#roundTripMs * 100) / 100 }),
      ...(received === 0 ? {} : { mos: estimateMos({ loss: share, delayMs }) }),
    }
  }

  /** Ends the stream and finishes the recording; the final figures. */
  async close(nowMs: number): Promise<Statistics> {
    if (this.#remote) this.#sendRtcp(nowMs, true)
    const statistics = this.statistics()
    this.#remote = undefined
    await this.#finishRecording()
    const { rtp, rtcp } = this.#options
    await Promise.all([rtp, rtcp].map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))))
    return statistics
  }

  #send(): number {
    const remote = this.#remote as MediaDescription
    const sends = this.#direction === 'sendrecv' || this.#direction === 'sendonly'
    if (!sends || remote.port === 0 || !this.#law) {
      this.#marker = true
      return 0
    }
    const packet = this.#packets[this.#sequence % packetsInFlight] as Uint8Array
    if (this.#eventType >= 0 && this.#keys.next(packet, headerBytes, this.#timestamp)) {
      this.#transmit(packet, headerBytes + 4, this.#eventType, this.#keys.first, this.#keys.timestamp)
      return 1
    }
    this.#speak()
    this.#law.encode(this.#frame, packet, headerBytes)
    this.#transmit(packet, headerBytes + frameSamples, this.#payloadType, this.#marker, this.#timestamp)
    this.#marker = false
    return 1
  }

  /** What this side says now: silence while it is held or muted, and then a file stands still. */
  #speak(): void {
    const frame = this.#frame
    frame.fill(0)
    if (this.#direction !== 'sendrecv') return
    if (this.#player?.pull(frame)) this.#options.tell({ type: 'played' })
    this.#stream?.pull(frame)
    if (this.#muted) frame.fill(0)
  }

  #transmit(packet: Uint8Array, length: number, type: number, marker: boolean, timestamp: number): void {
    const remote = this.#remote as MediaDescription
    writeRtpHeader(packet, type, marker, this.#sequence, timestamp, this.#ssrc)
    this.#options.rtp.send(packet, 0, length, remote.port, remote.address)
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#sent++
    this.#bytes += length - headerBytes
  }

  #receive(packet: Uint8Array, address: string, port: number): void {
    const remote = this.#remote
    const view = this.#view
    // Only from the address that was agreed on, and from one port of it: the first that sends what was agreed (RFC 4961).
    if (!remote || address !== remote.address || (this.#fromPort !== undefined && port !== this.#fromPort)) return
    if (!readRtp(packet, view) || (view.payloadType !== this.#payloadType && view.payloadType !== this.#eventType))
      return
    if (this.#source && view.ssrc !== this.#source.ssrc && view.ssrc !== this.#nextSource) {
      // A stray packet must not cut the stream: a new source is heard from its second packet on (RFC 3550 §A.1).
      this.#nextSource = view.ssrc
      return
    }
    if (view.ssrc !== this.#source?.ssrc) this.#newSource(view.ssrc)
    const now = performance.now()
    if (!this.#source?.take(view.sequence, view.timestamp, now)) return
    this.#fromPort = port
    this.#beatsSilent = 0
    if (this.#direction === 'sendonly' || this.#direction === 'inactive') return
    if (view.payloadType === this.#eventType) {
      this.#keysHeard.take(packet, view.from, view.to, view.timestamp, now)
      // The event stands in place of sound: an empty packet for the last part of its time.
      const into = eventDuration(packet, view.from) - this.#packetSamples
      this.#jitter.put(view.timestamp + into, packet, view.from, view.from, this.#packetSamples)
      return
    }
    const samples = view.to - view.from
    if (samples < leastPacketSamples || samples > slotBytes) return
    if (samples !== this.#packetSamples) {
      this.#packetSamples = samples
      this.#future = new Int16Array(samples)
      this.#decodedCount = 0
    }
    this.#jitter.put(view.timestamp, packet, view.from, view.to, samples)
  }

  #play(nowMs: number): void {
    this.#keysHeard.wake(nowMs)
    const heard = this.#heard
    if (this.#direction === 'sendrecv' || this.#direction === 'recvonly') {
      this.#fill(heard)
      if (++this.#beatsSilent === silentBeats) this.#options.tell({ type: 'silent', forMs: silentBeats * beatMs })
    } else {
      heard.fill(0)
      this.#beatsSilent = 0
    }
    this.#recorder?.push(heard)
    this.#stream?.push(heard)
  }

  /** The next 20 ms, of packets of whatever length. */
  #fill(heard: Int16Array): void {
    // Nearly all phones send 20 ms: nothing is copied, no view is made.
    if (this.#packetSamples === frameSamples && this.#decodedCount === 0) {
      if (!this.#hear(heard)) heard.fill(0)
      return
    }
    while (this.#decodedCount < frameSamples) {
      const into = this.#decoded.subarray(this.#decodedCount, this.#decodedCount + this.#packetSamples)
      if (!this.#hear(into)) {
        into.fill(0)
        break
      }
      this.#decodedCount += into.length
    }
    for (let i = 0; i < frameSamples; i++) heard[i] = i < this.#decodedCount ? (this.#decoded[i] as number) : 0
    this.#decodedCount = Math.max(0, this.#decodedCount - frameSamples)
    this.#decoded.copyWithin(0, frameSamples, frameSamples + this.#decodedCount)
  }

  /** What one packet says, or what is made up for it. False where nothing is to be heard now. */
  #hear(into: Int16Array): boolean {
    const slot = this.#jitter.take()
    if (slot === waiting) return false
    if (slot === lost) this.#concealer.lost(into, this.#decode(this.#jitter.peek(), this.#future))
    else if (!this.#decode(slot, into)) {
      into.fill(0)
      this.#concealer.good(into)
    } else if (this.#jitter.joined) this.#concealer.joined(into)
    else this.#concealer.good(into)
    return true
  }

  /** Decodes a slot of the jitter buffer; undefined where it holds no sound. */
  #decode(slot: number, into: Int16Array): Int16Array | undefined {
    const length = slot === lost ? 0 : (this.#jitter.lengths[slot] as number)
    if (length === 0 || !this.#law) return undefined
    this.#law.decode(this.#jitter.data, slot * slotBytes, slot * slotBytes + length, into)
    return into
  }

  #receiveRtcp(packet: Uint8Array, address: string): void {
    if (!this.#remote || address !== this.#remote.address) return
    const read = readRtcp(packet)
    if (!read) return
    const atMs = performance.now()
    for (const { sender, blocks } of read.reports) {
      if (sender)
        this.#lastReport = { middle: (((sender.seconds & 0xffff) << 16) | (sender.fraction >>> 16)) >>> 0, atMs }
      for (const block of blocks) {
        if (block.ssrc !== this.#ssrc) continue
        this.#remoteLost = block.lost
        this.#roundTripMs = roundTripMs(block, ntpTime(performance.timeOrigin + atMs).middle) ?? this.#roundTripMs
      }
    }
  }

  #sendRtcp(nowMs: number, goodbye: boolean): void {
    this.#beatsToRtcp = this.#rtcpBeats(false)
    const remote = this.#remote as MediaDescription
    if (remote.port === 0) return
    const ntp = ntpTime(performance.timeOrigin + nowMs)
    const source = this.#source
    const report = {
      ssrc: this.#ssrc,
      ...(this.#sent === 0
        ? {}
        : {
            sender: {
              seconds: ntp.seconds,
              fraction: ntp.fraction,
              timestamp: this.#timestamp,
              packets: this.#sent,
              bytes: this.#bytes,
            },
          }),
      blocks: source
        ? [
            {
              ssrc: source.ssrc,
              fractionLost: source.fractionLost(),
              lost: source.lost,
              extendedHighest: source.extendedHighest,
              jitter: source.jitter,
              lastReport: this.#lastReport?.middle ?? 0,
              delaySinceLast: this.#lastReport ? Math.round(((nowMs - this.#lastReport.atMs) * 65_536) / 1000) : 0,
            },
          ]
        : [],
    }
    this.#options.rtcp.send(writeRtcp(report, this.#name, goodbye), remote.rtcpPort ?? remote.port + 1, remote.address)
  }

  #rtcpBeats(initial: boolean): number {
    const weSent = this.#sent > 0
    const senders = (weSent ? 1 : 0) + (this.#source ? 1 : 0)
    const session = { members: 2, senders, weSent, bandwidth: rtcpBytesPerSecond, averageBytes: 120, initial }
    return Math.round(rtcpInterval(session, { roll: () => this.#options.random32() / 2 ** 32 }) / beatMs)
  }

  #newSource(ssrc: number): void {
    this.#startAnew()
    this.#source = new Source(ssrc, 8000)
    this.#nextSource = -1
  }

  #startAnew(): void {
    if (this.#source) {
      this.#before = {
        received: this.#before.received + this.#source.received,
        lost: this.#before.lost + this.#source.lost,
      }
    }
    this.#source = undefined
    this.#jitter.reset()
    this.#concealer.reset()
    this.#decodedCount = 0
  }

  async #finishRecording(): Promise<void> {
    const recorder = this.#recorder
    this.#recorder = undefined
    try {
      await recorder?.close()
    } catch (error) {
      this.#options.tell({ type: 'endpoint-failed', code: 'media-file-unwritable', detail: (error as Error).message })
    }
  }
}

/** Binds a pair of ports, the even one for RTP (RFC 3550 §11). Rejects when none is free. */
export async function bindPair(
  address: string,
  [first, last]: readonly [number, number],
  random32: () => number,
): Promise<{ rtp: Socket; rtcp: Socket }> {
  const low = first === 0 ? 16_384 : first + (first & 1)
  const high = first === 0 ? 65_534 : last
  const pairs = Math.floor((high - low + 1) / 2)
  for (let attempt = 0; attempt < Math.min(pairs, 64); attempt++) {
    const port = low + 2 * (random32() % pairs)
    const [rtp, rtcp] = [bind(address, port), bind(address, port + 1)]
    const bound = await Promise.allSettled([rtp, rtcp])
    const [a, b] = bound
    if (a.status === 'fulfilled' && b.status === 'fulfilled') return { rtp: a.value, rtcp: b.value }
    for (const each of bound) if (each.status === 'fulfilled') each.value.close()
    const reason = bound.find((each) => each.status === 'rejected')?.reason as NodeJS.ErrnoException
    if (reason.code !== 'EADDRINUSE') throw reason
  }
  throw new Error('every port that was tried is taken')
}

function bind(address: string, port: number): Promise<Socket> {
  const family = isIPv6(address) ? 6 : 4
  const socket = createSocket({
    type: `udp${family}`,
    recvBufferSize: 1 << 18,
    // Only addresses are ever sent to: asking for each packet, as Node would, costs a tick and twice the time.
    lookup: (host, _options, answer) => answer(null, host, family),
  })
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind(port, address, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}
