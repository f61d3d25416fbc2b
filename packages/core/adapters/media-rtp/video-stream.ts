// The video of one leg: passed between the far side and the page that the leg is attached to, as it is. What becomes of pictures
// that are lost, and how much may be sent, both sides are told.
import {
  headerBytes,
  readFeedback,
  readRtp,
  type RtpView,
  rtpView,
  Source,
  srtpRoom,
  writeFir,
  writePli,
  writeRtpHeader,
} from '@openparley/protocols/rtp'
import type { ConnectedVideo, Endpoint, LegEvent } from '../../services/media/port.ts'
import type { CameraPacket, PageVideo, VideoCodecName, VideoTaker } from './browser-video.ts'
import { type Guard, guardOf } from './guard.ts'
import { closePair, type PortPair } from './port-pair.ts'
import { Reports } from './reports.ts'
import { reachable, type Remote } from './rtp-leg.ts'
import type { Beating } from './schedule.ts'
import { Pictures } from './video-pictures.ts'
import { Rewriting } from './video-rewriting.ts'

export interface VideoStreamOptions extends PortPair {
  readonly random32: () => number
  readonly tell: (event: LegEvent) => void
  /** The video of a page that is joined. */
  readonly page: (name: string) => PageVideo | undefined
}

export class VideoStream implements Beating, VideoTaker {
  readonly #options: VideoStreamOptions
  readonly #ssrc: number
  readonly #view: RtpView = rtpView()
  readonly #packets: Uint8Array[]
  readonly #out: Rewriting
  readonly #reports: Reports
  readonly #sent = { packets: 0, bytes: 0, timestamp: 0 }
  /** What is asked of the far side, and of the page. */
  readonly #ofFar = new Pictures()
  readonly #ofPage = new Pictures()
  #remote: Remote | undefined
  #guard: Guard | undefined
  #page: PageVideo | undefined
  #source: Source | undefined
  /** By its number: what a packet of the far side is. */
  #codecs: (VideoCodecName | undefined)[] = []
  /** What we send. */
  #codec: VideoCodecName | undefined
  #payloadType = -1
  #feedback: readonly string[] = []
  #sends = false
  #receives = false
  /** What the page may send: as agreed, and as the far side said since. */
  #agreedBits = 0
  #wantedBits = Number.POSITIVE_INFINITY
  #fromPort: number | undefined
  #leftSource: number | undefined
  #command = 0
  #commanded: number | undefined
  #beats = 0
  #next = 0

  constructor(options: VideoStreamOptions) {
    this.#options = options
    const { rtp, rtcp, random32 } = options
    this.#ssrc = random32()
    this.#out = new Rewriting(random32)
    this.#reports = new Reports(this.#ssrc, random32)
    this.#packets = Array.from({ length: packetsInFlight }, () => new Uint8Array(headerBytes + mostBytes + srtpRoom))
    rtp.on('message', (packet, from) => this.#receive(packet, from.address, from.port))
    rtcp.on('message', (packet, from) => this.#readReport(packet, from.address))
    // A port that answers "nobody is here" is one that nothing comes from.
    rtp.on('error', () => {})
    rtcp.on('error', () => {})
  }

  connect(connected: ConnectedVideo | undefined): void {
    if (!connected) return this.#disconnect()
    const { remote: description, direction, protection, mostBitsPerS } = connected
    const remote = reachable(description)
    if (remote.address !== this.#remote?.address || remote.port !== this.#remote.port) {
      this.#fromPort = undefined
      this.#leftSource = this.#source?.ssrc
      this.#source = undefined
    }
    const before = { sends: this.#sends, receives: this.#receives }
    const [first] = description.codecs
    this.#remote = remote
    this.#guard = protection && guardOf(protection, this.#guard)
    this.#codecs = []
    for (const { payloadType, name } of description.codecs) this.#codecs[payloadType] = name as VideoCodecName
    this.#codec = first?.name as VideoCodecName | undefined
    this.#payloadType = first?.payloadType ?? -1
    this.#feedback = first?.feedback ?? []
    this.#sends = (direction === 'sendrecv' || direction === 'sendonly') && remote.port !== 0
    this.#receives = direction === 'sendrecv' || direction === 'recvonly'
    this.#agreedBits = Math.min(mostBitsPerS, description.mostBitsPerS ?? Number.POSITIVE_INFINITY)
    this.#wantedBits = Number.POSITIVE_INFINITY
    if (this.#sends && !before.sends) this.#ofPage.ask()
    if (this.#receives && !before.receives) this.#ofFar.ask()
    this.#tellPage()
  }

  attach(endpoint: Endpoint): void {
    const page = endpoint.kind === 'browser' ? this.#options.page(endpoint.browser) : undefined
    if (page !== this.#page) this.#page?.leave(this)
    this.#page = page
    if (!page) return
    page.join(this)
    this.#out.begin()
    this.#ofPage.ask()
    this.#ofFar.ask()
    this.#tellPage()
  }

  askPicture(): void {
    this.#ofPage.ask()
  }

  beat(nowMs: number): number {
    const remote = this.#remote
    if (!remote) return 0
    if (this.#sends && this.#ofPage.due(nowMs)) this.#page?.askPicture(this)
    if (this.#receives && this.#canAsk && this.#ofFar.due(nowMs)) this.#askFar(nowMs)
    if (++this.#beats % boundBeats === 0 && this.#sends) this.#page?.bound(this, this.#bits)
    if (this.#reports.due(this.#sent, this.#source)) this.#report(nowMs)
    return 0
  }

  async close(nowMs: number): Promise<void> {
    if (this.#remote) this.#report(nowMs, undefined, true)
    this.#disconnect()
    this.#page?.leave(this)
    this.#page = undefined
    await closePair(this.#options)
  }

  fromPage({ payload, codec, marker, sequence, timestamp, ssrc }: CameraPacket): void {
    const remote = this.#remote
    if (!remote || !this.#sends || codec !== this.#codec || payload.length > mostBytes) return
    // Nothing but padding, by which a browser tries how much goes through.
    if (payload.length === 0) return this.#out.skip(ssrc, sequence)
    if (!this.#out.take(ssrc, sequence, timestamp, performance.now())) return
    const packet = this.#packets[this.#next] as Uint8Array
    this.#next = (this.#next + 1) % packetsInFlight
    writeRtpHeader(packet, this.#payloadType, marker, this.#out.sequence, this.#out.timestamp, this.#ssrc)
    packet.set(payload, headerBytes)
    const length = headerBytes + payload.length
    const size = this.#guard ? this.#guard.sender.protect(packet, length) : length
    if (size <= 0) return
    this.#options.rtp.send(packet, 0, size, remote.port, remote.address)
    this.#sent.packets++
    this.#sent.bytes += payload.length
  }

  pictureWanted(): void {
    this.#ofFar.ask()
  }

  /** As of sound: from the address that was agreed on and one port of it, or by the key. */
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
    const codec = this.#codecs[view.payloadType]
    if (codec === undefined || !this.#receives) return
    if (this.#source?.ssrc !== view.ssrc) {
      this.#source = new Source(view.ssrc, 90_000)
      this.#ofFar.ask()
    }
    if (!this.#source.take(view.sequence, view.timestamp, performance.now())) return
    this.#fromPort = port
    if (view.to > view.from) this.#page?.show(this, codec, packet, view)
  }

  #disconnect(): void {
    this.#remote = undefined
    this.#source = undefined
    this.#guard = undefined
    this.#sends = false
    this.#receives = false
    this.#codec = undefined
    this.#ofFar.forget()
    this.#ofPage.forget()
    this.#tellPage()
  }

  #tellPage(): void {
    this.#page?.wants(this, this.#sends ? this.#codec : undefined)
    if (this.#sends) this.#page?.bound(this, this.#bits)
  }

  get #bits(): number {
    return Math.min(this.#agreedBits, this.#wantedBits)
  }

  /** By RTCP one asks a source that has been seen; by INFO anybody. */
  get #canAsk(): boolean {
    return this.#source !== undefined || !this.#hasFeedback
  }

  get #hasFeedback(): boolean {
    return this.#feedback.some((each) => each === pli || each === fir)
  }

  #askFar(nowMs: number): void {
    const ssrc = this.#source?.ssrc
    if (!this.#hasFeedback) return this.#options.tell({ type: 'picture-wanted' })
    if (ssrc === undefined) return
    const asks = this.#feedback.includes(pli)
      ? writePli(this.#ssrc, ssrc)
      : writeFir(this.#ssrc, ssrc, this.#command++ & 0xff)
    this.#report(nowMs, asks)
  }

  /** `asks` goes behind it. */
  #report(nowMs: number, asks: Uint8Array = new Uint8Array(), goodbye = false): void {
    const remote = this.#remote
    if (!remote || remote.rtcpPort === 0) return
    this.#sent.timestamp = this.#out.at(nowMs)
    const report = this.#reports.write(this.#sent, this.#source, nowMs, goodbye)
    const length = report.length + asks.length
    const packet = new Uint8Array(length + srtpRoom)
    packet.set(report)
    packet.set(asks, report.length)
    const size = this.#guard ? this.#guard.sender.protectRtcp(packet, length) : length
    if (size > 0) this.#options.rtcp.send(packet, 0, size, remote.rtcpPort, remote.address)
  }

  #readReport(packet: Uint8Array, address: string): void {
    const guard = this.#guard
    if (!this.#remote || (!guard && address !== this.#remote.address)) return
    const length = guard ? guard.receiver.unprotectRtcp(packet, packet.length) : packet.length
    if (length <= 0) return
    const read = packet.subarray(0, length)
    this.#reports.read(read, performance.now())
    const feedback = readFeedback(read, this.#ssrc)
    if (!feedback) return
    // The same command once more is one that was sent again for safety (RFC 5104 §4.3.1.2).
    if (feedback.lost || (feedback.command !== undefined && feedback.command !== this.#commanded)) this.#ofPage.ask()
    this.#commanded = feedback.command ?? this.#commanded
    if (feedback.mostBitsPerS !== undefined) this.#wantedBits = Math.max(leastBits, feedback.mostBitsPerS)
  }
}

const pli = 'nack pli'
const fir = 'ccm fir'
/** A whole picture comes in one burst. */
const packetsInFlight = 64
/** Of one packet’s payload: no network takes more in one piece. */
const mostBytes = 1500
/** Each second the page is told how much it may send: it forgets. */
const boundBeats = 50
/** Less than that is no video; who wants none removes it. */
const leastBits = 30_000
