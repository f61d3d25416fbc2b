// What becomes of the calls of one endpoint, as Asterisk's events and its lists of channels and bridges say it.
import {
  type AriCall,
  ariCall,
  beginning,
  connecting,
  ending,
  holding,
  isByPhone,
  isOf,
  isTelling,
  meeting,
} from './call.ts'
import { type AriBridge, type AriChannel, type AriEvent, type AriParty, ariParty } from './events.ts'
import { Floor, type Named } from './floor.ts'
import { type Seat, Seats } from './seats.ts'
import type { AriTold } from './told.ts'

const mostCalls = 64

export class AriDevice {
  /** Who sits in which conference. */
  readonly seats: Seats = new Seats()
  readonly #endpoint: string
  readonly #floor = new Floor()
  readonly #calls = new Map<string, AriCall>()
  #told: AriTold[] = []

  /** As its channels' names begin: PJSIP/101. */
  constructor(endpoint: string) {
    this.#endpoint = endpoint
  }

  get calls(): readonly string[] {
    return [...this.#calls.keys()]
  }

  take(event: AriEvent): AriTold[] {
    const { type, channel, bridge } = event
    for (const each of [channel, event.second, event.caller, event.peer]) if (each) this.#floor.is(each)
    if (bridge) this.#floor.bridge(type === 'BridgeDestroyed' ? { ...bridge, channels: [] } : bridge)
    const call = this.#calls.get(channel?.id ?? '')
    switch (type) {
      case 'ChannelCreated':
      case 'ChannelStateChange':
        if (channel) this.#stateOf(channel)
        break
      case 'ChannelConnectedLine':
        // What the phone is shown in a conference is of nobody in it.
        if (call && channel?.connected && !this.seats.of(call.id)) this.#told.push(...meeting(call, channel.connected))
        break
      case 'ChannelHold':
      case 'ChannelUnhold':
        if (channel) this.#floor.hold(channel.id, type === 'ChannelHold')
        break
      case 'Dial':
        this.#dials(event)
        break
      case 'BridgeBlindTransfer':
        if (call && event.result === 'Success') this.#sent(call, ariParty(event.exten))
        break
      case 'BridgeAttendedTransfer': {
        const other = this.#calls.get(event.second?.id ?? '')
        if (event.result !== 'Success') break
        if (call) this.#sent(call, event.second?.connected)
        if (other) this.#sent(other, channel?.connected)
        break
      }
      case 'ChannelHangupRequest':
        if (event.soft || !channel) break
        for (const each of this.seats.with(channel.id)) this.leave(each)
        if (call && !this.seats.isSpent(call.id)) call.left ||= isByPhone(call, event.cause)
        else if (!call) this.#failed(channel.id, event.cause)
        break
      case 'ChannelDestroyed':
        if (channel) this.#gone(channel.id, event.cause)
        break
    }
    return this.look()
  }

  /** All that there are now; calls that were known and are not among them have ended. */
  snapshot(channels: readonly AriChannel[], bridges: readonly AriBridge[]): AriTold[] {
    this.#floor.all(channels, bridges)
    const there = new Set(channels.map(({ id }) => id))
    for (const call of [...this.#calls.values()]) {
      const seat = this.seats.of(call.id)
      if (seat ? there.has(seat.phone) && there.has(seat.far) : there.has(call.id)) continue
      this.#calls.delete(call.id)
      if (call.begun) this.#told.push({ type: 'ended', call: call.id, by: 'network' })
      if (seat) this.#rise(call.id, seat)
    }
    this.seats.all(there)
    for (const channel of channels) {
      this.#stateOf(channel)
      const call = this.#calls.get(channel.id)
      if (call?.begun && channel.connected && !this.seats.of(call.id))
        this.#told.push(...meeting(call, channel.connected))
    }
    return this.look()
  }

  /** A call that is asked for: the channel with that id is ours, and is not told as begun. */
  expect(id: string, remote: AriParty): void {
    this.#calls.set(id, { ...ariCall(id, '', true), remote })
  }

  /** It does not come. */
  forget(id: string): void {
    this.#calls.delete(id)
  }

  /** We end it: that is told as ours. `to`: who it is sent to. */
  leave(id: string, to?: AriParty): void {
    const call = this.#calls.get(id)
    if (call) this.#sent(call, to)
  }

  /** We could not end it. */
  stay(id: string): void {
    const call = this.#calls.get(id)
    if (!call) return
    call.left = false
    call.sentTo = undefined
  }

  remoteOf(id: string): AriParty | undefined {
    return this.#calls.get(id)?.remote
  }

  /** Whether its channel is there. */
  isThere(id: string): boolean {
    return (this.#calls.get(id)?.name ?? '') !== ''
  }

  isHeld(id: string): boolean {
    return this.#calls.get(id)?.held.has('local') === true
  }

  /** The channel at the other end: of whom it hears, or of who calls. */
  peerOf(id: string): Named | undefined {
    const seat = this.seats.of(id)
    return seat ? this.#floor.named(seat.far) : (this.#floor.peerOf(id) ?? this.#calls.get(id)?.caller)
  }

  nameOf(id: string): string | undefined {
    return this.#floor.named(id)?.name
  }

  /** It is not sent there after all. */
  returns(id: string): AriTold[] {
    const call = this.#calls.get(id)
    this.seats.return(id)
    if (call && !this.#floor.named(id)) this.#close(call, 0)
    return this.look()
  }

  /** It is over here, though its other side goes on. */
  over(id: string): AriTold[] {
    const call = this.#calls.get(id)
    if (call) this.#close(call, 0)
    return this.look()
  }

  #stateOf(channel: AriChannel): void {
    const { id, name, state, connected, exten, app } = channel
    if (this.seats.isSpent(id)) return
    if (!this.#calls.has(id) && (!isOf(this.#endpoint, name) || this.#calls.size >= mostCalls)) return
    const call = this.#calls.get(id) ?? ariCall(id, name, false)
    this.#calls.set(id, call)
    call.name = name
    if (state === 'Up') call.pickedUp = true
    if (call.expected) return
    // Somebody else asked for a call of this phone: it rings first.
    const isAskedFor = app === 'AppDial2' && call.caller === undefined
    if (state === 'Ring') this.#told.push(...beginning(call, 'out', connected ?? ariParty(exten), channel))
    else if (state === 'Ringing' && !isAskedFor) this.#told.push(...beginning(call, 'in', connected, channel))
    else if (state === 'Up' && !call.begun) {
      const isCalled = call.caller !== undefined || app === 'AppDial'
      this.#told.push(...beginning(call, isCalled ? 'in' : 'out', connected ?? ariParty(exten), channel))
    }
    // Where somebody was called, it is connected when the two hear each other: only then can something be done with who answers.
    const awaits = call.calls && call.dialStatus === ''
    if (state === 'Up' && !isAskedFor && !awaits) this.#told.push(...connecting(call))
  }

  #dials({ caller, peer, dialStatus }: AriEvent): void {
    if (!peer || !caller) return
    this.#floor.calls(caller.id, peer.id)
    if (isOf(this.#endpoint, peer.name)) {
      const called = this.#calls.get(peer.id)
      if (called && !called.expected) called.caller = caller
      this.#stateOf(peer)
    }
    const call = this.#calls.get(caller.id)
    if (!call) return
    call.calls = true
    if (dialStatus === '' || final.includes(dialStatus)) call.dialStatus = dialStatus
    if (dialStatus === 'RINGING' && call.begun && !call.alerting && !call.connected) {
      call.alerting = true
      this.#told.push({ type: 'alerting', call: call.id })
    }
  }

  #failed(channel: string, cause: number): void {
    if (!isTelling(cause)) return
    for (const caller of this.#floor.callersOf(channel)) {
      const call = this.#calls.get(caller)
      if (call && !call.connected) call.cause = cause
    }
  }

  #sent(call: AriCall, to: AriParty | undefined): void {
    call.left = true
    call.sentTo = to ?? call.sentTo
  }

  #gone(channel: string, cause: number): void {
    const call = this.#calls.get(channel)
    const others = [...this.seats.with(channel), this.seats.at(channel)]
    if (call && !this.seats.of(channel)) this.#close(call, cause)
    else if (!call) this.#failed(channel, cause)
    this.#floor.gone(channel)
    for (const each of others.map((id) => this.#calls.get(id ?? ''))) if (each) this.#close(each, cause)
    this.seats.gone(channel)
  }

  #rise(call: string, { phone }: Seat): void {
    this.seats.leave(call)
    if (this.seats.with(phone).length === 0 && this.#floor.named(phone))
      this.#told.push({ type: 'alone', channel: phone })
  }

  #close(call: AriCall, own: number): void {
    this.#calls.delete(call.id)
    const seat = this.seats.of(call.id)
    if (seat) this.#rise(call.id, seat)
    this.#told.push(...ending(call, own))
  }

  /** With what follows from who is with whom now. */
  look(): AriTold[] {
    for (const call of this.#calls.values()) {
      if (call.begun && this.#floor.isBridged(call.id)) this.#told.push(...connecting(call))
      if (!call.connected) continue
      const seat = this.seats.of(call.id)
      if (seat?.settled === false) continue
      const far = seat ? this.#floor.past(this.#floor.named(seat.far)) : this.#floor.farOf(call.id)
      this.#told.push(...holding(call, 'local', this.#floor.holds(seat?.phone ?? call.id)))
      // In between two bridges nobody is there: that is no change yet.
      if (far) this.#told.push(...holding(call, 'remote', this.#floor.holds(far.id)))
    }
    const told = this.#told
    this.#told = []
    return told
  }
}

const final: readonly string[] = ['BUSY', 'NOANSWER', 'CHANUNAVAIL', 'CONGESTION']
