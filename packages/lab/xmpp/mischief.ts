// What a server or a stranger may send that a client must not believe: made where a fault asks for it.
import type { XmlElement } from '@openparley/protocols/common'
import type { Session } from './account.ts'
import { carbonOf } from './carbons.ts'
import type { Domain } from './domain.ts'
import { ns } from './names.ts'
import { element, forwarded, inside } from './stanza.ts'

export class Mischief {
  readonly #domain: Domain
  readonly #stranger: string

  constructor(domain: Domain) {
    this.#domain = domain
    this.#stranger = `mallory@${domain.name}`
  }

  /** After a message with a body has come to a session. */
  after(message: XmlElement, session: Session): void {
    const { faults } = this.#domain
    if (!faults.any('xmpp-') || !inside(message, ns.client, 'body')) return
    const { from = '', id } = message.attributes
    const to = session.jid.full
    const forged = (body: string, ...more: XmlElement[]): XmlElement =>
      this.#message({ from, to, type: 'chat' }, body, ...more)
    if (faults.has('xmpp-spoofed-carbon'))
      session.send(carbonOf(this.#stranger, session, 'received', forged('Spoofed: nobody said this.')))
    if (faults.has('xmpp-wrong-correction') && id !== undefined)
      session.send(
        this.#message(
          { from: `${this.#stranger}/x`, to, type: 'chat' },
          'Spoofed: corrected by somebody else.',
          element('replace', ns.correction, { id }),
        ),
      )
    if (faults.has('xmpp-huge-message')) session.send(forged('x'.repeat(2_000_000)))
  }

  /** A message in answer to the query, from somebody whose archive was not asked. */
  spoofedPage({ attributes: { queryid } }: XmlElement, session: Session): XmlElement {
    const { bare, full } = session.jid
    const said = this.#message({ from: this.#stranger, to: bare, type: 'chat' }, 'Spoofed: from no archive of yours.')
    return element('message', ns.client, { from: this.#stranger, to: full }, [
      element('result', ns.archive, { queryid, id: this.#domain.dice.token(128) }, [
        forwarded(said, this.#domain.name, this.#domain.wall()),
      ]),
    ])
  }

  #message(attributes: Readonly<Record<string, string>>, body: string, ...more: readonly XmlElement[]): XmlElement {
    const id = this.#domain.dice.token(64)
    return element('message', ns.client, { ...attributes, id }, [element('body', ns.client, {}, [body]), ...more])
  }
}
