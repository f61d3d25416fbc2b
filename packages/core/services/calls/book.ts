// The calls that there are, and those ended a minute ago: each as it stands, told to whoever watches.
import {
  type Call,
  type CallEnd,
  type Capability,
  type ChangeOf,
  type HistoryEntry,
  type Lamp,
  ParleyError,
  type Party,
  type services,
  type StateOf,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { Caller } from '../../runtime/service.ts'
import type { World } from '../../runtime/world.ts'
import type { CallNeeds } from './port.ts'
import { type CallInput, capabilitiesOf, decide } from './state.ts'

export type Calls = (typeof services)['calls']

export interface Book {
  readonly state: Broadcast<StateOf<Calls>, ChangeOf<Calls>>
  get(id: string): Call | undefined
  /** Those that are not ended, oldest first. */
  up(): Call[]
  begin(call: Omit<Call, 'capabilities' | 'startedAt' | keyof typeof fresh>): Call
  /** What has become of a call. */
  tell(id: string, input: CallInput): void
  /** The call, if this application may do this to it now. */
  allowed(id: string, capability: Capability, caller: Caller): Call
  lamp(lamp: Lamp): void
  /** Only these lines are shown. */
  keepLamps(numbers: readonly string[]): void
  close(): void
}

export interface BookNeeds {
  /** After each change. */
  readonly changed: (before: Call, now: Call, input: CallInput) => void
  readonly can: CallNeeds['can']
  readonly personAt: (party: Party) => string | undefined
  readonly known: CallNeeds['known']
}

export function book(world: World, epoch: string, { changed, can, personAt, known: whoHas }: BookNeeds): Book {
  const known = new Map<string, Call>()
  const lamps = new Map<string, Lamp>()
  const forgetting = new Map<string, () => void>()
  let closed = false
  const state = broadcast<StateOf<Calls>, ChangeOf<Calls>>(epoch, () => ({
    calls: [...known.values()],
    lamps: [...lamps.values()],
  }))
  const named = (call: Call): Call => {
    const now = { ...call }
    // Whose names these were is gone.
    delete now.person
    delete now.known
    const person = personAt(call.remote)
    return person === undefined ? now : { ...now, person }
  }
  /** Calls do not wait for directories: the name comes when it is found, if it is still theirs. */
  const lookUp = async ({ id, person, remote }: Call): Promise<void> => {
    if (person !== undefined || remote.anonymous === true || !/\d/.test(remote.number)) return
    const found = await whoHas(remote.number)
    const now = known.get(id)
    if (found && !closed && now?.remote.number === remote.number && now.person === undefined)
      tell(id, { type: 'known', known: found })
  }
  /** A phone offers no more than it can; to claim a call is nothing that a phone does. */
  const offered = (call: Call): Call => ({
    ...call,
    capabilities: call.capabilities.filter((each) => each === 'claim' || can(call.phone, each)),
  })
  const show = (call: Call): void => {
    known.set(call.id, call)
    state.publish({ type: 'call', call })
  }
  const forget = (id: string): void => {
    if (closed) return
    forgetting.set(
      id,
      world.clock.at(world.clock.now() + shownAfterEndMs, () => {
        forgetting.delete(id)
        known.delete(id)
        state.publish({ type: 'removed', call: id })
      }),
    )
  }
  const tell = (id: string, input: CallInput): void => {
    const call = known.get(id)
    const decided = call && decide(call, input, world.wall())
    if (!call || !decided || decided === call) return
    const isSame = decided.remote === call.remote
    const next = offered(isSame ? decided : named(decided))
    show(next)
    if (!isSame) void lookUp(next)
    if (next.state === 'ended') forget(id)
    changed(call, next, input)
  }
  return {
    state,
    get: (id) => known.get(id),
    up: () => [...known.values()].filter((call) => call.state !== 'ended'),
    begin: (begun) => {
      const whole: Call = { ...begun, ...fresh, capabilities: [], startedAt: world.wall() }
      whole.capabilities = capabilitiesOf(whole)
      const call = offered(named(whole))
      show(call)
      void lookUp(call)
      return call
    },
    tell,
    allowed: (id, capability, caller) => {
      const call = known.get(id)
      if (!call) throw new ParleyError('call-unknown', id)
      if (call.handler !== undefined && call.handler !== caller.application) throw new ParleyError('call-claimed')
      const taking = capability === 'claim' && call.handler === caller.application
      if (!call.capabilities.includes(capability) && !taking)
        throw new ParleyError('call-wrong-state', `${capability} is not possible: the call is ${call.state}`)
      if (call.direction === 'incoming' && call.handler === undefined && caller.role !== 'approve')
        throw new ParleyError('scope-missing', 'the application attached to observe, not to approve')
      return call
    },
    lamp: (lamp) => {
      if (!lamps.has(lamp.number)) return
      lamps.set(lamp.number, lamp)
      state.publish({ type: 'lamp', lamp })
    },
    keepLamps: (numbers) => {
      for (const number of lamps.keys()) if (!numbers.includes(number)) lamps.delete(number)
      for (const number of numbers) {
        if (lamps.has(number)) continue
        lamps.set(number, { number, is: 'unknown' })
        state.publish({ type: 'lamp', lamp: { number, is: 'unknown' } })
      }
    },
    close: () => {
      closed = true
      for (const cancel of forgetting.values()) cancel()
      forgetting.clear()
      state.close()
    },
  }
}

export function historyOf(call: Call): HistoryEntry {
  const endedAt = call.endedAt as string
  return {
    call: call.id,
    direction: call.direction,
    remote: call.remote,
    ...(call.person === undefined ? {} : { person: call.person }),
    ...(call.known === undefined ? {} : { known: call.known }),
    startedAt: call.startedAt,
    endedAt,
    end: call.end as CallEnd,
    missed: isMissed(call),
    ...(call.precedence === undefined ? {} : { precedence: call.precedence }),
    ...(call.answeredAt === undefined
      ? {}
      : { answeredAt: call.answeredAt, talkedMs: Math.max(0, Date.parse(endedAt) - Date.parse(call.answeredAt)) }),
  }
}

/** They called, and the person neither answered nor refused, here or on another phone. */
function isMissed({ direction, answeredAt, handler, end }: Call): boolean {
  if (direction === 'outgoing' || answeredAt !== undefined || end?.error?.code === 'call-taken-elsewhere') return false
  return handler === undefined || end?.by !== 'local'
}

const fresh = {
  earlyMedia: false,
  digitsWanted: false,
  preserved: false,
  held: 'no',
  muted: false,
  silenced: false,
  recording: false,
} as const

/** So long an ended call is among the state, for applications that come late. */
const shownAfterEndMs = 60_000
