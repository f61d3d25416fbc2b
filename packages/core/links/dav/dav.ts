// WebDAV in XML (RFC 4918, 6578): what is asked, and the answers as resources with their properties.
import { elementsIn, isXml, readXml, textOf, writeXml, type XmlElement, xml } from '@openparley/protocols/common'

export const ns = {
  dav: 'DAV:',
  caldav: 'urn:ietf:params:xml:ns:caldav',
  carddav: 'urn:ietf:params:xml:ns:carddav',
  /** Older than RFC 6578 and more widely known: a collection's tag changes with anything in it. */
  server: 'http://calendarserver.org/ns/',
} as const

/** The prefixes that our questions use: d, c, a, s. */
export const prefixes: Readonly<Record<string, string>> = {
  'xmlns:d': ns.dav,
  'xmlns:c': ns.caldav,
  'xmlns:a': ns.carddav,
  'xmlns:s': ns.server,
}

export interface Resource {
  readonly href: string
  /** The status of the whole resource, where it has one: 404: it is not there any more; 507: there is more than was told. */
  readonly status: number | undefined
  /** Those that the server has, by namespace and name. */
  property(space: keyof typeof ns, local: string): XmlElement | undefined
}

export interface Multistatus {
  readonly resources: readonly Resource[]
  /** From where the next changes are told (RFC 6578). */
  readonly syncToken: string | undefined
}

export function propfind(...names: readonly string[]): string {
  const asked = names.map((name) => xml(name))
  return writeXml(xml('d:propfind', prefixes, [xml('d:prop', {}, asked)]))
}

/** Undefined: it is no answer of this kind. */
export function readMultistatus(text: string, mostCharacters: number): Multistatus | undefined {
  const root = readXml(text, { mostCharacters })
  if (!isXml(root) || root.uri !== ns.dav || root.local !== 'multistatus') return undefined
  const resources = children(root, 'dav', 'response').flatMap((response) => {
    const [href] = children(response, 'dav', 'href')
    if (!href) return []
    const there = children(response, 'dav', 'propstat')
      .filter((each) => / 2\d\d( |$)/.test(textIn(each, 'dav', 'status') ?? ''))
      .flatMap((each) => children(each, 'dav', 'prop'))
    const [, status] = / (\d{3})( |$)/.exec(textIn(response, 'dav', 'status') ?? '') ?? []
    return [
      {
        href: textOf(href),
        status: status === undefined ? undefined : Number(status),
        property: (space: keyof typeof ns, local: string) => there.flatMap((each) => children(each, space, local))[0],
      },
    ]
  })
  return { resources, syncToken: textIn(root, 'dav', 'sync-token') }
}

export function children(from: XmlElement, space: keyof typeof ns, local: string): XmlElement[] {
  return elementsIn(from, local).filter(({ uri }) => uri === ns[space])
}

/** The address that a property holds. */
export function hrefIn(property: XmlElement | undefined): string | undefined {
  return property && textIn(property, 'dav', 'href')
}

function textIn(from: XmlElement, space: keyof typeof ns, local: string): string | undefined {
  const [first] = children(from, space, local)
  return first && textOf(first)
}
