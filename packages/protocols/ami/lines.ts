// The calls of one line, and what is told of them: the verbs that events are read into.
import type { Bridges } from './bridges.ts'
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
  readonly #all = new Map<string, Line>()
  #told: AmiTold[] = []

  constructor(name: string, bridges: Bridges) {
    this.#name = name
    this.#bridges = bridges
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
      if (there.has(line.id)) continue
      this.#all.delete(line.id)
      if (line.begun) this.#told.push({ type: 'ended', call: line.id, by: 'network' })
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
      this.#holds(line, 'local', this.#bridges.holds(line.id))
      const peer = this.#bridges.peerOf(line.id)
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
  }
}
