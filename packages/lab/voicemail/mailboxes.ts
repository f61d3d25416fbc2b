// People's voice mailboxes: what is left goes into their mail store, and how many are new goes to their phones (RFC 3842), whoever changed it.
import { type Sound, writeWav } from '@openparley/media'
import type { Dice } from '@openparley/protocols/common'
import type { Mail, MailStore } from '../imap/mail-store.ts'
import { type VoiceMessageOptions, voiceMessage } from '../imap/voice-message.ts'
import type { Mailbox } from '../sip/lines.ts'
import { readVoiceMail, type VoiceMail } from './reading.ts'

/** What is left for somebody. */
export type Left = Pick<
  VoiceMessageOptions,
  'from' | 'sound' | 'as' | 'manner' | 'urgent' | 'private' | 'secure' | 'dispatch'
> & {
  /** Whether others are sent it, too: who takes it first has it. */
  readonly alsoTo?: readonly string[]
}

/** One that is in a mailbox. */
export interface Lying {
  readonly folder: string
  readonly uid: number
  readonly isNew: boolean
  readonly mail: Mail
  readonly message: VoiceMail
}

export interface Mailboxes {
  /** Throws where there is no such person. Returns what the message is known by. */
  leave(person: string, left: Left): string
  /** All of them, those among the deleted too. */
  all(person: string): readonly Lying[]
  /** Undefined where there is none. */
  find(person: string, id: string): Lying | undefined
  /** The WAV file of a message, secure ones too. */
  soundOf(message: VoiceMail): Uint8Array | undefined
  mark(person: string, lying: Lying, heard: boolean): void
  move(person: string, lying: Lying, folder: string): void
  erase(person: string, lying: Lying): void
  close(): void
}

export interface MailboxesOptions {
  readonly store: MailStore
  readonly dice: Dice
  /** So many wait for that person. */
  readonly light: (person: string, mailbox: Mailbox) => void
}

export function openMailboxes({ store, dice, light }: MailboxesOptions): Mailboxes {
  /** Of secure messages: their mail does not have it. */
  const kept = new Map<string, Uint8Array>()
  const ends = store.people.map((person) =>
    store.watch(person, ({ folder }) => {
      if (folder !== inbox) return
      const mails = (store.folder(person, inbox)?.mails ?? []).filter(({ flags }) => !flags.has('\\Deleted'))
      const fresh = mails.filter(({ flags }) => !flags.has('\\Seen')).length
      light(person, { fresh, old: mails.length - fresh })
    }),
  )
  const lying = (folder: string, mail: Mail): Lying[] => {
    const message = readVoiceMail(mail.bytes)
    return message ? [{ folder, uid: mail.uid, isNew: !mail.flags.has('\\Seen'), mail, message }] : []
  }
  const all = (person: string): Lying[] =>
    [inbox, deletedItems].flatMap((name) => {
      const mails = store.folder(person, name)?.mails ?? []
      return mails.flatMap((mail) => lying(mail.flags.has('\\Deleted') ? deletedItems : name, mail))
    })
  return {
    leave: (person, { alsoTo = [], ...left }) => {
      const id = dice.token(128)
      const atMs = Date.now()
      const bytes = voiceMessage({ id, to: person, atMs, ...left })
      if (left.secure) {
        kept.set(id, waveOf(left.sound))
        if (kept.size > mostKept) kept.delete(kept.keys().next().value as string)
      }
      for (const to of [person, ...alsoTo]) store.append(to, inbox, { bytes, atMs })
      return id
    },
    all,
    find: (person, id) => all(person).find(({ message }) => message.id === id),
    soundOf: ({ id, wav }) => wav ?? kept.get(id),
    mark: (person, { mail, folder }, heard) =>
      void store.flag(person, placeOf(folder, mail), mail.uid, heard ? '+' : '-', ['\\Seen']),
    move: (person, { mail, folder }, to) => {
      const from = placeOf(folder, mail)
      if (to === inbox && from === inbox) return void store.flag(person, inbox, mail.uid, '-', ['\\Deleted'])
      if (from === to) return
      store.create(person, to)
      if (store.copy(person, from, mail.uid, to) !== undefined) store.remove(person, from, mail.uid)
    },
    erase: (person, { mail, folder }) => void store.remove(person, placeOf(folder, mail), mail.uid),
    close: () => {
      for (const end of ends) end()
    },
  }
}

/** What is only marked as deleted lies in the inbox still. */
function placeOf(folder: string, { flags }: Mail): string {
  return flags.has('\\Deleted') ? inbox : folder
}

function waveOf(sound: Sound): Uint8Array {
  return writeWav(sound)
}

export const inbox = 'INBOX'
export const deletedItems = 'Deleted Items'
const mostKept = 100
