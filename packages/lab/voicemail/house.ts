// The lab's voicemail: mailboxes, the phone that answers for people, and the web service, on one mail store.
import type { Hop } from '@openparley/protocols/sip'
import type { Forwards } from '../sip/forwards.ts'
import { depositPrefix, openAnswering, pilotNumber } from './answering.ts'
import { openVmrest, type Vmrest, type VmrestOptions } from './vmrest.ts'
import { type Mailboxes, type MailboxesOptions, openMailboxes } from './mailboxes.ts'

export interface PhoneMailOptions extends MailboxesOptions, Omit<VmrestOptions, 'mailboxes'> {
  /** Whose mailbox calls to that number are for; undefined: nobody's. */
  readonly ownerOf: (number: string) => string | undefined
  readonly forwards: Pick<Forwards, 'goesToVoicemail'>
  /** After so long calls go to the voicemail of whoever is called; undefined: of who wishes it alone, after ten seconds. */
  readonly afterMs: number | undefined
}

export interface PhoneMail {
  readonly web: Pick<Mailboxes, 'leave'> & Pick<Vmrest, 'address' | 'settings' | 'asked' | 'go' | 'comeBack'>
  /** Where calls to its own numbers go. */
  at(number: string): Hop | undefined
  /** Where calls to that person go that are not answered, if they go anywhere. */
  of(user: string): { readonly uri: string; readonly hop: Hop; readonly afterMs: number } | undefined
  /** The settings of the pilot number. */
  readonly settings: Readonly<Record<string, unknown>>
  close(): Promise<void>
}

export async function openPhoneMail(options: PhoneMailOptions): Promise<PhoneMail> {
  const { dice, ownerOf, forwards, afterMs } = options
  const mailboxes = openMailboxes(options)
  const web = await openVmrest({ ...options, mailboxes })
  const answering = await openAnswering({ dice, ownerOf, mailboxes })
  return {
    web: { ...web, leave: (person, left) => mailboxes.leave(person, left) },
    at: (number) => answering.at(number),
    of: (user) => {
      const number = `${depositPrefix}${user}`
      const hop = answering.at(number)
      if (!hop || (afterMs === undefined && !forwards.goesToVoicemail(user))) return undefined
      return { uri: `sip:${number}@${hop.address}:${hop.port}`, hop, afterMs: afterMs ?? usuallyAfterMs }
    },
    settings: { 'voicemail.pilotNumber': pilotNumber },
    close: async () => {
      mailboxes.close()
      await Promise.all([answering.close(), web.close()])
    },
  }
}

const usuallyAfterMs = 10_000
