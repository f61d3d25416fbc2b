// From a server's address to where the person's collections are: RFC 6764 where only a server is named, RFC 5397, 4791 and 6352 from there.
import type { ErrorCode } from '@openparley/contract'
import { type Ask, DavFailure } from './asking.ts'
import { children, hrefIn, type ns, propfind, type Resource } from './dav.ts'

/** Where collections are listed: below a home, or the one that the settings name. */
export interface Home {
  readonly url: URL
  readonly depth: 0 | 1
  /** What the person is said to be. */
  readonly person: Resource | undefined
}

/** What kind of collections is looked for. */
export interface HomeKind {
  readonly wellKnown: 'caldav' | 'carddav'
  readonly collection: 'calendar' | 'addressbook'
  /** What else is asked of the person: names with the prefixes of our questions. */
  readonly further: readonly string[]
  readonly noneFound: ErrorCode
}

export async function findHome(ask: Ask, server: URL, kind: HomeKind): Promise<Home> {
  const { wellKnown, collection, further, noneFound } = kind
  const homeSet = `${collection}-home-set`
  const prefixed = `${wellKnown === 'caldav' ? 'c' : 'a'}:${homeSet}`
  const ways = server.pathname === '/' ? [new URL(`/.well-known/${wellKnown}`, server), server] : [server]
  const askWhose = propfind('d:resourcetype', 'd:current-user-principal', prefixed)
  for (const url of ways) {
    const self = await whose(ask, url, askWhose, ways.length > 1 && url !== server)
    if (!self) continue
    if (isCollection(self, wellKnown, collection)) return { url, depth: 0, person: undefined }
    const principal = hrefIn(self.property('dav', 'current-user-principal'))
    const [person] =
      principal === undefined
        ? []
        : ((await ask.resources({
            url: addressIn(principal, url),
            method: 'PROPFIND',
            depth: 0,
            body: propfind(prefixed, ...further),
          })) ?? [])
    const home = [person, self].map((each) => hrefIn(each?.property(wellKnown, homeSet))).find(Boolean)
    if (home !== undefined) return { url: addressIn(home, url), depth: 1, person }
    // Below an address that the settings name there may be some without more being said.
    if (server.pathname !== '/') return { url, depth: 1, person }
  }
  throw new DavFailure(noneFound)
}

/** Of a place that is only tried, a refusal says nothing: servers guard what they do not have. */
async function whose(ask: Ask, url: URL, body: string, isTried: boolean): Promise<Resource | undefined> {
  try {
    return (await ask.resources({ url, method: 'PROPFIND', depth: 0, body }))?.[0]
  } catch (thrown) {
    const isRefused = thrown instanceof DavFailure && triedInVain.includes(thrown.error.code)
    if (isTried && isRefused) return undefined
    throw thrown
  }
}

export function isCollection(resource: Resource, space: keyof typeof ns, local: string): boolean {
  const type = resource.property('dav', 'resourcetype')
  return type !== undefined && children(type, space, local).length > 0
}

export function addressIn(href: string, base: URL): URL {
  if (!URL.canParse(href, base.href)) throw new DavFailure('server-garbled', 'an address that is none')
  return new URL(href, base)
}

const triedInVain: readonly string[] = ['account-forbidden', 'server-garbled', 'server-failed']
