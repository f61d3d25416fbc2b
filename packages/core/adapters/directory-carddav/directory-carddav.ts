// Address books by CardDAV: held here whole, read again and again for what has changed, from the best server that answers.
import { errorValue, ParleyError, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { cardOf, type HeldCard, type HeldCards, heldCards } from '../../links/cards/index.ts'
import { type Ask, asking, DavFailure, findHome, type Home, rounds, type RoundsState } from '../../links/dav/index.ts'
import { photoIn } from '../../runtime/photo.ts'
import { loginIn } from '../../runtime/login.ts'
import { trustIn } from '../../runtime/trust.ts'
import type { World } from '../../runtime/world.ts'
import type { DirectoryPort, Listed, SourceState, TellSource } from '../../services/directory/port.ts'
import { type Book, bookHome, cardsAt, changesIn, listBooks } from './books.ts'

export interface CarddavDirectoryOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly tell: TellSource
}

/** What is known of a server. */
interface Known {
  home: Home | undefined
  readonly cards: HeldCards
  readonly books: Map<string, ReadBook>
}

interface ReadBook {
  tag: string | undefined
  syncToken: string | undefined
  /** By address: the tag of each card. */
  readonly etags: Map<string, string>
  readonly unreadable: Set<string>
}

export function carddavDirectory({ world, settings, dns, tell }: CarddavDirectoryOptions): DirectoryPort {
  const known = new Map<string, Known>()
  let server: string | undefined
  let first: PromiseWithResolvers<void> | undefined

  const read = async (at: string, signal: AbortSignal): Promise<Pick<RoundsState, 'error' | 'warning'>> => {
    const url = new URL(at)
    const login = loginIn(settings(), 'directory.carddav')
    if (!login) throw new DavFailure('credentials-missing', 'directory.carddav.password')
    const ask = asking({
      server: url,
      ...login,
      trust: trustIn(settings(), 'directory.carddav'),
      codes: { elsewhere: 'directory-elsewhere', tooLarge: 'directory-too-large' },
      dns: dns(),
      signal,
    })
    const there = known.get(at) ?? { home: undefined, cards: heldCards(), books: new Map<string, ReadBook>() }
    known.set(at, there)
    const books = await booksOf(ask, url, there)
    if (books.length === 0) throw new DavFailure('directory-none-found')
    for (const [href, book] of there.books) if (!books.some((each) => each.url.href === href)) forget(there, href, book)
    const failures: DavFailure[] = []
    for (const book of books) {
      try {
        await readBook(ask, book, there)
      } catch (thrown) {
        if (!(thrown instanceof DavFailure)) throw thrown
        failures.push(thrown)
      }
      if (signal.aborted) return {}
    }
    const [failure] = failures
    if (failure && failures.length === books.length) throw failure
    server = at
    const unreadable = [...there.books.values()].reduce((sum, each) => sum + each.unreadable.size, 0)
    return {
      ...(failure ? { error: failure.error } : {}),
      ...(unreadable > 0 ? { warning: errorValue('directory-cards-unreadable', `cards: ${unreadable}`) } : {}),
    }
  }
  const reading = rounds({
    world,
    servers: () => settings()['directory.carddav.servers'] ?? [],
    setting: 'directory.carddav.servers',
    pollS: () => settings()['directory.carddav.pollS'],
    read,
    show: (state) => {
      if (state.is === 'off') return
      tell(stateOf(state, held()?.count))
      if (state.is !== 'reading') first?.resolve()
    },
  })
  const held = (): HeldCards | undefined => (server === undefined ? undefined : known.get(server)?.cards)
  /** That nothing has been read yet is no answer; what was read once is one, whatever becomes of the server. */
  const cards = async (): Promise<HeldCards> => {
    await first?.promise
    const there = held()
    if (!there) throw new ParleyError('directory-unavailable', settings()['directory.carddav.servers']?.[0])
    return there
  }
  const optional = (card: HeldCard | undefined): Listed | undefined => card && shown(card)
  return {
    kind: 'carddav',
    isHere: true,
    start: () => {
      first ??= Promise.withResolvers<void>()
      reading.start()
    },
    look: reading.look,
    stop: async () => {
      const over = reading.stop()
      first?.resolve()
      first = undefined
      server = undefined
      await over
      known.clear()
    },
    search: async ({ text, limit }) => (await cards()).search(text, limit).map(shown),
    byNumber: async (forms) => (await cards()).byNumber(forms).map(shown),
    byAddress: async (address) => optional((await cards()).byAddress(address)),
    entry: async (id) => optional((await cards()).at(id)),
    photo: async (id) => {
      const base64 = (await cards()).at(id)?.photo
      return base64 === undefined ? undefined : photoIn(base64)
    },
  }
}

async function booksOf(ask: Ask, server: URL, known: Known): Promise<Book[]> {
  const listed = known.home && (await listBooks(ask, known.home))
  if (listed) return listed
  known.home = await findHome(ask, server, bookHome)
  return (await listBooks(ask, known.home)) ?? []
}

async function readBook(ask: Ask, book: Book, { books, cards }: Known): Promise<void> {
  const { href } = book.url
  const before = books.get(href) ?? { tag: undefined, syncToken: undefined, etags: new Map(), unreadable: new Set() }
  books.set(href, before)
  if (book.tag !== undefined && before.tag === book.tag) return
  const { changed, removed, syncToken } = await changesIn(ask, book, before.etags, before.syncToken)
  for (const each of removed) {
    cards.remove(each)
    before.etags.delete(each)
    before.unreadable.delete(each)
  }
  const all = [...changed.keys()]
  for (let n = 0; n < all.length; n += atOnce) {
    for (const each of await cardsAt(ask, book.url, all.slice(n, n + atOnce))) {
      const etag = changed.get(each.href)
      // What was not asked for is not taken: each address is one of this server’s.
      if (etag === undefined) continue
      const isRead = each.card !== undefined && cards.put(cardOf(each.card, each.href))
      if (isRead) before.unreadable.delete(each.href)
      else {
        cards.remove(each.href)
        before.unreadable.add(each.href)
      }
      before.etags.set(each.href, etag)
    }
  }
  before.tag = book.tag
  before.syncToken = syncToken
}

function forget({ books, cards }: Known, href: string, book: ReadBook): void {
  for (const each of book.etags.keys()) cards.remove(each)
  books.delete(href)
}

function stateOf({ is, server, error, warning }: RoundsState, entries: number | undefined): SourceState {
  const word = ({ off: 'waiting', reading: 'starting', ok: 'ready', waiting: 'waiting', failed: 'failed' } as const)[is]
  const why = error ?? warning
  return {
    is: word,
    ...(server === undefined ? {} : { address: server }),
    ...(entries === undefined ? {} : { entries }),
    ...(why ? { error: why } : {}),
  }
}

function shown({ photo: _, ...card }: HeldCard): Listed {
  return card
}

/** Cards in one question. */
const atOnce = 50
