// What this client can do, as others may ask (XEP-0030) or tell from a hash (XEP-0115).
import { createHash } from 'node:crypto'
import { type Stanza, xml } from './entity.ts'

const identity = { category: 'client', type: 'pc', name: 'Parley' }

const features = [
  'http://jabber.org/protocol/activity',
  'http://jabber.org/protocol/activity+notify',
  'http://jabber.org/protocol/caps',
  'http://jabber.org/protocol/chatstates',
  'http://jabber.org/protocol/disco#info',
  'http://jabber.org/protocol/muc',
  'urn:xmpp:avatar:metadata+notify',
  'urn:xmpp:carbons:2',
  'urn:xmpp:chat-markers:0',
  'urn:xmpp:idle:1',
  'urn:xmpp:message-correct:0',
  'urn:xmpp:ping',
  'urn:xmpp:reactions:0',
  'urn:xmpp:receipts',
  'urn:xmpp:reply:0',
  'urn:xmpp:sid:0',
].toSorted()

/** XEP-0115 §5.1. */
const ver = createHash('sha1')
  .update([`${identity.category}/${identity.type}//${identity.name}`, ...features, ''].join('<'))
  .digest('base64')

const node = 'https://openparley.example/client'

export function capabilities(): Stanza {
  return xml('c', { xmlns: 'http://jabber.org/protocol/caps', hash: 'sha-1', node, ver })
}

export const disco = 'http://jabber.org/protocol/disco#info'

/** The answer to who asks, for the whole or for the hash. */
export function described(asked: string | undefined): Stanza | undefined {
  if (asked !== undefined && asked !== `${node}#${ver}`) return undefined
  return xml(
    'query',
    { xmlns: disco, node: asked },
    xml('identity', identity),
    ...features.map((feature) => xml('feature', { var: feature })),
  )
}
