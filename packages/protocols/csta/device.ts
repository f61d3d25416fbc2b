// The calls of one monitored device, out of the events that a switching function sends of it (ECMA-269 clause 13 and annexes) and of its snapshots.
// A call has a key of ours: its callID changes with transfers and conferences, and is used again for another call later.
import { stepsOf } from './device-events.ts'
import type { DeviceTold, SnapshotItem, Step } from './device-told.ts'
import type { Connection } from './fields.ts'
import type { CstaEvent } from './message.ts'

interface Entry {
  readonly call: string
  callID: string
  connection: Connection
  state: 'initiated' | 'begun' | 'alerting' | 'connected'
  local: boolean
  remote: boolean
  conference: boolean
  /** The other side has hung up, and ours is not told to be gone yet. */
  leaving: boolean
}

const mostCalls = 256

export class DeviceCalls {
  readonly device: string
  readonly #calls = new Map<string, Entry>()
  #last = 0

  constructor(device: string) {
    this.device = device
  }

  /** The call of a connection that a service has made: its events may have come before. Nothing is told of it yet. */
  expect(connection: Connection): string {
    return (this.#at(connection.callID) ?? this.#add(connection)).call
  }

  /** What a service must name to act on the call. */
  connectionOf(call: string): Connection | undefined {
    return this.#calls.get(call)?.connection
  }

  /** Whether this side holds it. */
  isHeld(call: string): boolean {
    return this.#calls.get(call)?.local === true
  }

  /** The key of a call that the switching function names. */
  keyOf(callID: string): string | undefined {
    return this.#at(callID)?.call
  }

  get calls(): readonly { readonly call: string; readonly callID: string; readonly told: boolean }[] {
    return Array.from(this.#calls.values(), ({ call, callID, state }) => ({
      call,
      callID,
      told: state !== 'initiated',
    }))
  }

  take(event: CstaEvent): DeviceTold[] {
    const told: DeviceTold[] = []
    const knows = (callID: string | undefined): boolean => this.#at(callID) !== undefined
    for (const step of stepsOf(event, this.device, knows)) this.#step(step, told)
    return told
  }

  /** All the calls that there are: what is not among them is over. */
  snapshot(items: readonly SnapshotItem[]): DeviceTold[] {
    const told: DeviceTold[] = []
    const there = new Map<string, SnapshotItem>()
    for (const item of items)
      if (item.connection.callID !== undefined && !['null', 'fail'].includes(item.state))
        there.set(item.connection.callID, item)
    for (const entry of [...this.#calls.values()])
      if (!there.has(entry.callID)) this.#end(entry, { by: 'network' }, told)
    for (const [callID, item] of there) {
      const { state, direction = state === 'alerting' ? 'in' : 'out', remote, remoteState } = item
      const step = (rest: Partial<Step> & { readonly is: Step['is'] }): void =>
        this.#step({ callID, ...rest } as Step, told)
      const entry = this.#at(callID) ?? this.#add(item.connection)
      entry.connection = item.connection
      if (state === 'initiated') continue
      step({ is: 'begun', direction, ...(remote === undefined ? {} : { remote }) })
      if (remoteState === 'alerting' && direction === 'out') step({ is: 'alerting' })
      const stands = state === 'hold' || (state === 'connected' && (direction === 'in' || talks(remoteState)))
      if (!stands) continue
      step({ is: 'connected', ...(remote === undefined ? {} : { remote }) })
      step({ is: state === 'hold' ? 'held' : 'resumed', by: 'local' })
      if (remoteState !== undefined) step({ is: remoteState === 'hold' ? 'held' : 'resumed', by: 'remote' })
    }
    return told
  }

  #at(callID: string | undefined): Entry | undefined {
    if (callID === undefined) return undefined
    for (const entry of this.#calls.values()) if (entry.callID === callID) return entry
    return undefined
  }

  #add({ callID = '', deviceID }: Connection): Entry {
    const connection = { callID, deviceID: deviceID ?? this.device }
    const fresh = { state: 'initiated', local: false, remote: false, conference: false, leaving: false } as const
    const entry: Entry = { call: String(++this.#last), callID, connection, ...fresh }
    // Who invents calls without end forgets its oldest.
    if (this.#calls.size >= mostCalls) this.#calls.delete(this.#calls.keys().next().value as string)
    this.#calls.set(entry.call, entry)
    return entry
  }

  #step(step: Step, told: DeviceTold[]): void {
    const begins = step.is === 'initiated' || step.is === 'begun'
    const entry = this.#at(step.callID) ?? (begins ? this.#add({ callID: step.callID }) : undefined)
    if (!entry) return
    const { call } = entry
    switch (step.is) {
      case 'initiated':
        return
      case 'begun': {
        if (entry.state !== 'initiated') return
        entry.state = 'begun'
        const { direction, remote, divertedBy } = step
        told.push({
          type: 'begun',
          call,
          callID: entry.callID,
          direction,
          remote,
          ...(divertedBy === undefined ? {} : { divertedBy }),
        })
        return
      }
      case 'alerting':
        if (entry.state !== 'begun') return
        entry.state = 'alerting'
        told.push({ type: 'alerting', call })
        return
      case 'connected':
        if (entry.state === 'connected' || entry.state === 'initiated') return
        entry.state = 'connected'
        told.push({ type: 'connected', call, ...(step.remote === undefined ? {} : { remote: step.remote }) })
        return
      case 'held':
      case 'resumed': {
        const holds = step.is === 'held'
        if (entry.state !== 'connected' || entry[step.by] === holds) return
        entry[step.by] = holds
        told.push({ type: step.is, call, by: step.by })
        return
      }
      case 'transferred':
        this.#rename(entry, step.to, told)
        entry.leaving = false
        this.#step({ callID: step.to, is: 'resumed', by: 'remote' }, told)
        if (entry.state !== 'initiated') told.push({ type: 'transferred', call, remote: step.remote })
        return
      case 'redirected':
        if (entry.state === 'begun' || entry.state === 'alerting')
          told.push({ type: 'transferred', call, remote: step.remote })
        return
      case 'conferenced':
        return this.#conference(entry, step, told)
      case 'failed':
        if (entry.state === 'connected') return
        return this.#end(entry, { by: 'remote', ...causeOf(step) }, told)
      case 'left':
        if (entry.conference) told.push({ type: 'left', call, device: step.device, ...causeOf(step) })
        else entry.leaving = true
        return
      case 'cleared': {
        const { transferredTo } = step
        const by = entry.leaving ? 'remote' : step.by
        const to = transferredTo === undefined ? {} : { transferredTo }
        return this.#end(entry, { by, ...causeOf(step), ...to }, told)
      }
    }
  }

  #conference(entry: Entry, { second, to }: Extract<Step, { is: 'conferenced' }>, told: DeviceTold[]): void {
    const other = this.#at(second)
    this.#rename(entry, to, told)
    entry.conference = true
    entry.state = 'connected'
    entry.local = false
    if (other && other !== entry) this.#calls.delete(other.call)
    told.push({ type: 'conferenced', call: entry.call, with: other === entry ? undefined : other?.call })
  }

  #rename(entry: Entry, callID: string, told: DeviceTold[]): void {
    // Its events may have come under the new name already: then both are one.
    const early = this.#at(callID)
    if (early && early !== entry) this.#end(early, { by: 'local' }, told)
    entry.callID = callID
    entry.connection = { ...entry.connection, callID }
  }

  #end(
    entry: Entry,
    how: Omit<Extract<DeviceTold, { type: 'ended' }>, 'type' | 'call' | 'told'>,
    told: DeviceTold[],
  ): void {
    this.#calls.delete(entry.call)
    told.push({ type: 'ended', call: entry.call, told: entry.state !== 'initiated', ...how })
  }
}

function causeOf({ cause }: { readonly cause?: string }): { readonly cause?: string } {
  return cause === undefined ? {} : { cause }
}

/** Nothing is told of the other side: it is there. */
function talks(state: string | undefined): boolean {
  return state === undefined || state === 'connected' || state === 'hold'
}
