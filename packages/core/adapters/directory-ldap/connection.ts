// One connection with one server: secure before anything is said on it, bound, and asked by as many as want to at once.
import { ParleyError } from '@openparley/contract'
import { addressOf, connectSocket, type DnsResolver, isThisMachine } from '@openparley/net'
import { Client, type Filter, type SearchOptions } from 'ldapts'
import type { World } from '../../runtime/world.ts'
import type { Raw } from './attributes.ts'
import { failureOf } from './failure.ts'
import type { Place, Plan } from './plan.ts'
import { type Wire, wireOver } from './wire.ts'

export interface Question {
  readonly base: string
  readonly scope: 'base' | 'sub'
  readonly filter: Filter
  readonly attributes: readonly string[]
  /** Of those, what is no text. */
  readonly binary?: readonly string[]
  readonly limit: number
}

export interface Connection {
  readonly isOpen: boolean
  /** No more than the limit, in the server's order. Rejects with a ParleyError; the server is told when nobody waits any more. */
  search(question: Question, signal: AbortSignal): Promise<Raw[]>
  close(): void
}

export interface ConnectionOptions {
  readonly world: World
  readonly place: Place
  readonly plan: Plan
  readonly dns: DnsResolver
  /** For making it, and for each question. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** It is over, by whomever. */
  readonly over: () => void
  /** The name of whose account that is: asked of nobody, before the bind. */
  readonly nameOf: (account: string, connection: Connection) => Promise<string>
}

/** Resolves when it is bound. Rejects with a ParleyError. */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const { world, timeoutMs, signal } = options
  const limit = limitOf(world, timeoutMs, signal)
  let wire: Wire | undefined
  try {
    wire = await limit.within(secure(options, limit.signal))
    const client = clientOver(wire)
    const connection = asked(client, wire, options)
    await limit.within(bind(client, options, connection))
    return connection
  } catch (thrown) {
    const failure = failureOf(thrown, wire)
    wire?.close()
    throw failure
  } finally {
    limit.end()
  }
}

async function secure({ place, plan, dns, timeoutMs, over }: ConnectionOptions, signal: AbortSignal): Promise<Wire> {
  const address = await addressOf(place.host, dns)
  const isSecret = plan.identity.is === 'simple' || plan.identity.is === 'account'
  if (place.tls === 'off' && isSecret && (plan.isSecureOnly || !isThisMachine(address)))
    throw new ParleyError('directory-not-secure', place.address)
  const to = { address, port: place.port, timeoutMs, signal }
  const tls = { trust: plan.trust, name: place.host }
  if (place.tls === 'direct') return wireOver(await connectSocket({ ...to, tls }), over)
  const plain = await connectSocket(to)
  if (place.tls === 'off') return wireOver(plain, over)
  const wire = wireOver(plain)
  const giveUp = (): void => wire.close()
  signal.addEventListener('abort', giveUp)
  try {
    // Not by the library's own way: it takes its options for a wish to begin with TLS, and trusts by rules of its own.
    await clientOver(wire).exop(startTls)
    wire.release()
    return wireOver(await connectSocket({ ...to, tls: { ...tls, over: plain } }), over)
  } catch (thrown) {
    const failure = failureOf(thrown, wire)
    plain.destroy()
    if (failure.peer?.protocol !== 'ldap') throw failure
    throw new ParleyError('tls-failed', 'StartTLS is refused', failure.peer)
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

function clientOver(wire: Wire): Client {
  return new Client({ url: 'ldap://directory', createConnection: (() => wire.library) as never })
}

async function bind(client: Client, { plan, nameOf }: ConnectionOptions, connection: Connection): Promise<void> {
  const { identity } = plan
  switch (identity.is) {
    case 'anonymous':
      return client.bind('', '')
    case 'external':
      return client.bind('EXTERNAL')
    case 'simple':
      return client.bind(identity.name, identity.password)
    case 'account':
      await client.bind('', '')
      return client.bind(await nameOf(identity.account, connection), identity.password)
  }
}

function asked(client: Client, wire: Wire, { world, timeoutMs, signal: whole }: ConnectionOptions): Connection {
  /** Which number a search has is known by its being the only one that is being sent. */
  let sending: Promise<unknown> = Promise.resolve()
  const send = async <T>(begin: () => Promise<T>): Promise<{ readonly id: number; readonly answer: Promise<T> }> => {
    const before = sending
    const { promise, resolve } = Promise.withResolvers<void>()
    sending = promise
    await before
    try {
      const number = wire.nextSearch()
      const answer = begin()
      // Whoever is told that it has failed is the one that waits for the number first.
      answer.catch(() => {})
      const id = await Promise.race([number, answer.then(() => 0)])
      return { id, answer }
    } finally {
      resolve()
    }
  }
  /** OpenLDAP has one search by pages of a connection in mind: of a second the first's next page is refused. */
  let paging: Promise<unknown> = Promise.resolve()
  const alone = async <T>(act: () => Promise<T>): Promise<T> => {
    const turn = paging.then(act)
    paging = turn.catch(() => {})
    return turn
  }
  return {
    get isOpen() {
      return wire.isOpen
    },
    close: () => wire.close(),
    search: async (question, signal) => {
      const limit = limitOf(world, timeoutMs, AbortSignal.any([signal, whole]))
      let current = 0
      const one = async <T>(begin: () => Promise<T>): Promise<T> => {
        const { id, answer } = await send(begin)
        current = id
        return answer
      }
      try {
        const act = (): Promise<Raw[]> => pages(client, question, Math.ceil(timeoutMs / 1000), one)
        const isPaged = question.limit > pageSize
        return await limit.within(
          isPaged ? alone(() => (limit.failure ? Promise.reject(limit.failure) : act())) : act(),
        )
      } catch (thrown) {
        const failure = failureOf(limit.failure ?? thrown, wire)
        wire.abandon(current)
        // Who does not answer one question answers no other.
        if (failure.code === 'server-silent') wire.close()
        throw failure
      } finally {
        limit.end()
      }
    },
  }
}

/** In one answer where that can be; else by pages (RFC 2696), until there are enough. */
async function pages(
  client: Client,
  { base, scope, filter, attributes, binary = [], limit }: Question,
  timeLimit: number,
  one: <T>(begin: () => Promise<T>) => Promise<T>,
): Promise<Raw[]> {
  const options: SearchOptions = {
    scope,
    filter,
    attributes: [...attributes],
    explicitBufferAttributes: [...binary],
    timeLimit,
  }
  if (limit <= pageSize)
    return (await one(() => client.search(base, { ...options, sizeLimit: limit }))).searchEntries.slice(0, limit)
  const found: Raw[] = []
  const answers = client.searchPaginated(base, { ...options, sizeLimit: limit, paged: { pageSize } })
  while (found.length < limit) {
    const { value, done } = await one(() => answers.next())
    if (done === true) break
    found.push(...value.searchEntries)
  }
  return found.slice(0, limit)
}

interface Limit {
  /** Aborted when it is too late, or when nobody waits any more. */
  readonly signal: AbortSignal
  readonly failure: ParleyError | undefined
  /** The same, or rejects by then. */
  within<T>(act: Promise<T>): Promise<T>
  end(): void
}

function limitOf({ clock }: Pick<World, 'clock'>, ms: number, signal: AbortSignal): Limit {
  const over = new AbortController()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  let failure: ParleyError | undefined
  const fail = (why: ParleyError): void => {
    failure ??= why
    failed.reject(failure)
    over.abort()
  }
  const cancel = clock.at(clock.now() + ms, () => fail(new ParleyError('server-silent')))
  const abort = (): void => fail(new ParleyError('cancelled'))
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  return {
    signal: over.signal,
    get failure() {
      return failure
    },
    within: (act) => {
      act.catch(() => {})
      return Promise.race([act, failed.promise])
    },
    end: () => {
      cancel()
      signal.removeEventListener('abort', abort)
    },
  }
}

const startTls = '1.3.6.1.4.1.1466.20037'
const pageSize = 100
