// An error stanza, or no answer at all, as what it was.
import type { PeerCause } from '@openparley/contract'
import type { Stanza } from './entity.ts'

export class StanzaFailure extends Error {
  /** RFC 6120 §8.3.3: item-not-found, forbidden, …; `timeout` and `offline` are ours. */
  readonly condition: string
  readonly text: string | undefined
  /** The condition of what was asked for, in words of its own (§8.3.4). */
  readonly application: string | undefined

  constructor(condition: string, text?: string, application?: string) {
    super(text === undefined ? condition : `${condition}: ${text}`)
    this.condition = condition
    this.text = text
    this.application = application
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

/** `error`: the element of an error stanza. */
export function applicationIn(error: Stanza | undefined): string | undefined {
  return error?.getChildElements().find(({ attrs }) => attrs['xmlns'] !== undefined && attrs['xmlns'] !== ns)?.name
}

const ns = 'urn:ietf:params:xml:ns:xmpp-stanzas'
