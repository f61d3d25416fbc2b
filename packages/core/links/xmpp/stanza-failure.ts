// An error stanza, or no answer at all, as what it was.
import type { PeerCause } from '@openparley/contract'
import type { Stanza } from './entity.ts'

export class StanzaFailure extends Error {
  /** RFC 6120 §8.3.3: item-not-found, forbidden, …; `timeout` and `offline` are ours. */
  readonly condition: string
  readonly text: string | undefined

  constructor(condition: string, text?: string) {
    super(text === undefined ? condition : `${condition}: ${text}`)
    this.condition = condition
    this.text = text
  }

  get peer(): PeerCause {
    return { protocol: 'xmpp', text: this.message }
  }
}

/** What an error stanza says. */
export function failureIn(stanza: Stanza): StanzaFailure {
  const error = stanza.getChild('error')
  const condition = error?.getChildElements().find((child) => child.attrs['xmlns'] === ns && child.name !== 'text')
  return new StanzaFailure(condition?.name ?? 'undefined-condition', error?.getChildText('text') ?? undefined)
}

const ns = 'urn:ietf:params:xml:ns:xmpp-stanzas'
