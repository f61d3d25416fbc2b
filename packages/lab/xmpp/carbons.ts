// Copies of a person's messages to their other resources (XEP-0280).
import type { XmlElement } from '@openparley/protocols/common'
import type { Account, Session } from './account.ts'
import type { Asks } from './asks.ts'
import { ns } from './names.ts'
import { element, forwarded, inside } from './stanza.ts'

export const carbonAsks: Asks = {
  own: {
    [`set ${ns.carbons} enable`]: ({ session }) => {
      session.hasCarbons = true
      return []
    },
    [`set ${ns.carbons} disable`]: ({ session }) => {
      session.hasCarbons = false
      return []
    },
  },
}

/** To those of the account who have asked for copies and did not have the message itself. */
export function copyTo(account: Account, way: 'sent' | 'received', message: XmlElement, had: readonly Session[]): void {
  if (!isCopied(message, way)) return
  for (const session of account.sessions.values())
    if (session.hasCarbons && !had.includes(session)) session.send(carbonOf(account.jid.bare, session, way, message))
}

export function carbonOf(from: string, session: Session, way: 'sent' | 'received', message: XmlElement): XmlElement {
  const { type } = message.attributes
  const to = session.jid.full
  return element('message', ns.client, { from, to, type }, [element(way, ns.carbons, {}, [forwarded(message)])])
}

/** XEP-0280 §6.1, with every message of type chat. */
function isCopied(message: XmlElement, way: 'sent' | 'received'): boolean {
  const { type = 'normal' } = message.attributes
  if (inside(message, ns.carbons, 'private') || inside(message, ns.hints, 'no-copy')) return false
  // What comes from a room comes to the resource that is in it.
  if (way === 'received' && inside(message, ns.roomsUser, 'x')) return false
  return type === 'chat' || (type === 'normal' && inside(message, ns.client, 'body') !== undefined)
}
