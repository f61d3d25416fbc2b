// Stanzas made and looked into. Elements here have their namespace in `uri`, and are written by it.
import { elementsIn, type XmlElement } from '@openparley/protocols/common'
import { ns } from './names.ts'

type Attributes = Readonly<Record<string, string | undefined>>
type Content = readonly (XmlElement | string | undefined)[]

/** An element; what is undefined is left out. */
export function element(local: string, uri: string, attributes: Attributes = {}, content: Content = []): XmlElement {
  const values: Record<string, string> = {}
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) values[key] = value
  return { name: local, local, uri, attributes: values, content: content.filter((each) => each !== undefined) }
}

/** The same with other attributes; one that is undefined goes. */
export function withAttributes(of: XmlElement, attributes: Attributes): XmlElement {
  return element(of.local, of.uri, { ...of.attributes, ...attributes }, of.content)
}

export function withContent(of: XmlElement, content: Content): XmlElement {
  return element(of.local, of.uri, of.attributes, content)
}

/** The first element within of that namespace and name. */
export function inside(of: XmlElement, uri: string, local?: string): XmlElement | undefined {
  return elementsIn(of, local).find((each) => each.uri === uri)
}

export function allInside(of: XmlElement, uri: string, local?: string): XmlElement[] {
  return elementsIn(of, local).filter((each) => each.uri === uri)
}

/** The text within, as it is written. */
export function said(of: XmlElement | undefined): string {
  let text = ''
  for (const each of of?.content ?? []) if (typeof each === 'string') text += each
  return text
}

export function resultOf(asked: XmlElement, content: Content = []): XmlElement {
  const { id, from, to } = asked.attributes
  return element('iq', ns.client, { type: 'result', id, from: to, to: from }, content)
}

/** What is wrong, and of which type that error is (RFC 6120 §8.3.3). */
const types = {
  'bad-request': 'modify',
  conflict: 'cancel',
  'feature-not-implemented': 'cancel',
  forbidden: 'auth',
  'internal-server-error': 'cancel',
  'item-not-found': 'cancel',
  'jid-malformed': 'modify',
  'not-acceptable': 'modify',
  'not-allowed': 'cancel',
  'not-authorized': 'auth',
  'policy-violation': 'modify',
  'registration-required': 'auth',
  'remote-server-not-found': 'cancel',
  'resource-constraint': 'wait',
  'service-unavailable': 'cancel',
} as const

export type Condition = keyof typeof types

/** A refusal as a value: the condition, words for people, and an element of the application's own. */
export interface Refusal {
  readonly refused: Condition
  readonly text?: string
  readonly detail?: XmlElement
}

export function refusal(refused: Condition, text?: string, detail?: XmlElement): Refusal {
  return { refused, ...(text === undefined ? {} : { text }), ...(detail === undefined ? {} : { detail }) }
}

/** The stanza's error, back to its sender. */
export function errorOf(stanza: XmlElement, { refused, text, detail }: Refusal): XmlElement {
  const { id, from, to } = stanza.attributes
  return element(stanza.local, ns.client, { type: 'error', id, from: to, to: from }, [
    element('error', ns.client, { type: types[refused] }, [
      element(refused, ns.stanzaErrors),
      text === undefined ? undefined : element('text', ns.stanzaErrors, {}, [text]),
      detail,
    ]),
  ])
}

/** When something was, for who gets it later (XEP-0203). */
export function delay(from: string, atMs: number): XmlElement {
  return element('delay', ns.delay, { from, stamp: new Date(atMs).toISOString() })
}

export function forwarded(stanza: XmlElement, from?: string, atMs?: number): XmlElement {
  const when = from === undefined || atMs === undefined ? undefined : delay(from, atMs)
  return element('forwarded', ns.forward, {}, [when, stanza])
}
