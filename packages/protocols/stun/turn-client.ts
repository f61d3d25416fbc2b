// An allocation at a relay, RFC 8656: made, kept, and given back; with permissions for those who are talked to, and channels for the stream.
import type { Engine, Millis } from '../common/index.ts'
import { attributeOf, mappedAddressOf, wordAttribute, wordOf, xorAddressAttribute, xorAddressOf } from './attributes.ts'
import { firstChannel, lastChannel } from './channel.ts'
import { isSamePlace, type Place } from './ip.ts'
import { attributeTypes, methods, type ReadStun, writeStun } from './message.ts'
import { type Outcome, type StunCredentials, StunRequests } from './requests.ts'

export interface TurnOptions {
  readonly credentials?: StunCredentials | undefined
  /** The server is reached over TCP or TLS. */
  readonly isReliable: boolean
  /** The family of the address that is wanted; the server’s own choice unless said. */
  readonly family?: 4 | 6
  readonly random: (bytes: number) => Uint8Array
}

export type TurnInput =
  | { readonly type: 'start' }
  /** A STUN message that came from the server. */
  | { readonly type: 'received'; readonly message: ReadStun }
  /** Something for somebody behind the relay: what is sent before they may answer is held, a little of it. */
  | { readonly type: 'send'; readonly to: Place; readonly bytes: Uint8Array }
  /** What goes there is a stream: a channel saves 32 bytes a packet. */
  | { readonly type: 'bind'; readonly to: Place }
  /** The connection to the server is gone. */
  | { readonly type: 'lost' }
  | { readonly type: 'stop' }

export type TurnEffect =
  | { readonly type: 'send'; readonly bytes: Uint8Array }
  | { readonly type: 'allocated'; readonly relayed: Place; readonly mapped: Place | undefined }
  | { readonly type: 'bound'; readonly to: Place; readonly channel: number }
  | { readonly type: 'data'; readonly from: Place; readonly bytes: Uint8Array }
  /** There is no relay, or it is one no more. Nothing follows. */
  | { readonly type: 'failed'; readonly fault: TurnFault }

export type TurnFault =
  | { readonly is: 'silent' | 'credentials-rejected' | 'credentials-missing' | 'malformed' | 'closed' }
  /** Any other error of the server’s: 437, 486 (too many allocations), 508, … */
  | { readonly is: 'refused'; readonly code: number; readonly reason: string }

type Kind =
  | { readonly is: 'allocate' | 'refresh' | 'look' | 'end' }
  | { readonly is: 'permit'; readonly addresses: readonly string[] }
  | { readonly is: 'bind'; readonly to: Place; readonly channel: number }

type State = 'new' | 'allocating' | 'allocated' | 'over'

interface Peer {
  readonly address: string
  state: 'asked' | 'permitted' | 'refused'
  held: { readonly to: Place; readonly bytes: Uint8Array }[]
}

export class TurnClient implements Engine<TurnInput, TurnEffect> {
  readonly #options: TurnOptions
  readonly #requests: StunRequests<Kind>
  readonly #peers = new Map<string, Peer>()
  readonly #channels: { readonly to: Place; readonly channel: number; isBound: boolean }[] = []
  #state: State = 'new'
  #refreshAt: Millis | undefined
  #permitAt: Millis | undefined
  #lookAt: Millis | undefined

  constructor(options: TurnOptions) {
    this.#options = options
    this.#requests = new StunRequests(options)
  }

  get state(): State {
    return this.#state
  }

  get deadline(): Millis | undefined {
    const all = [this.#refreshAt, this.#permitAt, this.#lookAt, this.#requests.deadline].filter(
      (at) => at !== undefined,
    )
    return all.length === 0 ? undefined : Math.min(...all)
  }

  /** Whom a channel is bound to; undefined: it is none of ours. */
  peerOf(channel: number): Place | undefined {
    return this.#channels.find((each) => each.channel === channel)?.to
  }

  handle(input: TurnInput, now: Millis): TurnEffect[] {
    if (this.#state === 'over') return []
    switch (input.type) {
      case 'start':
        if (this.#state !== 'new') return []
        this.#state = 'allocating'
        return [this.#ask({ is: 'allocate' }, now)]
      case 'received':
        return this.#received(input.message, now)
      case 'send':
        return this.#state === 'allocated' ? this.#send(input.to, input.bytes, now) : []
      case 'bind':
        return this.#state === 'allocated' ? this.#bind(input.to, now) : []
      case 'lost':
        return this.#fail({ is: 'closed' })
      case 'stop': {
        const isHeld = this.#state === 'allocated'
        this.#requests.clear()
        this.#end()
        // Told once: a server that does not hear it lets the allocation lapse.
        return isHeld ? [this.#ask({ is: 'end' }, now)] : []
      }
    }
  }

  wake(now: Millis): TurnEffect[] {
    // Its last word is not said again.
    if (this.#state === 'over') this.#requests.clear()
    const effects = this.#requests.wake(now).flatMap((outcome) => this.#outcome(outcome, now))
    if (this.#state !== 'allocated') return effects
    if (this.#refreshAt !== undefined && now >= this.#refreshAt) {
      this.#refreshAt = undefined
      effects.push(this.#ask({ is: 'refresh' }, now))
    }
    if (this.#permitAt !== undefined && now >= this.#permitAt) {
      this.#permitAt = now + permitMs
      effects.push(...this.#permitAgain(now))
    }
    if (this.#lookAt !== undefined && now >= this.#lookAt) {
      this.#lookAt = undefined
      effects.push(this.#ask({ is: 'look' }, now))
    }
    return effects
  }

  #received(message: ReadStun, now: Millis): TurnEffect[] {
    if (message.class === 'indication' && message.method === methods.data) {
      const from = xorAddressOf(message, attributeTypes.xorPeerAddress)
      const bytes = attributeOf(message, attributeTypes.data)
      return from && bytes && this.#state === 'allocated' ? [{ type: 'data', from, bytes }] : []
    }
    const outcome = this.#requests.received(message, now)
    return outcome ? this.#outcome(outcome, now) : []
  }

  #outcome(outcome: Outcome<Kind>, now: Millis): TurnEffect[] {
    switch (outcome.is) {
      case 'send':
        return [{ type: 'send', bytes: outcome.bytes }]
      case 'answered':
        return this.#answered(outcome.kind, outcome.message, now)
      case 'silent':
        return this.#undone(outcome.kind, { is: 'silent' })
      case 'refused': {
        const { code, reason } = outcome
        const { credentials } = this.#options
        if (code !== 401) return this.#undone(outcome.kind, { is: 'refused', code, reason })
        return this.#undone(outcome.kind, { is: credentials ? 'credentials-rejected' : 'credentials-missing' })
      }
    }
  }

  #answered(kind: Kind, message: ReadStun, now: Millis): TurnEffect[] {
    switch (kind.is) {
      case 'allocate':
      case 'refresh': {
        const lifetimeMs = (wordOf(message, attributeTypes.lifetime) ?? 0) * 1000
        const relayed = xorAddressOf(message, attributeTypes.xorRelayedAddress)
        if (lifetimeMs === 0 || (kind.is === 'allocate' && !relayed)) return this.#fail({ is: 'malformed' })
        // A minute before the end (§3.2), and halfway where it is short.
        this.#refreshAt = now + Math.max(lifetimeMs - 60_000, Math.min(lifetimeMs, mostLifetimeMs) / 2)
        if (!relayed || kind.is === 'refresh') return []
        this.#state = 'allocated'
        this.#lookAt = now + lookMs
        return [{ type: 'allocated', relayed, mapped: mappedAddressOf(message) }]
      }
      case 'look':
        this.#lookAt = now + lookMs
        return []
      case 'permit':
        return kind.addresses.flatMap((address) => this.#permitted(address, now))
      case 'bind': {
        const channel = this.#channels.find((each) => each.channel === kind.channel)
        if (!channel || channel.isBound) return []
        channel.isBound = true
        return [
          { type: 'bound', to: channel.to, channel: channel.channel },
          ...this.#permitted(channel.to.address, now),
        ]
      }
      case 'end':
        return []
    }
  }

  /** Without a permission or a channel others still can be talked to; without the allocation nobody. */
  #undone(kind: Kind, fault: TurnFault): TurnEffect[] {
    switch (kind.is) {
      case 'permit':
        for (const address of kind.addresses) {
          const peer = this.#peers.get(address)
          if (!peer) continue
          peer.state = 'refused'
          peer.held = []
        }
        return []
      case 'bind':
      case 'end':
        return []
      default:
        return this.#fail(fault)
    }
  }

  #permitted(address: string, now: Millis): TurnEffect[] {
    const peer = this.#peers.get(address)
    if (!peer) return []
    peer.state = 'permitted'
    this.#permitAt ??= now + permitMs
    const held = peer.held
    peer.held = []
    return held.map(({ to, bytes }) => this.#indication(to, bytes))
  }

  #send(to: Place, bytes: Uint8Array, now: Millis): TurnEffect[] {
    const peer = this.#peers.get(to.address)
    if (peer?.state === 'permitted') return [this.#indication(to, bytes)]
    if (peer?.state === 'refused') return []
    const asked: Peer = peer ?? { address: to.address, state: 'asked', held: [] }
    if (asked.held.length < mostHeld) asked.held.push({ to, bytes })
    if (peer || this.#peers.size >= mostPeers) return []
    this.#peers.set(to.address, asked)
    return [this.#ask({ is: 'permit', addresses: [to.address] }, now)]
  }

  #bind(to: Place, now: Millis): TurnEffect[] {
    const known = this.#channels.find((each) => isSamePlace(each.to, to))
    if (known) return known.isBound ? [{ type: 'bound', ...known }] : []
    const channel = firstChannel + this.#channels.length
    if (channel > lastChannel) return []
    this.#channels.push({ to, channel, isBound: false })
    return [this.#ask({ is: 'bind', to, channel }, now)]
  }

  /** A permission is for five minutes, a channel for ten (§9, §12). */
  #permitAgain(now: Millis): TurnEffect[] {
    const addresses = [...this.#peers.values()]
      .filter(({ state }) => state === 'permitted')
      .map(({ address }) => address)
    const bound = this.#channels.filter(({ isBound }) => isBound)
    return [
      ...(addresses.length === 0 ? [] : [this.#ask({ is: 'permit', addresses }, now)]),
      ...bound.map(({ to, channel }) => this.#ask({ is: 'bind', to, channel }, now)),
    ]
  }

  #indication(to: Place, bytes: Uint8Array): TurnEffect {
    const transaction = this.#options.random(12)
    const attributes = [
      xorAddressAttribute(attributeTypes.xorPeerAddress, to, transaction),
      { type: attributeTypes.data, value: bytes },
    ]
    return { type: 'send', bytes: writeStun({ class: 'indication', method: methods.send, transaction, attributes }) }
  }

  #ask(kind: Kind, now: Millis): TurnEffect {
    const { family } = this.#options
    const first = kind.is === 'allocate'
    const bytes = this.#requests.begin(
      {
        kind,
        method: methodOf[kind.is],
        // Somebody waits for the first, and for the others nobody does.
        waitMs: first ? 150 : 500,
        mostSends: first ? 6 : 4,
        isPlain: kind.is === 'look',
        attributes: (transaction) => {
          switch (kind.is) {
            case 'allocate':
              return [
                { type: attributeTypes.requestedTransport, value: Uint8Array.of(udp, 0, 0, 0) },
                ...(family === undefined
                  ? []
                  : [
                      {
                        type: attributeTypes.requestedAddressFamily,
                        value: Uint8Array.of(family === 4 ? 1 : 2, 0, 0, 0),
                      },
                    ]),
              ]
            case 'end':
              return [wordAttribute(attributeTypes.lifetime, 0)]
            case 'permit':
              return kind.addresses.map((address) =>
                xorAddressAttribute(attributeTypes.xorPeerAddress, { address, port: 0 }, transaction),
              )
            case 'bind':
              return [
                wordAttribute(attributeTypes.channelNumber, kind.channel * 2 ** 16),
                xorAddressAttribute(attributeTypes.xorPeerAddress, kind.to, transaction),
              ]
            default:
              return []
          }
        },
      },
      now,
    )
    return { type: 'send', bytes }
  }

  #fail(fault: TurnFault): TurnEffect[] {
    this.#requests.clear()
    this.#end()
    return [{ type: 'failed', fault }]
  }

  #end(): void {
    this.#state = 'over'
    this.#peers.clear()
    this.#refreshAt = undefined
    this.#permitAt = undefined
    this.#lookAt = undefined
  }
}

const methodOf: Readonly<Record<Kind['is'], number>> = {
  allocate: methods.allocate,
  refresh: methods.refresh,
  end: methods.refresh,
  look: methods.binding,
  permit: methods.createPermission,
  bind: methods.channelBind,
}

/** The protocol number of UDP, which is what is relayed. */
const udp = 17
const mostLifetimeMs = 3_600_000
const permitMs = 240_000
/** Whether the server is still there, and the translator on the way to it keeps its mapping. */
const lookMs = 5000
const mostHeld = 8
const mostPeers = 32
