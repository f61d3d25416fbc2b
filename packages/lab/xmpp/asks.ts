// Questions (RFC 6120 §8.2.3): who answers which, as tables of what is asked: "get NAMESPACE NAME".
import { elementsIn, type XmlElement } from '@openparley/protocols/common'
import type { Account, Session } from './account.ts'
import type { Domain } from './domain.ts'
import type { Jid } from './jid.ts'
import { errorOf, type Refusal, refusal, resultOf } from './stanza.ts'

export interface Asked {
  readonly stanza: XmlElement
  readonly payload: XmlElement
  readonly from: Jid
}

/** What it is answered with; 'later': by whoever took it. */
export type Answered = readonly XmlElement[] | Refusal | 'later'

export interface Asks {
  /** Asked of the server. */
  readonly server?: Readonly<Record<string, (asked: Asked & { readonly session: Session | undefined }) => Answered>>
  /** Asked of a person's own account. */
  readonly own?: Readonly<
    Record<string, (asked: Asked & { readonly session: Session; readonly account: Account }) => Answered>
  >
  /** Asked of somebody else's account. */
  readonly others?: Readonly<Record<string, (asked: Asked & { readonly account: Account }) => Answered>>
}

export class Questions {
  readonly #domain: Domain
  readonly #parts: readonly Asks[]

  constructor(domain: Domain, parts: readonly Asks[]) {
    this.#domain = domain
    this.#parts = parts
  }

  /** `account`: whose it is asked of; undefined: the server. */
  arrived(stanza: XmlElement, from: Jid, account: Account | undefined): void {
    const { type, id } = stanza.attributes
    if (type === 'result' || type === 'error') return
    const [payload, ...more] = elementsIn(stanza)
    const wrong = (type !== 'get' && type !== 'set') || id === undefined || !payload || more.length > 0
    const answered = wrong
      ? refusal('bad-request')
      : this.#answer(`${type} ${payload.uri} ${payload.local}`, { stanza, payload, from }, account)
    if (answered === 'later') return
    this.#domain.route('refused' in answered ? errorOf(stanza, answered) : resultOf(stanza, answered))
  }

  #answer(key: string, asked: Asked, account: Account | undefined): Answered {
    const { from } = asked
    const session = this.#domain.accountAt(from)?.sessions.get(from.resource)
    for (const { own, others, server } of this.#parts) {
      if (!account && server && Object.hasOwn(server, key)) return server[key]?.({ ...asked, session }) ?? nobody
      if (account && session?.account === account) {
        if (own && Object.hasOwn(own, key)) return own[key]?.({ ...asked, session, account }) ?? nobody
      } else if (account && others && Object.hasOwn(others, key)) {
        return others[key]?.({ ...asked, account }) ?? nobody
      }
    }
    return nobody
  }

  /** Whether the person's own account answers it. */
  isOwn(key: string): boolean {
    return this.#parts.some(({ own }) => own && Object.hasOwn(own, key))
  }
}

const nobody = refusal('service-unavailable')
