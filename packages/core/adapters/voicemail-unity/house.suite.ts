// A mailbox at the lab’s web service in a test, and the lab as the suite acts upon it: bob's mailbox.
import type { Lab } from '@openparley/lab'
import { type House, houseOf } from '../../services/voicemail/port-house.suite.ts'
import type { Server } from '../../services/voicemail/port.suite.ts'
import { unityVoicemail } from './voicemail-unity.ts'

export function unityHouse(given: Readonly<Record<string, unknown>>): House {
  return houseOf(unityVoicemail, given)
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
