// What becomes of the calls of one endpoint, as Asterisk's events and its lists of channels and bridges say it.
import { type AriBridge, type AriChannel, type AriEvent, type AriParty, ariParty } from './events.ts'
import { Floor } from './floor.ts'
import { type AriCall, type AriTold, ariCall, isTelling, whyNot } from './told.ts'

const mostCalls = 64

export class AriDevice {
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
        if (call && channel?.connected) this.#isWith(call, channel.connected)
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
        if (event.soft) break
        if (call) call.left ||= isByPhone(call, event.cause)
        else if (channel) this.#failed(channel.id, event.cause)
        break
      case 'ChannelDestroyed':
        if (!channel) break
        if (call) this.#close(call, event.cause)
        else this.#failed(channel.id, event.cause)
        this.#floor.gone(channel.id)
        break
    }
    return this.#taken()
  }

  /** All that there are now; calls that were known and are not among them have ended. */
  snapshot(channels: readonly AriChannel[], bridges: readonly AriBridge[]): AriTold[] {
    this.#floor.all(channels, bridges)
    const there = new Set(channels.map(({ id }) => id))
    for (const call of [...this.#calls.values()]) {
      if (there.has(call.id)) continue
      this.#calls.delete(call.id)
      if (call.begun) this.#told.push({ type: 'ended', call: call.id, by: 'network' })
    }
    for (const channel of channels) {
      this.#stateOf(channel)
      const call = this.#calls.get(channel.id)
      if (call?.begun && channel.connected) this.#isWith(call, channel.connected)
    }
    return this.#taken()
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

  /** The name of the channel at the other end: of whom it hears, or of who calls. */
  peerOf(id: string): string | undefined {
    return this.#floor.peerOf(id)?.name ?? this.#calls.get(id)?.caller?.name
  }

  #stateOf(channel: AriChannel): void {
    const { id, name, state, connected, exten, app } = channel
    if (!this.#calls.has(id) && (!isOf(this.#endpoint, name) || this.#calls.size >= mostCalls)) return
    const call = this.#calls.get(id) ?? ariCall(id, name, false)
    this.#calls.set(id, call)
    call.name = name
    if (state === 'Up') call.pickedUp = true
    if (call.expected) return
    // Somebody else asked for a call of this phone: it rings first.
    const isAskedFor = app === 'AppDial2' && call.caller === undefined
    if (state === 'Ring') this.#begin(call, 'out', connected ?? ariParty(exten), channel)
    else if (state === 'Ringing' && !isAskedFor) this.#begin(call, 'in', connected, channel)
    else if (state === 'Up' && !call.begun) {
      const isCalled = call.caller !== undefined || app === 'AppDial'
      this.#begin(call, isCalled ? 'in' : 'out', connected ?? ariParty(exten), channel)
    }
    // Where somebody was called, it is connected when the two hear each other: only then can something be done with who answers.
    const awaits = call.calls && call.dialStatus === ''
    if (state === 'Up' && !isAskedFor && !awaits) this.#connect(call)
  }

  #begin(call: AriCall, direction: 'in' | 'out', remote: AriParty | undefined, { callId }: AriChannel): void {
    if (call.begun) return
    call.begun = true
    call.direction = direction
    call.remote = remote ?? call.caller?.caller
    this.#told.push({ type: 'begun', call: call.id, callId, direction, remote: call.remote })
  }

  #connect(call: AriCall): void {
    if (!call.begun || call.connected) return
    call.connected = true
    this.#told.push({ type: 'connected', call: call.id, remote: call.remote })
  }

  #isWith(call: AriCall, remote: AriParty): void {
    const was = call.remote
    if (was?.number === remote.number && (was.name === remote.name || remote.name === undefined)) return
    call.remote = remote
    if (!call.begun) return
    const type = call.connected && was !== undefined && was.number !== remote.number ? 'transferred' : 'updated'
    this.#told.push({ type, call: call.id, remote })
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

  #close(call: AriCall, own: number): void {
    this.#calls.delete(call.id)
    if (!call.begun) return
    const by = call.left ? 'local' : call.expected && !call.pickedUp ? 'phone' : 'remote'
    const cause = call.connected || call.left ? undefined : whyNot(call, own)
    this.#told.push({
      type: 'ended',
      call: call.id,
      by,
      ...(cause === undefined ? {} : { cause }),
      ...(call.sentTo === undefined ? {} : { transferredTo: call.sentTo }),
    })
  }

  /** With what follows from who is with whom now. */
  #taken(): AriTold[] {
    for (const call of this.#calls.values()) {
      if (call.begun && this.#floor.isBridged(call.id)) this.#connect(call)
      if (!call.connected) continue
      const far = this.#floor.farOf(call.id)
      this.#holds(call, 'local', this.#floor.holds(call.id))
      // In between two bridges nobody is there: that is no change yet.
      if (far) this.#holds(call, 'remote', this.#floor.holds(far.id))
    }
    const told = this.#told
    this.#told = []
    return told
  }

  #holds(call: AriCall, by: 'local' | 'remote', holds: boolean): void {
    if (call.held.has(by) === holds) return
    if (holds) call.held.add(by)
    else call.held.delete(by)
    this.#told.push({ type: holds ? 'held' : 'resumed', call: call.id, by })
  }
}

/** Before there is a call, a refusal by the other side comes as a request to hang up as well. */
function isByPhone(call: AriCall, cause: number): boolean {
  if (call.connected || call.direction === 'in') return true
  // Where the phone cannot be reached, nobody there has done it.
  if (call.expected && !call.pickedUp) return cause === busy || cause === rejected || !isTelling(cause)
  return !isTelling(cause)
}

/** PJSIP/101-0000002a is of PJSIP/101, and PJSIP/101-2-0000002a is not. */
function isOf(endpoint: string, channel: string): boolean {
  return channel.startsWith(`${endpoint}-`) && /^[0-9a-f]+$/i.test(channel.slice(endpoint.length + 1))
}

const busy = 17
const rejected = 21
const final: readonly string[] = ['BUSY', 'NOANSWER', 'CHANUNAVAIL', 'CONGESTION']
