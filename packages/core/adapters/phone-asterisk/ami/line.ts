// What a manager says of the line's mailbox.
import { type AmiFields, type AmiMessage, fieldOf } from '@openparley/protocols/ami'
import type { Line } from '../../../services/calls/port.ts'

/** What is asked once the link stands; events tell the rest. */
export function mailboxAsked(mailbox: string): AmiFields {
  return { Action: 'MailboxCount', Mailbox: mailbox }
}

/** Of an event or an answer that is about that mailbox. */
export function lineOf(message: AmiMessage, mailbox: string | undefined): Line | undefined {
  const of = fieldOf(message, 'Mailbox')
  if (mailbox === undefined || of === undefined || whole(of) !== whole(mailbox)) return undefined
  const fresh = countIn(message, 'New') ?? countIn(message, 'NewMessages')
  const old = countIn(message, 'Old') ?? countIn(message, 'OldMessages')
  const waiting = fresh ?? countIn(message, 'Waiting')
  if (waiting === undefined) return undefined
  return {
    messages: {
      waiting: waiting > 0,
      ...(fresh === undefined ? {} : { fresh }),
      ...(old === undefined ? {} : { old }),
    },
  }
}

function countIn(message: AmiMessage, name: string): number | undefined {
  const count = fieldOf(message, name)
  return count !== undefined && /^\d{1,9}$/.test(count) ? Number(count) : undefined
}

function whole(mailbox: string): string {
  return mailbox.includes('@') ? mailbox : `${mailbox}@default`
}
