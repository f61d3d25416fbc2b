// What CardDAV asks of an address book, and the answers (RFC 6352, 6578).
import { elementsIn, textOf, type XmlElement, xml } from '@openparley/protocols/common'
import { askedIn, type Found, multistatus, type Properties } from '../caldav/answers.ts'
import type { Collection, Entry } from '../caldav/collection.ts'

export interface BookAnswer {
  readonly status: number
  readonly body?: string
}

export function bookProperties(book: Collection): Properties {
  return {
    'd:resourcetype': [xml('d:collection'), xml('a:addressbook')],
    's:getctag': [book.tag],
    'd:sync-token': [tokenOf(book)],
  }
}

export function cardProperties({ text, etag }: Entry): Properties {
  return { 'd:resourcetype': [], 'd:getetag': [etag], 'a:address-data': [text] }
}

/** `at` is the book’s path. */
export function bookReport(root: XmlElement, book: Collection, at: string): BookAnswer {
  const asked = askedIn(root)
  const found = (name: string): Found | undefined => {
    const entry = book.at(name)
    return entry && { href: at + name, has: cardProperties(entry) }
  }
  if (root.local === 'addressbook-query') return of(book.all().flatMap(({ name }) => found(name) ?? []))
  if (root.local === 'addressbook-multiget') {
    const names = elementsIn(root, 'href').map((each) => textOf(each).slice(at.length))
    return of(names.map((name) => found(name) ?? gone(at + name)))
  }
  if (root.local !== 'sync-collection') return { status: 403 }
  const [token] = elementsIn(root, 'sync-token').map(textOf)
  const names = token === undefined || token === '' ? book.all().map(({ name }) => name) : changedSince(token)
  // RFC 6578 §3.2: a token that is none of this collection's.
  if (names === undefined) return { status: 403 }
  return of(
    names.map((name) => found(name) ?? gone(at + name)),
    [xml('d:sync-token', {}, [tokenOf(book)])],
  )

  function changedSince(text: string): string[] | undefined {
    return book.changedSince(text.slice(scheme.length))
  }
  function of(all: readonly Found[], further: readonly XmlElement[] = []): BookAnswer {
    return { status: 207, body: multistatus(all, asked, further) }
  }
}

function gone(href: string): Found {
  return { href, has: {}, isGone: true }
}

function tokenOf(book: Collection): string {
  return scheme + book.tag
}

const scheme = 'data:,'
