// What the XMPP server sent to each person, as far as it can be told.
import type { XmlElement } from '@openparley/protocols/common'
import { ns } from './names.ts'
import { inside, said } from './stanza.ts'

export interface SentStanza {
  readonly kind: string
  readonly id?: string
  readonly from?: string
  readonly to?: string
  readonly type?: string
  /** Of a message: what its sender called it, and what it says. */
  readonly originId?: string
  readonly body?: string
  readonly bodyLength: number
}

export interface XmppRecord {
  /** By person, in order; the last ten thousand of each. */
  readonly stanzas: Readonly<Record<string, readonly SentStanza[]>>
}

export function asSent(stanza: XmlElement): SentStanza {
  const { id, from, to, type } = stanza.attributes
  const body = inside(stanza, ns.client, 'body')
  const originId = inside(stanza, ns.ids, 'origin-id')?.attributes['id']
  return {
    kind: stanza.local,
    ...(id === undefined ? {} : { id }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(type === undefined ? {} : { type }),
    ...(originId === undefined ? {} : { originId }),
    ...(body === undefined ? {} : { body: said(body).slice(0, mostOfBody) }),
    bodyLength: said(body).length,
  }
}

export class XmppRecorder {
  readonly #stanzas = new Map<string, SentStanza[]>()

  sent(person: string, stanza: XmlElement): void {
    const list = this.#stanzas.get(person) ?? []
    this.#stanzas.set(person, list)
    list.push(asSent(stanza))
    if (list.length > most) list.shift()
  }

  read(): XmppRecord {
    return { stanzas: Object.fromEntries([...this.#stanzas].map(([person, list]) => [person, [...list]])) }
  }
}

const most = 10_000
const mostOfBody = 10_000
