// A mailbox in a test, with what it has told: the network, the server and the clock are real, chance is not.
import { readSettings, type Settings } from '@openparley/contract'
import { type DnsResolver, dnsResolver, realClock } from '@openparley/net'
import { seededDice } from '@openparley/testkit'
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
  const events: VoicemailEvent[] = []
  const looking = new Set<() => void>()
  let kept: readonly Kept[] = []
  let state: MailboxState = { is: 'off' }
  const port = open({
    world: { clock: realClock, dice: seededDice(1), wall: () => new Date().toISOString() },
    settings: () => readSettings(given),
    dns: () => dnsResolver(),
    tell: (event) => {
      events.push(event)
      if (event.type === 'state') state = event.state
      else kept = event.messages
      for (const look of [...looking]) look()
    },
  })
  return {
    port,
    events,
    kept: () => kept,
    counts: () => events.flatMap((event) => (event.type === 'list' ? [event.messages.length] : [])),
    until: (what, is) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer)
          looking.delete(look)
        }
        const look = (): void => {
          if (!is(kept, state)) return
          end()
          resolve()
        }
        const timer = setTimeout(() => {
          end()
          reject(new Error(`${what}: not in 20 s, but ${JSON.stringify(state)} with ${kept.length} messages`))
        }, mostWaitMs)
        looking.add(look)
        look()
      }),
  }
}

const mostWaitMs = 20_000
