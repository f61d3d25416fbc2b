// An allocation at a relay as something to send through: by the leg’s own socket where the relay speaks UDP, by a connection where it does not.
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:dgram'
import { connectStream, drive, type Driven, realClock, type Stream } from '@openparley/net'
import {
  channelHeaderBytes,
  channelLength,
  channelOf,
  isSamePlace,
  type Place,
  readStun,
  relayStream,
  TurnClient,
  type TurnEffect,
  type TurnFault,
  type TurnInput,
  writeChannelHeader,
} from '@openparley/protocols/stun'
import type { Helper } from './messages.ts'

export interface RelayOptions {
  readonly helper: Helper
  /** Where the server is. */
  readonly at: Place
  /** For UDP: what comes there from the server is given to `received`. */
  readonly socket: Socket
  readonly localAddress: string
  readonly ca: string | undefined
  readonly onAllocated: (relayed: Place, mapped: Place | undefined) => void
  /** What somebody behind it has sent. `packet` is good until the next one comes. */
  readonly onPacket: (packet: Buffer, from: Place) => void
  /** It was none, or is none any more. */
  readonly onFailed: (fault: TurnFault | { readonly is: 'unreachable'; readonly detail: string }) => void
}

export class Relay {
  readonly #options: RelayOptions
  readonly #client: TurnClient
  readonly #driven: Driven<TurnInput>
  /** Packets of our own that may be on their way to the socket at once, each with its own memory. */
  readonly #packets = Array.from({ length: packetsInFlight }, () => new Uint8Array(mostPacket))
  #turn = 0
  /** Where the stream goes, once its channel is bound. */
  #bound: { readonly to: Place; readonly channel: number } | undefined
  #stream: Stream | undefined
  #is: 'open' | 'closed' = 'open'

  constructor(options: RelayOptions) {
    this.#options = options
    const { user, password, transport } = options.helper
    this.#client = new TurnClient({
      credentials: user === undefined || password === undefined ? undefined : { user, password },
      isReliable: transport !== 'udp',
      random: (bytes) => new Uint8Array(randomBytes(bytes)),
    })
    this.#driven = drive(this.#client, realClock, (effect) => this.#perform(effect))
  }

  get at(): Place {
    return this.#options.at
  }

  /** Whether its packets come to the leg’s socket. */
  get sharesSocket(): boolean {
    return this.#options.helper.transport === 'udp'
  }

  async open(): Promise<void> {
    const { helper, at, ca, localAddress } = this.#options
    if (helper.transport !== 'udp') {
      const cut = relayStream()
      try {
        this.#stream = await connectStream({
          ...at,
          localAddress,
          timeoutMs: connectMs,
          ...(helper.transport === 'tls'
            ? { tls: { trust: { verify: 'full', ...(ca === undefined ? {} : { ca }) }, name: helper.host } }
            : {}),
          onData: (bytes) => {
            const { packets, lost } = cut.push(bytes)
            for (const packet of packets)
              this.received(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength))
            if (lost) this.#stream?.close()
          },
          onClose: () => this.#driven.feed({ type: 'lost' }),
        })
      } catch (error) {
        if (this.#is === 'open') this.#options.onFailed({ is: 'unreachable', detail: (error as Error).message })
        return
      }
      if (this.#is === 'closed') return this.#stream.close()
    }
    this.#driven.feed({ type: 'start' })
  }

  /** A packet of the server’s. */
  received(packet: Buffer): void {
    const channel = channelOf(packet)
    if (channel !== undefined) {
      const from = this.#bound?.channel === channel ? this.#bound.to : this.#client.peerOf(channel)
      if (from)
        this.#options.onPacket(packet.subarray(channelHeaderBytes, channelHeaderBytes + channelLength(packet)), from)
      return
    }
    const message = readStun(packet)
    if (message) this.#driven.feed({ type: 'received', message })
  }

  /** The stream goes there from now on. */
  bind(to: Place): void {
    this.#driven.feed({ type: 'bind', to })
  }

  send(packet: Uint8Array, offset: number, length: number, to: Place): void {
    const bound = this.#bound
    if (!bound || !isSamePlace(bound.to, to) || length > mostPacket - channelHeaderBytes - 3)
      return this.#driven.feed({ type: 'send', to, bytes: packet.slice(offset, offset + length) })
    const own = this.#packets[this.#turn++ % packetsInFlight] as Uint8Array
    writeChannelHeader(own, bound.channel, length)
    for (let i = 0; i < length; i++) own[channelHeaderBytes + i] = packet[offset + i] as number
    this.#toServer(own, channelHeaderBytes + length)
  }

  close(): void {
    if (this.#is === 'closed') return
    this.#is = 'closed'
    this.#driven.feed({ type: 'stop' })
    this.#driven.stop()
    this.#stream?.close()
  }

  #perform(effect: TurnEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#toServer(effect.bytes, effect.bytes.length)
      case 'allocated':
        return this.#options.onAllocated(effect.relayed, effect.mapped)
      case 'bound':
        this.#bound = effect
        return
      case 'data':
        return this.#options.onPacket(Buffer.from(effect.bytes), effect.from)
      case 'failed':
        if (this.#is === 'open') this.#options.onFailed(effect.fault)
    }
  }

  #toServer(bytes: Uint8Array, length: number): void {
    const { socket, at, helper } = this.#options
    if (helper.transport === 'udp') socket.send(bytes, 0, length, at.port, at.address)
    // A connection keeps what it is given until it is written, and pads to four bytes (RFC 8656 §12.5).
    else this.#stream?.send(bytes.slice(0, length + (-length & 3)))
  }
}

const packetsInFlight = 8
/** A frame of any codec here with its headers; what is larger goes without a channel. */
const mostPacket = 1500
const connectMs = 3000
