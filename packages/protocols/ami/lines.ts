// The calls of one line, and what is told of them: the verbs that events are read into.
import type { Bridges } from './bridges.ts'
import type { Rooms } from './rooms.ts'
import {
  type AmiParty,
  type AmiTold,
  whyOf,
  isOf,
  isTelling,
  type Line,
  lineOf,
  partyOf,
  takesCalls,
  wasAskedFor,
} from './device-told.ts'

const ring = '4'
const ringing = '5'
const up = '6'
const mostLines = 64

export class Lines {
  readonly #name: string
  readonly #bridges: Bridges
  readonly #rooms: Rooms
  readonly #all = new Map<string, Line>()
  #told: AmiTold[] = []

  constructor(name: string, bridges: Bridges, rooms: Rooms) {
    this.#name = name
    this.#bridges = bridges
    this.#rooms = rooms
  }

  at(id: string): Line | undefined {
    return this.#all.get(id)
  }

  expect(id: string, remote: AmiParty): void {
    const line = lineOf(id, '', id, true)
    line.remote = remote
    this.#all.set(id, line)
  }

  forget(id: string): void {
    this.#all.delete(id)
  }

  /** Those that are not there any more have ended, nobody knows how. */
  keep(there: ReadonlySet<string>): void {
    for (const line of [...this.#all.values()]) {
      const place = this.#rooms.at(line.id)
      if (place?.there ? there.has(place.far.id) && there.has(place.room.own?.id ?? '') : there.has(line.id)) continue
      this.#all.delete(line.id)
      if (line.begun) this.#told.push({ type: 'ended', call: line.id, by: 'network' })
      if (place && !there.has(place.room.own?.id ?? '')) place.room.own = undefined
      this.#leaveRoom(line)
    }
  }

  taken(): AmiTold[] {
    const told = this.#told
    this.#told = []
    return told
  }

  open(id: string, channel: string, linked: string): Line | undefined {
    const known = this.#all.get(id)
    if (known) {
      known.channel = channel
      known.linked = linked
      return known
    }
    if (!isOf(this.#name, channel) || this.#all.size >= mostLines) return undefined
    const line = lineOf(id, channel, linked, false)
    if (wasAskedFor(id)) line.direction = 'out'
    this.#all.set(id, line)
    return line
  }

  stateOf(id: string, state: string, dialled: string): void {
    const line = this.#all.get(id)
    if (!line) return
    if (line.expected) {
      line.pickedUp ||= state === up
      return
    }
    if (state === ring && line.direction === undefined) {
      line.direction = 'out'
      line.remote = partyOf(dialled, '')
      this.#begin(line)
    }
    if ((state === ringing || state === up) && line.dialled) line.direction ??= 'in'
    if (line.direction === undefined) return
    if (state === ring || state === ringing || state === up) this.#begin(line)
    if (state === up && !wasAskedFor(id)) this.connect(line)
  }

  #begin(line: Line): void {
    if (line.begun) return
    line.begun = true
    this.#told.push({ type: 'begun', call: line.id, direction: line.direction ?? 'in', remote: line.remote })
  }

  /** An application of the dial plan has it. */
  runs(line: Line, application: string): void {
    if (wasAskedFor(line.id) && takesCalls(application)) this.connect(line)
  }

  rings(line: Line): void {
    if (line.alerting || line.connected || line.direction !== 'out') return
    line.alerting = true
    this.#told.push({ type: 'alerting', call: line.id })
  }

  connect(line: Line): void {
    if (line.connected) return
    this.#begin(line)
    line.connected = true
    this.#told.push({ type: 'connected', call: line.id, remote: line.remote })
  }

  isWith(line: Line, remote: AmiParty): void {
    const { number, name } = line.remote ?? {}
    if (number === remote.number && (name === remote.name || remote.name === undefined)) return
    line.remote = remote
    if (!line.begun) return
    this.#told.push({
      type: line.connected && number !== remote.number ? 'transferred' : 'updated',
      call: line.id,
      remote,
    })
  }

  /** Who holds, at both ends, after anything that may have changed it. Between two bridges nobody is at the other end, and nothing changes. */
  look(): void {
    for (const line of this.#all.values()) {
      if (!line.connected) continue
      const place = this.#rooms.at(line.id)
      // Of one whose channel is gone it is known when its far side has come.
      if (!place?.left || place.there)
        this.#holds(line, 'local', this.#bridges.holds((place?.there ? place.room.own?.id : undefined) ?? line.id))
      const peer = place?.far ?? this.#bridges.peerOf(line.id)
      if (peer) this.#holds(line, 'remote', this.#bridges.holds(peer.id))
    }
  }

  #holds(line: Line, by: 'local' | 'remote', holds: boolean): void {
    if (line.held.has(by) === holds) return
    if (holds) line.held.add(by)
    else line.held.delete(by)
    this.#told.push({ type: holds ? 'held' : 'resumed', call: line.id, by })
  }

  transfer(by: string, of: string, to: string): void {
    const leaving = this.#all.get(by)
    if (leaving) leaving.sentTo = { number: to }
    const line = this.#all.get(of)
    if (!line) return
    this.#holds(line, 'remote', false)
    this.isWith(line, { number: to })
  }

  /** Somebody else's channel is gone: for a call that is not answered yet, it may say why. */
  failed(linked: string, channel: string, cause: number): void {
    if (!isTelling(cause)) return
    const inside = channel.startsWith('Local/')
    for (const line of this.#all.values())
      if (line.linked === linked && !line.connected && (!inside || line.failure?.inside !== false))
        line.failure = { cause, inside }
  }

  close(line: Line, own: number): void {
    this.#all.delete(line.id)
    if (!line.begun) return
    const by = line.left || line.sentTo ? 'local' : line.expected && !line.pickedUp ? 'phone' : 'remote'
    const cause = by !== 'remote' || line.connected ? undefined : whyOf(line, own)
    this.#told.push({
      type: 'ended',
      call: line.id,
      by,
      ...(cause === undefined ? {} : { cause }),
      ...(line.sentTo ? { transferredTo: line.sentTo } : {}),
    })
    this.#leaveRoom(line)
  }

  /** The phone does not stay in a conference with nobody. Whom somebody there has brought in goes on with it. */
  #leaveRoom({ id, channel }: Line): void {
    const place = this.#rooms.at(id)
    const own = this.#rooms.leave(id)?.own
    if (place && !place.there && place.own === 'comes' && !place.left)
      return void this.#told.push({ type: 'stray', call: id, channel })
    if (own && this.#bridges.isAlone(own.id)) this.#told.push({ type: 'stray', call: own.id, channel: own.channel })
  }

  /** A channel of a conference is gone. */
  leaves(id: string): void {
    const far = this.#rooms.callOfFar(id)
    const calls = far === undefined ? this.#rooms.carriedBy(id) : [far]
    for (const call of far === undefined ? [id, ...calls] : []) {
      const place = this.#rooms.at(call)
      if (!place) continue
      if (call === id) place.left = true
      if (place.room.own?.id === id) place.room.own = undefined
    }
    for (const call of calls) {
      const line = this.#all.get(call)
      if (line) this.close(line, 0)
    }
  }

  /** Of a far side that is brought into a conference. */
  arrive(call: string): void {
    const line = this.#all.get(call)
    const place = this.#rooms.at(call)
    if (!line || !place) return
    place.there = true
    if (place.own === 'comes') place.room.own = { id: call, channel: line.channel }
    if (place.room.own) return
    // The phone has hung up meanwhile.
    line.left = true
    this.close(line, 0)
    this.#told.push({ type: 'stray', call: place.far.id, channel: place.far.channel })
  }

  /** Of one that is not. */
  stay(call: string): void {
    const line = this.#all.get(call)
    const place = this.#rooms.at(call)
    if (!line || place?.own !== 'goes' || place.there) return
    this.#leaveRoom(line)
    if (place.left) this.close(line, 0)
  }
}
