// The directory of an organisation by LDAP (RFC 4511).
import { errorValue, ParleyError, type Photo, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { AndFilter, type Filter, FilterParser, PresenceFilter } from 'ldapts'
import type { World } from '../../runtime/world.ts'
import type { DirectoryPort, Listed, TellSource } from '../../services/directory/port.ts'
import { dnOf, listed, textsOf, valueOf } from './attributes.ts'
import { connect, type Connection } from './connection.ts'
import { failureOf, isNobody } from './failure.ts'
import {
  accountFilter,
  addressFilter,
  anybodyFilter,
  type FilterOptions,
  numberFilter,
  schemeIn,
  searchFilter,
} from './filter.ts'
import { fetchPhoto, photoOf, type PhotoPattern, photoPatternIn } from './photo.ts'
import { type Plan, planIn } from './plan.ts'
import { directoryServers, type Servers } from './servers.ts'

export interface LdapDirectoryOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly tell: TellSource
}

/** From start to stop. */
interface Standing {
  readonly plan: Plan
  readonly filters: FilterOptions
  readonly pattern: PhotoPattern | undefined
  readonly servers: Servers
  readonly over: AbortController
}

export function ldapDirectory({ world, settings, dns, tell }: LdapDirectoryOptions): DirectoryPort {
  let standing: Standing | undefined
  let failure = new ParleyError('directory-unavailable')

  const stand = (): Standing => {
    const now = settings()
    const plan = planIn(now)
    const over = new AbortController()
    const filters = { settings: now, attributes: plan.attributes, isActiveDirectory: plan.isActiveDirectory }
    const pattern = photoPatternIn(now)
    // A filter that is none is told before anybody searches.
    searchFilter('x', filters)
    const servers = directoryServers({
      world,
      places: plan.places,
      tell: (state) => {
        if (!over.signal.aborted) tell(state)
      },
      connect: (place, gone) =>
        connect({
          world,
          place,
          plan,
          dns: dns(),
          // Where there is another to ask, one is not waited for so long that nobody waits any more.
          timeoutMs: (settings()['directory.timeoutS'] * 1000) / (plan.places.length > 1 ? 2 : 1),
          signal: over.signal,
          over: gone,
          nameOf: (account, connection) => nameOf(account, connection, plan, filters, over.signal),
        }),
    })
    return { plan, filters, pattern, servers, over }
  }
  const at = (): Standing => {
    if (!standing) throw failure
    return standing
  }
  const find = async (filter: Filter | undefined, limit: number, signal: AbortSignal): Promise<readonly Listed[]> => {
    const { plan, servers } = at()
    if (!filter) return []
    return servers.use(signal, async (connection) => {
      const bases = await basesAt(connection, plan, signal)
      const found = await Promise.allSettled(
        bases.map((base) => ask(connection, { base, scope: 'sub', filter, limit }, signal)),
      )
      return merged(found).slice(0, limit)
    })
  }
  const one = async (dn: string, signal: AbortSignal): Promise<Listed | undefined> => {
    const { filters, servers } = at()
    const filter = anybodyFilter(filters)
    return servers.use(signal, async (connection) => {
      if (!isBelow(dn, await basesAt(connection, at().plan, signal))) return undefined
      return (await unlessNobody(ask(connection, { base: dn, scope: 'base', filter, limit: 1 }, signal)))?.[0]
    })
  }
  const ask = async (
    connection: Connection,
    where: { readonly base: string; readonly scope: 'base' | 'sub'; readonly filter: Filter; readonly limit: number },
    signal: AbortSignal,
  ): Promise<Listed[]> => {
    const { plan, pattern, filters } = at()
    const { photo, ...texts } = plan.attributes
    const own = pattern ? [pattern.attribute] : []
    const attributes = [...new Set([...Object.values(texts), ...own].filter((name) => name !== undefined))]
    // Whether there is a picture is asked beside, so that it need not come.
    const [raws, having] = await Promise.all([
      connection.search({ ...where, attributes }, signal),
      pattern || photo === undefined ? [] : connection.search({ ...where, ...nothingOf(where.filter, photo) }, signal),
    ])
    const withPhoto = new Set(having.map(({ dn }) => dn))
    const read = {
      attributes: plan.attributes,
      scheme: schemeIn(filters.settings),
      domain: filters.settings['presence.domain'],
    }
    return raws.flatMap((raw) => {
      const hasPhoto = pattern ? textsOf(raw, pattern.attribute).length > 0 : withPhoto.has(raw.dn)
      return listed(raw, { ...read, hasPhoto }) ?? []
    })
  }
  const photo = async (dn: string, signal: AbortSignal): Promise<Photo | undefined> => {
    const { plan, pattern, filters, servers } = at()
    const attribute = pattern?.attribute ?? plan.attributes.photo
    if (attribute === undefined) return undefined
    const filter = anybodyFilter(filters)
    const raw = await servers.use(signal, async (connection) => {
      if (!isBelow(dn, await basesAt(connection, plan, signal))) return undefined
      const binary = pattern ? [] : [attribute]
      const question = { base: dn, scope: 'base', filter, attributes: [attribute], binary, limit: 1 } as const
      return (await unlessNobody(connection.search(question, signal)))?.[0]
    })
    if (!raw) return undefined
    if (!pattern) {
      const value = valueOf(raw, attribute)
      const bytes = Array.isArray(value) ? value[0] : value
      return Buffer.isBuffer(bytes) ? photoOf(bytes) : undefined
    }
    const [value] = textsOf(raw, attribute)
    const url = value === undefined ? undefined : pattern.addressOf(value)
    return url && fetchPhoto(url, { settings: settings(), dns: dns(), signal })
  }
  return {
    kind: 'ldap',
    isHere: false,
    start: () => {
      if (standing) return
      tell({ is: 'starting' })
      try {
        standing = stand()
      } catch (thrown) {
        failure = failureOf(thrown)
        return tell({ is: 'failed', error: errorValue(failure.code, failure.detail, failure.peer) })
      }
      const { servers, over } = standing
      // That it can be asked is known before anybody does; what stands against it is told by the servers.
      servers.use(over.signal, async () => {}).catch(() => {})
    },
    stop: async () => {
      standing?.over.abort()
      standing?.servers.close()
      standing = undefined
      failure = new ParleyError('directory-unavailable')
    },
    search: async ({ text, limit }, signal) => find(searchFilter(text, at().filters), limit, signal),
    byNumber: async (forms, signal) => find(numberFilter(forms, at().filters), mostByNumber, signal),
    byAddress: async (address, signal) => (await find(addressFilter(address, at().filters), 2, signal))[0],
    entry: async (id, signal) => {
      const dn = dnOf(id)
      return dn === undefined ? undefined : one(dn, signal)
    },
    photo: async (id, signal) => {
      const dn = dnOf(id)
      return dn === undefined ? undefined : photo(dn, signal)
    },
  }
}

/** Where is searched: as settings say, or as the server does (RFC 4512 §5.1). */
async function basesAt(connection: Connection, { bases }: Plan, signal: AbortSignal): Promise<readonly string[]> {
  if (bases.length > 0) return bases
  const names = ['defaultNamingContext', 'namingContexts']
  const filter = FilterParser.parseString('(objectClass=*)')
  const [root] = await connection.search({ base: '', scope: 'base', filter, attributes: names, limit: 1 }, signal)
  const found = root ? names.map((name) => textsOf(root, name)).find((each) => each.length > 0) : undefined
  if (!found) throw new ParleyError('setting-missing', 'directory.searchBases')
  return found.slice(0, mostBases)
}

/** Whose account it is, asked by nobody. */
async function nameOf(
  account: string,
  connection: Connection,
  plan: Plan,
  filters: FilterOptions,
  signal: AbortSignal,
): Promise<string> {
  const filter = accountFilter(account, filters)
  const bases = await basesAt(connection, plan, signal)
  const found = await Promise.all(
    bases.map((base) => connection.search({ base, scope: 'sub', filter, attributes: ['1.1'], limit: 2 }, signal)),
  )
  const [entry, ...others] = found.flat()
  if (!entry || others.length > 0)
    throw new ParleyError('account-unknown', `${account}: ${found.flat().length} entries`)
  return entry.dn
}

/** What one base refuses is not missed where another answers. */
function merged(found: readonly PromiseSettledResult<Listed[]>[]): Listed[] {
  const failures = found.flatMap((each) => (each.status === 'rejected' ? [failureOf(each.reason)] : []))
  const grave =
    failures.find(({ code }) => code !== 'directory-refused') ??
    (failures.length === found.length ? failures[0] : undefined)
  if (grave) throw grave
  const entries = found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()]
}

async function unlessNobody<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (thrown) {
    if (isNobody(thrown)) return undefined
    throw thrown
  }
}

/** An id is no way to whatever else the account may read. */
function isBelow(dn: string, bases: readonly string[]): boolean {
  const plain = (name: string): string => name.toLowerCase().replace(/\s*([,=])\s*/g, '$1')
  return bases.some((base) => base === '' || plain(dn) === plain(base) || plain(dn).endsWith(`,${plain(base)}`))
}

/** Those of the same question who have that attribute: their names alone. */
function nothingOf(
  filter: Filter,
  attribute: string,
): { readonly filter: Filter; readonly attributes: readonly string[] } {
  return { filter: new AndFilter({ filters: [filter, new PresenceFilter({ attribute })] }), attributes: ['1.1'] }
}

const mostByNumber = 10
const mostBases = 8
