// The lab's mail store as the suite acts upon it: bob's mailbox.
import type { Lab } from '@openparley/lab'
import type { Server } from '../../services/voicemail/port.suite.ts'

export function labStore({ voicemail }: Lab, person = 'bob'): Server {
  const { store } = voicemail
  const isGone = (folder: string, flags: readonly string[]): boolean =>
    folder !== 'INBOX' || flags.includes('\\Deleted')
  return {
    leave: async ({ number, name, seconds, ...how }) => {
      const from = { number, ...(name === undefined ? {} : { name }) }
      voicemail.leave(person, { from, sound: { samples: new Int16Array(8000 * seconds), sampleRate: 8000 }, ...how })
    },
    count: async () => {
      const all = voicemail.messages(person)
      return {
        there: all.filter(({ folder, flags }) => !isGone(folder, flags)).length,
        deleted: all.filter(({ folder, flags }) => isGone(folder, flags)).length,
        unseen: all.filter(({ flags }) => !flags.includes('\\Seen')).length,
      }
    },
    hearAll: async () => {
      for (const { folder, uid } of voicemail.messages(person)) store.flag(person, folder, uid, '+', ['\\Seen'])
    },
    empty: async () => {
      for (const { folder, uid } of voicemail.messages(person)) store.remove(person, folder, uid)
    },
    kill: () => voicemail.go(),
    comeBack: () => voicemail.comeBack(),
  }
}
