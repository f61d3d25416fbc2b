// How people look: pictures in PEP (XEP-0084), and those of the older card that presence names (XEP-0153).
import { createHash } from 'node:crypto'
import { ParleyError, type Photo } from '@openparley/contract'
import { bareOf, type Stanza, type XmppLink, xml } from '../../links/xmpp/index.ts'
import { photoTypeOf } from '../../runtime/photo.ts'
import { vcardTemp } from './cards.ts'

export interface Photos {
  /** What somebody publishes; whether it is about a picture. Undefined id: they have none. */
  published(stanza: Stanza, told: (address: string, id: string | undefined) => void): boolean
  /** Undefined where it is not there any more, or is not what it is said to be. */
  fetch(address: string, id: string): Promise<Photo | undefined>
  publish(photo: Photo): Promise<void>
  clear(): void
}

export function photos(link: XmppLink): Photos {
  /** By its id, which is its hash: whose it is makes no difference. The last ones that were looked at. */
  const kept = new Map<string, Photo>()
  const keep = (id: string, photo: Photo): Photo => {
    kept.set(id, photo)
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) break
      kept.delete(oldest)
    }
    return photo
  }
  return {
    published: (stanza, told) => {
      const items = stanza
        .getChild('event', 'http://jabber.org/protocol/pubsub#event')
        ?.getChildren('items')
        .find((each) => each.attrs['node'] === metadata)
      if (!items) return false
      const infos = items.getChild('item')?.getChild('metadata', metadata)?.getChildren('info') ?? []
      // One that lies elsewhere is not fetched: who looks at a picture need not be known to whoever shows it.
      const here = infos.find(({ attrs }) => attrs['url'] === undefined && isId(attrs['id']))
      told(bareOf(stanza.attrs['from'] ?? ''), here?.attrs['id']?.toLowerCase())
      return true
    },
    fetch: async (address, id) => {
      const known = kept.get(id)
      if (known) return known
      const asked = link.ask(
        'get',
        address,
        xml('pubsub', { xmlns: pubsub }, xml('items', { node: data }, xml('item', { id }))),
      )
      const items = await asked.catch(() => undefined)
      const base64 =
        items?.getChild('items')?.getChild('item')?.getChildText('data', data) ??
        (await vcardTemp(link, address))?.getChild('PHOTO')?.getChildText('BINVAL')
      const bytes = Buffer.from((base64 ?? '').slice(0, mostBytes * 2), 'base64')
      const type = photoTypeOf(bytes)
      if (type === undefined || bytes.length > mostBytes || hashOf(bytes) !== id) return undefined
      return keep(id, { type, content: bytes.toString('base64') })
    },
    publish: async ({ content }) => {
      const bytes = Buffer.from(content, 'base64')
      const type = photoTypeOf(bytes)
      if (type === undefined) throw new ParleyError('contact-photo-unusable', 'neither PNG nor JPEG, GIF or WebP')
      if (bytes.length > mostBytes) throw new ParleyError('contact-photo-unusable', `${mostBytes} bytes at most`)
      const id = hashOf(bytes)
      const info = xml('info', { id, type, bytes: String(bytes.length) })
      // The picture is there before it is told of.
      for (const [node, content] of [
        [data, xml('data', { xmlns: data }, bytes.toString('base64'))],
        [metadata, xml('metadata', { xmlns: metadata }, info)],
      ] as const)
        await link.ask(
          'set',
          undefined,
          xml('pubsub', { xmlns: pubsub }, xml('publish', { node }, xml('item', { id }, content))),
        )
    },
    clear: () => kept.clear(),
  }
}

/** The id of the picture that the older card has, as presence names it; undefined: it names none, '': there is none. */
export function photoIn(presence: Stanza): string | undefined {
  const said = presence.getChild('x', 'vcard-temp:x:update')?.getChild('photo')?.getText()
  return said === undefined || said === '' || isId(said) ? said?.toLowerCase() : undefined
}

function hashOf(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex')
}

/** A SHA-1 (XEP-0084 §4.1, XEP-0153 §3). */
function isId(id: string | undefined): boolean {
  return id !== undefined && /^[\da-f]{40}$/i.test(id)
}

const pubsub = 'http://jabber.org/protocol/pubsub'
const metadata = 'urn:xmpp:avatar:metadata'
const data = 'urn:xmpp:avatar:data'
const mostBytes = 500_000
const mostKept = 32
