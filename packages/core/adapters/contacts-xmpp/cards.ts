// What people say of themselves: vCard 4 in PEP (XEP-0292), and the older vcard-temp (XEP-0054) of those who have no other.
import type { Card, CardNumber } from '@openparley/contract'
import { type Stanza, StanzaFailure, type XmppLink, xml } from '../../links/xmpp/index.ts'

/** Undefined: they say nothing of themselves. Rejects with a StanzaFailure. */
export async function cardOf(link: XmppLink, address: string): Promise<Card | undefined> {
  const items = await ifThere(
    link.ask('get', address, xml('pubsub', { xmlns: pubsub }, xml('items', { node: vcard4 }))),
  )
  const vcard = items?.getChild('items')?.getChild('item')?.getChild('vcard', vcard4Ns)
  if (vcard) return readVcard4(vcard)
  const old = await vcardTemp(link, address)
  return old && readVcardTemp(old)
}

/** The older card; undefined where there is none. */
export async function vcardTemp(link: XmppLink, address: string | undefined): Promise<Stanza | undefined> {
  const vcard = await ifThere(link.ask('get', address, xml('vCard', { xmlns: temp })))
  return vcard && vcard.getChildElements().length > 0 ? vcard : undefined
}

export async function publishCard(link: XmppLink, card: Card): Promise<void> {
  const item = xml('item', { id: 'current' }, writeVcard4(card))
  await link.ask('set', undefined, xml('pubsub', { xmlns: pubsub }, xml('publish', { node: vcard4 }, item)))
}

function readVcard4(vcard: Stanza): Card {
  const text = (name: string): string | undefined => vcard.getChild(name)?.getChildText('text') ?? undefined
  return cardFrom({
    name: text('fn'),
    organisation: text('org'),
    title: text('title'),
    note: text('note'),
    numbers: vcard.getChildren('tel').map((tel) => {
      const types = tel.getChild('parameters')?.getChild('type')?.getChildren('text') ?? []
      return [tel.getChildText('uri') ?? tel.getChildText('text'), types.map((each) => each.getText())]
    }),
    mail: vcard.getChildren('email').map((each) => each.getChildText('text')),
  })
}

function readVcardTemp(vcard: Stanza): Card {
  const text = (name: string): string | undefined => vcard.getChildText(name) ?? undefined
  return cardFrom({
    name: text('FN'),
    organisation: vcard.getChild('ORG')?.getChildText('ORGNAME') ?? undefined,
    title: text('TITLE'),
    note: text('DESC'),
    numbers: vcard
      .getChildren('TEL')
      .map((tel) => [tel.getChildText('NUMBER'), tel.getChildElements().map(({ name }) => name)]),
    mail: vcard.getChildren('EMAIL').map((each) => each.getChildText('USERID')),
  })
}

interface Said {
  readonly name: string | undefined
  readonly organisation: string | undefined
  readonly title: string | undefined
  readonly note: string | undefined
  readonly numbers: readonly (readonly [number: string | null, types: readonly string[]])[]
  readonly mail: readonly (string | null)[]
}

/** Of what others write as much as the contract has room for. */
function cardFrom({ numbers, mail, note, ...rest }: Said): Card {
  const texts = Object.entries({ ...rest, note }).flatMap(([name, value]) => {
    const text = value?.trim().slice(0, name === 'note' ? 4096 : 1024)
    return text ? [[name, text]] : []
  })
  return {
    ...(Object.fromEntries(texts) as Pick<Card, 'name' | 'organisation' | 'title' | 'note'>),
    numbers: numbers.slice(0, most).flatMap(([said, types]) => {
      const number = said?.replace(/^tel:/i, '').split(';')[0]?.trim().slice(0, 256)
      return number ? [{ number, kind: kindOf(types) }] : []
    }),
    mail: mail.slice(0, most).flatMap((each) => each?.trim().slice(0, 1024) || []),
  }
}

function kindOf(types: readonly string[]): CardNumber['kind'] {
  const said = types.map((each) => each.toLowerCase())
  if (said.includes('cell')) return 'mobile'
  return said.includes('work') ? 'work' : said.includes('home') ? 'home' : 'other'
}

function writeVcard4({ name, organisation, title, numbers, mail, note }: Card): Stanza {
  const text = (element: string, value: string | undefined): Stanza | undefined =>
    value === undefined ? undefined : xml(element, {}, xml('text', {}, value))
  return xml(
    'vcard',
    { xmlns: vcard4Ns },
    text('fn', name),
    text('org', organisation),
    text('title', title),
    text('note', note),
    ...numbers.map(({ number, kind }) => {
      const type = kind === 'mobile' ? 'cell' : kind
      const parameters = kind === 'other' ? undefined : xml('parameters', {}, xml('type', {}, xml('text', {}, type)))
      return xml('tel', {}, parameters, xml('text', {}, number))
    }),
    ...mail.map((each) => text('email', each)),
  )
}

/** What the other side does not have, or does not give, is not there. */
async function ifThere(asked: Promise<Stanza | undefined>): Promise<Stanza | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof StanzaFailure && absent.includes(error.condition)) return undefined
    throw error
  }
}

const absent: readonly string[] = [
  'item-not-found',
  'service-unavailable',
  'feature-not-implemented',
  'forbidden',
  'not-authorized',
  'not-allowed',
  'subscription-required',
]
const pubsub = 'http://jabber.org/protocol/pubsub'
const vcard4 = 'urn:xmpp:vcard4'
const vcard4Ns = 'urn:ietf:params:xml:ns:vcard-4.0'
const temp = 'vcard-temp'
const most = 16
