// What becomes of the calls of one line, as a manager's events and its list of channels say it.
import { Bridges } from './bridges.ts'
import { type AmiParty, type AmiTold, isTelling, type Line, partyOf, wasAskedFor } from './device-told.ts'
import { Lines } from './lines.ts'
import { type AmiMessage, fieldOf } from './message.ts'
import { type Place, Rooms } from './rooms.ts'

const ringing = '5'
const up = '6'

export class AmiDevice {
  readonly #bridges = new Bridges()
  readonly #rooms = new Rooms(this.#bridges)
  readonly #lines: Lines

  /** `line`: as its channels' names begin: PJSIP/101. */
  constructor(line: string) {
    this.#lines = new Lines(line, this.#bridges, this.#rooms)
  }

  take(event: AmiMessage): AmiTold[] {
    const of = (name: string): string => fieldOf(event, name) ?? ''
    const id = of('Uniqueid')
    const line = this.#rooms.knows(id) ? undefined : this.#lines.at(id)
    const remote = partyOf(of('ConnectedLineNum'), of('ConnectedLineName'))
    switch (of('Event')) {
      case 'Newchannel':
        this.#lines.open(id, of('Channel'), of('Linkedid'))
        this.#lines.stateOf(id, of('ChannelState'), of('Exten'))
        break
      case 'Newexten':
        if (line) this.#lines.runs(line, of('Application'))
        break
      case 'Rename':
        if (line) line.channel = of('Newname')
        this.#rooms.rename(id, of('Newname'))
        break
      case 'Newstate':
        this.#lines.stateOf(id, of('ChannelState'), of('Exten'))
        break
      case 'NewConnectedLine':
        if (line && remote) this.#lines.isWith(line, remote)
        break
      case 'DialBegin': {
        const dialled = this.#lines.at(of('DestUniqueid'))
        if (dialled && !dialled.expected) {
          dialled.dialled = true
          dialled.caller = of('Channel') || undefined
          dialled.remote ??= partyOf(of('DestConnectedLineNum'), of('DestConnectedLineName'))
          this.#lines.stateOf(dialled.id, of('DestChannelState'), '')
        }
        if (line && of('DestChannelState') === ringing) this.#lines.rings(line)
        break
      }
      case 'DialState':
        if (line && of('DialStatus') === 'RINGING') this.#lines.rings(line)
        break
      case 'DialEnd':
        if (line && of('DialStatus') === 'ANSWER') this.#lines.connect(line)
        else if (line) line.dialStatus = of('DialStatus')
        break
      case 'BridgeEnter':
        if (line) line.linked = of('Linkedid')
        this.#bridges.enter(of('BridgeUniqueid'), id, of('Channel'))
        break
      case 'BridgeLeave':
        this.#bridges.leave(id, of('BridgeUniqueid'))
        break
      case 'Hold':
      case 'Unhold':
        this.#bridges.hold(id, of('Event') === 'Hold')
        break
      case 'BlindTransfer':
        if (of('Result') === 'Success')
          this.#lines.transfer(of('TransfererUniqueid'), of('TransfereeUniqueid'), of('Extension'))
        break
      case 'AttendedTransfer':
        if (of('Result') === 'Success')
          for (const [which, other] of [
            ['OrigTransferer', 'SecondTransferer'],
            ['SecondTransferer', 'OrigTransferer'],
          ]) {
            const leaving = this.#lines.at(of(`${which}Uniqueid`))
            if (leaving) leaving.sentTo = partyOf(of(`${other}ConnectedLineNum`), of(`${other}ConnectedLineName`))
          }
        break
      case 'HangupRequest':
        if (line) line.left ||= isByPhone(line, causeIn(event))
        for (const call of this.#rooms.carriedBy(id)) this.leave(call)
        break
      case 'Hangup':
        this.#bridges.gone(id)
        if (line) this.#lines.close(line, causeIn(event))
        else if (this.#rooms.knows(id) || this.#rooms.callOfFar(id) !== undefined) this.#lines.leaves(id)
        else this.#lines.failed(of('Linkedid'), of('Channel'), causeIn(event))
        break
    }
    this.#lines.look()
    return this.#lines.taken()
  }

  /** All channels that there are; those that were known and are not among them have ended. */
  snapshot(channels: readonly AmiMessage[]): AmiTold[] {
    this.#bridges.clear()
    const there = new Set<string>()
    for (const channel of channels) {
      const of = (name: string): string => fieldOf(channel, name) ?? ''
      const id = of('Uniqueid')
      const bridge = of('BridgeId')
      there.add(id)
      if (this.#rooms.knows(id)) this.#rooms.rename(id, of('Channel'))
      if (bridge !== '') this.#bridges.enter(bridge, id, of('Channel'))
      if (this.#rooms.knows(id)) continue
      const known = this.#lines.at(id) !== undefined
      const line = this.#lines.open(id, of('Channel'), of('Linkedid'))
      if (!line) continue
      const remote = partyOf(of('ConnectedLineNum'), of('ConnectedLineName'))
      if (!known) {
        line.remote = remote
        line.direction = of('Application') === 'AppDial' ? 'in' : 'out'
        line.dialled = line.direction === 'in'
      }
      this.#lines.stateOf(id, of('ChannelState'), of('Exten'))
      if (bridge !== '' || (of('ChannelState') === up && line.direction === 'out' && !wasAskedFor(id)))
        this.#lines.connect(line)
      this.#lines.runs(line, of('Application'))
      if (known && remote) this.#lines.isWith(line, remote)
    }
    this.#bridges.keep(there)
    this.#lines.keep(there)
    this.#lines.look()
    return this.#lines.taken()
  }

  /** A call that is asked for: the channel with that id is ours, and is not told as begun. */
  expect(id: string, remote: AmiParty): void {
    this.#lines.expect(id, remote)
  }

  /** It does not come. */
  forget(id: string): void {
    this.#lines.forget(id)
  }

  /** We end it: that is told as ours. `to`: who it is sent to. */
  leave(id: string, to?: AmiParty): void {
    const line = this.#lines.at(id)
    if (!line) return
    line.left = true
    line.sentTo = to ?? line.sentTo
  }

  /** We could not end it. */
  stay(id: string): void {
    const line = this.#lines.at(id)
    if (!line) return
    line.left = false
    line.sentTo = undefined
  }

  remoteOf(id: string): AmiParty | undefined {
    return this.#lines.at(id)?.remote
  }

  channelOf(id: string): string | undefined {
    const place = this.#rooms.at(id)
    return (place?.there ? place.room.own?.channel : this.#lines.at(id)?.channel) || undefined
  }

  /**
   * It is about to be brought into a conference: by its far side alone, or the phone’s channel comes with it. Returns their names; undefined: nobody
   * is at the other end.
   */
  bring(id: string, name: string, own: Place['own']): { readonly own: string; readonly far: string } | undefined {
    const line = this.#lines.at(id)
    const far = this.#bridges.peerOf(id)
    if (!line || !far) return undefined
    const room = this.#rooms.named(name) ?? { name, own: { id, channel: line.channel } }
    const from = this.#bridges.of(far.id)
    this.#rooms.take(id, { room, far: { ...far }, own, from, there: false, left: false })
    return { own: line.channel, far: far.channel }
  }

  /** Whether the phone and the far side of a call that comes have met there. */
  hasMet(id: string): boolean {
    return this.#rooms.met(id)
  }

  brought(id: string): AmiTold[] {
    this.#lines.arrive(id)
    this.#lines.look()
    return this.#lines.taken()
  }

  notBrought(id: string): AmiTold[] {
    this.#lines.stay(id)
    return this.#lines.taken()
  }

  /** The far side of one in a conference is somewhere else now. */
  sentOn(id: string): AmiTold[] {
    const line = this.#lines.at(id)
    if (line) this.#lines.close(line, 0)
    return this.#lines.taken()
  }

  /** The conference that a call is in, and its channels there. */
  conferenceOf(id: string): { readonly name: string; readonly own: string; readonly far: string } | undefined {
    const place = this.#rooms.at(id)
    if (!place?.there) return undefined
    return { name: place.room.name, own: place.room.own?.channel ?? '', far: place.far.channel }
  }

  isHeld(id: string): boolean {
    return this.#lines.at(id)?.held.has('local') ?? false
  }

  /** The channel at the other end: of who calls, or of whom it hears. */
  peerOf(id: string): string | undefined {
    return this.#bridges.peerOf(id)?.channel ?? this.#lines.at(id)?.caller
  }
}

/** Before there is a call, a refusal by the other side comes as a request to hang up as well. */
function isByPhone(line: Line, cause: number): boolean {
  if (line.connected || line.direction === 'in' || (line.expected && !line.pickedUp)) return true
  return !isTelling(cause)
}

function causeIn(event: AmiMessage): number {
  return Number(fieldOf(event, 'Cause') ?? 0) || 0
}
