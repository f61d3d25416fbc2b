// A mailbox in a test, with what it has told: the network, the server and the clock are real, chance is not.
import { readSettings, type Settings } from '@openparley/contract'
import { type DnsResolver, dnsResolver, realClock } from '@openparley/net'
import { followed, seededDice } from '@openparley/testkit'
import type { World } from '../../runtime/world.ts'
import type { Kept, MailboxState, VoicemailEvent, VoicemailPort } from './port.ts'

export interface House {
  readonly port: VoicemailPort
  readonly events: readonly VoicemailEvent[]
  /** What is in it, as it was told last. */
  kept(): readonly Kept[]
  /** How many each list has told, in their order. */
  counts(): readonly number[]
  /** Waits until what was told is so. Rejects after 20 s with what it was instead. */
  until(what: string, is: (kept: readonly Kept[], state: MailboxState) => boolean): Promise<void>
}

/** What every adapter is opened with. */
export interface Opened {
  readonly world: World
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly tell: (event: VoicemailEvent) => void
}

export function houseOf(open: (opened: Opened) => VoicemailPort, given: Readonly<Record<string, unknown>>): House {
  const told = followed<VoicemailEvent>()
  const port = open({
    world: { clock: realClock, dice: seededDice(1), wall: () => new Date().toISOString() },
    settings: () => readSettings(given),
    dns: () => dnsResolver(),
    tell: told.tell,
  })
  const lists = (): (readonly Kept[])[] => told.all.flatMap((event) => (event.type === 'list' ? [event.messages] : []))
  const kept = (): readonly Kept[] => lists().at(-1) ?? []
  const state = (): MailboxState =>
    told.all.flatMap((event) => (event.type === 'state' ? [event.state] : [])).at(-1) ?? { is: 'off' }
  return {
    port,
    events: told.all,
    kept,
    counts: () => lists().map(({ length }) => length),
    until: async (what, is) => void (await told.until(what, () => is(kept(), state()))),
  }
}
