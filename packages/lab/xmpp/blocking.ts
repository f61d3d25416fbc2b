// Addresses that a person wants nothing from (XEP-0191).
import type { XmlElement } from '@openparley/protocols/common'
import type { Account } from './account.ts'
import type { Asked, Asks } from './asks.ts'
import type { Domain } from './domain.ts'
import { readJid } from './jid.ts'
import { ns } from './names.ts'
import { allInside, element, type Refusal, refusal } from './stanza.ts'
import { isSeen } from './subscription-tables.ts'

export function blockingAsks(domain: Domain): Asks {
  return {
    own: {
      [`get ${ns.blocking} blocklist`]: ({ account, session }) => {
        session.hasBlockList = true
        return [element('blocklist', ns.blocking, {}, items([...account.blocked]))]
      },
      [`set ${ns.blocking} block`]: ({ account, payload }) => {
        const jids = jidsIn(payload)
        if (!jids) return refusal('jid-malformed')
        if (jids.length === 0) return refusal('bad-request')
        if (account.blocked.size + jids.length > mostBlocked) return refusal('resource-constraint')
        // Who is blocked sees one last time that nobody is there.
        for (const jid of jids) if (isSeen(account.roster.stateOf(jid))) domain.presence.hide(account, jid)
        for (const jid of jids) account.blocked.add(jid)
        tell(domain, account, element('block', ns.blocking, {}, items(jids)))
        return []
      },
      [`set ${ns.blocking} unblock`]: ({ account, payload }) => unblock(domain, account, payload),
    },
  }
}

function unblock(domain: Domain, account: Account, payload: Asked['payload']): [] | Refusal {
  const named = jidsIn(payload)
  if (!named) return refusal('jid-malformed')
  const jids = named.length === 0 ? [...account.blocked] : named
  for (const jid of jids) account.blocked.delete(jid)
  for (const jid of jids) if (isSeen(account.roster.stateOf(jid))) domain.presence.show(account, jid)
  tell(domain, account, element('unblock', ns.blocking, {}, items(named)))
  return []
}

function tell(domain: Domain, account: Account, what: XmlElement): void {
  for (const session of account.sessions.values()) {
    if (!session.hasBlockList) continue
    const id = `block-${domain.dice.token(64)}`
    session.send(element('iq', ns.client, { type: 'set', id, to: session.jid.full }, [what]))
  }
}

/** Undefined where one is no address. */
function jidsIn(payload: XmlElement): string[] | undefined {
  const jids: string[] = []
  for (const { attributes } of allInside(payload, ns.blocking, 'item')) {
    const jid = readJid(attributes['jid'])
    if (!jid) return undefined
    jids.push(jid.full)
  }
  return jids
}

function items(jids: readonly string[]): XmlElement[] {
  return jids.map((jid) => element('item', ns.blocking, { jid }))
}

const mostBlocked = 1000
