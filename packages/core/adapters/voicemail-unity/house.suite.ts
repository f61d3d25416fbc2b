// A mailbox at the lab’s web service in a test, and the lab as the suite acts upon it: bob's mailbox.
import { readSettings } from '@openparley/contract'
import type { Lab } from '@openparley/lab'
import { dnsResolver, realClock } from '@openparley/net'
import { seededDice } from '@openparley/testkit'
import type { House, Server } from '../../services/voicemail/port.suite.ts'
import type { Kept, MailboxState, VoicemailEvent } from '../../services/voicemail/port.ts'
import { unityVoicemail } from './voicemail-unity.ts'

export function unityHouse(given: Readonly<Record<string, unknown>>): House {
  const events: VoicemailEvent[] = []
  const kept = new Map<string, Kept>()
  const looking = new Set<() => void>()
  let state: MailboxState = { is: 'off' }
  const port = unityVoicemail({
    world: { clock: realClock, dice: seededDice(1), wall: () => new Date().toISOString() },
    settings: () => readSettings(given),
    dns: () => dnsResolver(),
    tell: (event) => {
      events.push(event)
      if (event.type === 'state') state = event.state
      else if (event.type === 'removed') kept.delete(event.key)
      else if (event.type === 'message') kept.set(event.message.key, event.message)
      else {
        kept.clear()
        for (const message of event.messages) kept.set(message.key, message)
      }
      for (const look of [...looking]) look()
    },
  })
  return {
    port,
    events,
    kept: () => [...kept.values()],
    until: (what, is) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!is([...kept.values()], state)) return
          clearTimeout(timer)
          looking.delete(look)
          resolve()
        }
        const timer = setTimeout(() => {
          looking.delete(look)
          reject(new Error(`${what}: not in 20 s, but ${JSON.stringify(state)} with ${kept.size} messages`))
        }, 20_000)
        looking.add(look)
        look()
      }),
  }
}

export function labWeb(lab: Lab, person = 'bob'): Server {
  const { voicemail, voicemailWeb } = lab
  const { store } = voicemail
  const isGone = (folder: string): boolean => folder !== 'INBOX'
  return {
    leave: async ({ number, name, seconds, ...how }) => {
      const from = { number, ...(name === undefined ? {} : { name }) }
      // The whole of a long one would be on its way before anybody can be killed in the middle of it.
      if (seconds > 60) lab.setFault('voicemail-slow-sound', '60000')
      voicemailWeb.leave(person, { from, sound: { samples: new Int16Array(8000 * seconds), sampleRate: 8000 }, ...how })
    },
    count: async () => {
      const all = voicemail.messages(person)
      return {
        there: all.filter(({ folder }) => !isGone(folder)).length,
        deleted: all.filter(({ folder }) => isGone(folder)).length,
        unseen: all.filter(({ flags }) => !flags.includes('\\Seen')).length,
      }
    },
    hearAll: async () => {
      for (const { folder, uid } of voicemail.messages(person)) store.flag(person, folder, uid, '+', ['\\Seen'])
    },
    empty: async () => {
      for (const { folder, uid } of voicemail.messages(person)) store.remove(person, folder, uid)
    },
    kill: () => voicemailWeb.go(),
    comeBack: () => {
      lab.clearFault('voicemail-slow-sound')
      return voicemailWeb.comeBack()
    },
  }
}
