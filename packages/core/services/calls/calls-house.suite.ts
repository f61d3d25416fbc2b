// A calls service on a phone that remembers what it was told, with a clock that stands until it is moved.
import { type Call, type HistoryEntry, type Phone, readSettings } from '@openparley/contract'
import { virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import type { World } from '../../runtime/world.ts'
import { calls, type CallsService } from './calls.ts'
import type { KnownParty, PhoneCommand, PhoneEvent } from './port.ts'

export interface House {
  readonly service: CallsService
  readonly told: readonly PhoneCommand[]
  readonly recorded: readonly HistoryEntry[]
  /** The codes that are to stand nowhere. */
  readonly hidden: readonly string[]
  phone(event: PhoneEvent): void
  call(id: string): Call
  pass(ms: number): void
  timers(): number
}

export interface Beside {
  /** Settings of one line alone. */
  readonly lines?: Readonly<Record<string, Record<string, unknown>>>
  /** Whom the directory knows by which number. */
  readonly known?: ReadonlyMap<string, KnownParty>
  /** What the phone does with a command. */
  readonly does?: (command: PhoneCommand) => readonly PhoneEvent[]
}

export function house(
  settings: Readonly<Record<string, unknown>> = {},
  { lines = {}, known = new Map(), does = () => [] }: Beside = {},
): House {
  let ids = 0
  const clock = virtualClock()
  const world: World = {
    clock,
    dice: { roll: () => 0.5, token: () => String(++ids).padStart(22, '0') },
    wall: () => new Date(1_700_000_000_000 + clock.now()).toISOString(),
  }
  const told: PhoneCommand[] = []
  const recorded: HistoryEntry[] = []
  const hidden: string[] = []
  const phone = (event: PhoneEvent): void => service.phoneEvent('phone', event)
  const service = calls(
    world,
    'epoch',
    {
      choosePhone: (named) => named ?? 'phone',
      reach: (address) => (address === 'bob@x' ? '204' : undefined),
      can: () => true,
      phone: (id) => ({ id, kind: 'soft', number: id }) as Phone,
      personAt: ({ number }) => (number === '204' ? 'bob@x' : undefined),
      known: async (number) => known.get(number),
      toDial: (number) => (number.startsWith('+1') ? `9${number.slice(1)}` : number),
      perform: (_, command) => {
        told.push(command)
        const events = does(command)
        // As a phone does: not before its caller has returned.
        if (events.length > 0) queueMicrotask(() => events.forEach(phone))
      },
      statistics: async () => undefined,
      resolveEndpoint: async () => ({ kind: 'none' }),
      record: (entry) => recorded.push(entry),
      hide: (code) => hidden.push(code),
      lastDialled: async () => undefined,
      toRecord: async (name) => name,
      watchLines: () => {},
      forwarded: () => {},
    },
    (phone) => readSettings({ ...settings, ...(phone === undefined ? {} : lines[phone]) }),
  )
  return {
    service,
    told,
    recorded,
    hidden,
    phone,
    call: (id) => service.state.read().state.calls.find((call) => call.id === id) as Call,
    pass: (ms) => clock.pass(ms),
    timers: () => clock.pending,
  }
}

export const who = (application: string, role: Caller['role'] = 'approve'): Caller => ({
  application,
  name: application,
  role,
  mayNamePaths: false,
  signal: new AbortController().signal,
})

export const incoming = (call: string): PhoneEvent => ({
  type: 'incoming',
  call,
  from: { number: 'bob' },
  to: { number: 'alice' },
  peerId: 'x@y',
})
