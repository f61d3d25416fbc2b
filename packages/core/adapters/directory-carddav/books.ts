// Address books at a server (RFC 6352): which there are, and what has changed in one since it was read.
import { writeXml, xml } from '@openparley/protocols/common'
import { type Vcard, VcardReader } from '@openparley/protocols/vcard'
import {
  addressIn,
  type Ask,
  type Home,
  type HomeKind,
  isCollection,
  prefixes,
  propfind,
  type Resource,
  DavFailure,
} from '../../links/dav/index.ts'

export const bookHome: HomeKind = {
  wellKnown: 'carddav',
  collection: 'addressbook',
  further: [],
  noneFound: 'directory-none-found',
}

export interface Book {
  readonly url: URL
  /** Another one when anything in it has changed; undefined: the server does not tell. */
  readonly tag: string | undefined
  /** From where it tells changes; undefined: it does not. */
  readonly syncToken: string | undefined
}

/** Undefined: the home is not there any more. */
export async function listBooks(ask: Ask, { url, depth }: Home): Promise<Book[] | undefined> {
  const resources = await ask.resources({ url, method: 'PROPFIND', depth, body: askBooks })
  return resources
    ?.filter((each) => isCollection(each, 'carddav', 'addressbook'))
    .slice(0, mostBooks)
    .map((each) => {
      const [tag, token] = [each.property('server', 'getctag'), each.property('dav', 'sync-token')]
      const said = tag ?? token
      return {
        url: addressIn(each.href, url),
        tag: said && JSON.stringify(said.content),
        syncToken: token?.content.join('').trim(),
      }
    })
}

/** What is different in a book. */
export interface Changes {
  /** Addresses of cards that are new or others, with their tags. */
  readonly changed: ReadonlyMap<string, string>
  readonly removed: readonly string[]
  readonly syncToken: string | undefined
}

/**
 * What has changed since the book was read, by its own telling where it does that (RFC 6578), else by the tags of all its cards. `known`: the cards
 * that are known, by address, with their tags.
 */
export async function changesIn(
  ask: Ask,
  { url, syncToken }: Book,
  known: ReadonlyMap<string, string>,
  since: string | undefined,
): Promise<Changes> {
  const told = since === undefined ? undefined : await toldChanges(ask, url, since)
  if (told) return told
  const all = await ask.resources({ url, method: 'PROPFIND', depth: 1, body: askTags })
  if (!all) throw new DavFailure('directory-none-found', url.pathname)
  const there = new Map(all.flatMap((each) => cardIn(each, url)))
  return {
    changed: new Map([...there].filter(([href, etag]) => known.get(href) !== etag)),
    removed: [...known.keys()].filter((href) => !there.has(href)),
    syncToken,
  }
}

/** Undefined: the server does not tell any more what was after that. */
async function toldChanges(ask: Ask, url: URL, since: string): Promise<Changes | undefined> {
  const changed = new Map<string, string>()
  const removed = new Set<string>()
  let token = since
  // A server may tell them in several parts (§3.6).
  for (let part = 0; part < mostParts; part++) {
    const body = writeSync(token)
    const answer = await ask.multistatus({ url, method: 'REPORT', depth: 0, body }).catch((thrown: unknown) => {
      const isRefused = thrown instanceof DavFailure && refusals.includes(thrown.error.code)
      if (isRefused) return undefined
      throw thrown
    })
    if (answer?.syncToken === undefined) return undefined
    for (const each of answer.resources) {
      const { href } = addressIn(each.href, url)
      if (each.status === 404) {
        removed.add(href)
        changed.delete(href)
      }
      for (const [card, etag] of cardIn(each, url)) {
        changed.set(card, etag)
        removed.delete(card)
      }
    }
    const isAll = !answer.resources.some(({ status }) => status === 507)
    if (isAll) return { changed, removed: [...removed], syncToken: answer.syncToken }
    token = answer.syncToken
  }
  return undefined
}

export interface CardAt {
  readonly href: string
  /** Undefined: it is no card that can be read. */
  readonly card: Vcard | undefined
}

/** The cards at these addresses; one that is gone meanwhile is not among them. */
export async function cardsAt(ask: Ask, url: URL, hrefs: readonly string[]): Promise<CardAt[]> {
  try {
    const found = await ask.resources({ url, method: 'REPORT', depth: 1, body: writeMultiget(hrefs) })
    return (found ?? []).flatMap((each) => {
      const text = each.property('carddav', 'address-data')?.content.join('')
      return text === undefined ? [] : [{ href: addressIn(each.href, url).href, card: readOne(text) }]
    })
  } catch (thrown) {
    const isTooLarge = thrown instanceof DavFailure && thrown.error.code === 'directory-too-large'
    const [first] = hrefs
    if (!isTooLarge || first === undefined) throw thrown
    // Pictures are large: of fewer cards the answer may be small enough, and one that is not is left out.
    if (hrefs.length === 1) return [{ href: first, card: undefined }]
    const half = Math.ceil(hrefs.length / 2)
    return [...(await cardsAt(ask, url, hrefs.slice(0, half))), ...(await cardsAt(ask, url, hrefs.slice(half)))]
  }
}

function readOne(text: string): Vcard | undefined {
  const reader = new VcardReader()
  const [card] = [...reader.push(Buffer.from(text)), ...reader.end()]
  return card === 'unreadable' ? undefined : card
}

/** Its address and its tag, of what is a card: the book itself is among what is listed. */
function cardIn(resource: Resource, url: URL): [string, string][] {
  const etag = resource.property('dav', 'getetag')?.content.join('')
  const { href } = addressIn(resource.href, url)
  const isCard = etag !== undefined && href !== url.href && !isCollection(resource, 'dav', 'collection')
  return isCard ? [[href, etag]] : []
}

function writeSync(token: string): string {
  return writeXml(
    xml('d:sync-collection', prefixes, [
      xml('d:sync-token', {}, [token]),
      xml('d:sync-level', {}, ['1']),
      xml('d:prop', {}, [xml('d:getetag'), xml('d:resourcetype')]),
    ]),
  )
}

function writeMultiget(hrefs: readonly string[]): string {
  return writeXml(
    xml('a:addressbook-multiget', prefixes, [
      xml('d:prop', {}, [xml('d:getetag'), xml('a:address-data')]),
      ...hrefs.map((href) => xml('d:href', {}, [new URL(href).pathname])),
    ]),
  )
}

const askBooks = propfind('d:resourcetype', 'd:sync-token', 's:getctag')
const askTags = propfind('d:getetag', 'd:resourcetype')
const refusals: readonly string[] = ['account-forbidden', 'server-failed', 'directory-none-found']
const mostBooks = 32
const mostParts = 100
