// A mailbox in a test: the network, the server and the clock are real, chance is not.
import { readSettings } from '@openparley/contract'
import { dnsResolver, realClock } from '@openparley/net'
import { seededDice } from '@openparley/testkit'
import type { Kept, MailboxState, VoicemailEvent } from '../../services/voicemail/port.ts'
import type { House } from '../../services/voicemail/port.suite.ts'
import { imapVoicemail } from './voicemail-imap.ts'

export function imapHouse(given: Readonly<Record<string, unknown>>): House {
  const events: VoicemailEvent[] = []
  const kept = new Map<string, Kept>()
  const looking = new Set<() => void>()
  let state: MailboxState = { is: 'off' }
  const take = (event: VoicemailEvent): void => {
    events.push(event)
    if (event.type === 'state') state = event.state
    else if (event.type === 'removed') kept.delete(event.key)
    else if (event.type === 'message') kept.set(event.message.key, event.message)
    else {
      kept.clear()
      for (const message of event.messages) kept.set(message.key, message)
    }
    for (const look of [...looking]) look()
  }
  const port = imapVoicemail({
    world: { clock: realClock, dice: seededDice(1), wall: () => new Date().toISOString() },
    settings: () => readSettings(given),
    dns: () => dnsResolver(),
    tell: take,
  })
  return {
    port,
    events,
    kept: () => [...kept.values()],
    until: (what, is) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer)
          looking.delete(look)
        }
        const look = (): void => {
          if (!is([...kept.values()], state)) return
          end()
          resolve()
        }
        const timer = setTimeout(() => {
          end()
          reject(new Error(`${what}: not in 20 s, but ${JSON.stringify(state)} with ${kept.size} messages`))
        }, 20_000)
        looking.add(look)
        look()
      }),
  }
}
