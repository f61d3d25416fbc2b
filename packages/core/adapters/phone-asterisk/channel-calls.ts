// Calls that are channels of an Asterisk: the contract's id of each, and what becomes of it as the port tells it, whichever of its interfaces says so.
import type { CallEnd } from '@openparley/contract'
import type { PhoneEvent } from '../../services/calls/port.ts'
import { type ChannelEnd, type ChannelParty, endOf, partyOf } from './ending.ts'
import type { AsteriskLine } from './server.ts'

/** As the engines of both interfaces tell it. */
export type ChannelTold = { readonly call: string } & (
  | {
      readonly type: 'begun'
      /** Its name there, where that is not its channel. */
      readonly callId?: string
      readonly direction: 'in' | 'out'
      readonly remote: ChannelParty | undefined
    }
  | { readonly type: 'alerting' }
  | { readonly type: 'connected'; readonly remote: ChannelParty | undefined }
  | { readonly type: 'held' | 'resumed'; readonly by: 'local' | 'remote' }
  | { readonly type: 'updated' | 'transferred'; readonly remote: ChannelParty }
  | ({ readonly type: 'ended' } & ChannelEnd)
)

export interface ChannelCallsOptions {
  readonly line: AsteriskLine
  readonly newCall: () => string
  readonly tell: (event: PhoneEvent) => void
  /** Nothing is asked about that channel any more. */
  readonly forget: (channel: string) => void
}

export class ChannelCalls {
  readonly #options: ChannelCallsOptions
  /** The contract’s id of each call by its channel’s, and back. */
  readonly #ids = new Map<string, string>()
  readonly #channels = new Map<string, string>()
  /** Ended before they have a channel: that is hung up as soon as it comes. */
  readonly #unwanted = new Set<string>()

  constructor(options: ChannelCallsOptions) {
    this.#options = options
  }

  bind(channel: string, call: string): void {
    this.#ids.set(channel, call)
    this.#channels.set(call, channel)
  }

  callOf(channel: string): string | undefined {
    return this.#ids.get(channel)
  }

  channelOf(call: string): string | undefined {
    return this.#channels.get(call)
  }

  has(call: string): boolean {
    return this.#channels.has(call)
  }

  /** It is ended, and has no channel yet. */
  unwant(channel: string): void {
    this.#unwanted.add(channel)
  }

  isUnwanted(channel: string): boolean {
    return this.#unwanted.has(channel)
  }

  /** Those that are unwanted and of which `isThere` says that they have come: each once. */
  come(isThere: (channel: string) => boolean): string[] {
    const come = [...this.#unwanted].filter(isThere)
    for (const channel of come) this.#unwanted.delete(channel)
    return come
  }

  over(channel: string, end: CallEnd): void {
    const call = this.#ids.get(channel)
    if (call === undefined) return
    this.#options.forget(channel)
    this.#ids.delete(channel)
    this.#channels.delete(call)
    this.#unwanted.delete(channel)
    this.#options.tell({ type: 'ended', call, end })
  }

  /** No channel came of it, and none comes. */
  notMade(channel: string, why: CallEnd): void {
    this.over(channel, this.#unwanted.has(channel) ? { by: 'local' } : why)
  }

  show(told: ChannelTold): void {
    const { tell } = this.#options
    const call = this.#ids.get(told.call)
    if (told.type === 'begun') return call === undefined ? this.#begin(told) : undefined
    if (call === undefined) return
    switch (told.type) {
      case 'alerting':
        return tell({ type: 'alerting', call })
      case 'connected':
        return tell({ type: 'connected', call, ...(told.remote ? { remote: partyOf(told.remote) } : {}) })
      case 'held':
      case 'resumed':
        return tell({ type: told.type, call, by: told.by })
      case 'updated':
      case 'transferred':
        return tell({ type: told.type, call, remote: partyOf(told.remote) })
      case 'ended':
        return this.over(told.call, endOf(told))
    }
  }

  #begin({
    call: channel,
    callId: peerId = channel,
    direction,
    remote,
  }: Extract<ChannelTold, { type: 'begun' }>): void {
    const { line, newCall, tell } = this.#options
    const call = newCall()
    this.bind(channel, call)
    const party = partyOf(remote)
    if (direction === 'out') tell({ type: 'outgoing', call, to: party, peerId })
    else tell({ type: 'incoming', call, from: party, to: partyOf({ number: line.number }), peerId })
  }
}
