// Asking the call manager's UDS about people: at the best server that answers, with a password only where it wants one.
import { ParleyError, errorValue, type ErrorValue, personOf, type Settings } from '@openparley/contract'
import { type DnsResolver, type HttpAnswer, httpRequest, netFailure } from '@openparley/net'
import { backoff } from '@openparley/protocols/common'
import {
  basicAuthorization,
  readUsers,
  type UdsUser,
  type UsersQuery,
  usersPath,
  versionPath,
} from '@openparley/protocols/cucm'
import { networkError } from '../../runtime/network-causes.ts'
import { resting } from '../../runtime/resting.ts'
import { secretOf } from '../../runtime/secret.ts'
import { trustIn } from '../../runtime/trust.ts'
import type { World } from '../../runtime/world.ts'
import type { TellSource } from '../../services/directory/port.ts'

export interface AskingOptions {
  readonly world: World
  readonly settings: Settings
  readonly dns: () => DnsResolver
  readonly tell: TellSource
}

export interface Asking {
  /** Rejects with a ParleyError. */
  users(query: UsersQuery, limit: number, signal: AbortSignal): Promise<readonly UdsUser[]>
  /** Whether anybody answers; what it finds is told. */
  look(signal: AbortSignal): Promise<void>
}

export function asking({ world, settings, dns, tell }: AskingOptions): Asking {
  const servers = settings['cucm.uds.servers'] ?? []
  const rest = resting(world, (failures) => backoff(failures, pause, world.dice))
  /** It has said that it wants a password. */
  let wantsProof = false
  let refused: ParleyError | undefined
  let told = ''
  const say = (is: 'ready' | 'waiting' | 'failed', server: string, error?: ErrorValue): void => {
    const state = { is, address: baseOf(server), ...(error ? { error } : {}) }
    const next = JSON.stringify(state)
    if (next === told) return
    told = next
    tell(state)
  }
  // Half for one server where there is another: who waits is to have the other's answer.
  const timeoutMs = (settings['directory.timeoutS'] * 1000) / (servers.length > 1 ? 2 : 1)
  const get = async (url: string, signal: AbortSignal): Promise<HttpAnswer> => {
    const ask = (headers: Readonly<Record<string, string>>): Promise<HttpAnswer> =>
      httpRequest({
        url,
        headers: { accept: 'application/xml', ...headers },
        trust: trustIn(settings, 'cucm'),
        timeoutMs,
        mostBytes,
        dns: dns(),
        signal,
      })
    if (!wantsProof) {
      const answer = await ask({})
      if (answer.status !== 401) return answer
      wantsProof = true
    }
    const { name } = personOf(settings)
    const password = secretOf(settings['user.password'])
    if (name === undefined || password === undefined)
      throw new ParleyError('credentials-missing', 'user.name, user.password')
    return ask({ authorization: basicAuthorization(name, password) })
  }
  const at = async (server: string, path: string, signal: AbortSignal): Promise<string> => {
    const answer = await get(`${baseOf(server)}${path}`, signal).catch((thrown: unknown) => {
      if (thrown instanceof ParleyError) throw thrown
      throw networkError(netFailure(thrown), baseOf(server))
    })
    if (answer.status === 200 && !answer.tooLarge) return answer.body.toString()
    if (answer.tooLarge) throw new ParleyError('server-garbled', `more than ${mostBytes} bytes`)
    throw new ParleyError(ofStatus[answer.status] ?? 'directory-refused', baseOf(server), {
      protocol: 'http',
      status: answer.status,
    })
  }
  /** Each server in turn, those that have failed lately last. */
  const use = async <T>(signal: AbortSignal, act: (server: string) => Promise<T>): Promise<T> => {
    let last = new ParleyError('setting-missing', 'cucm.uds.servers')
    for (const server of rest.order(servers)) {
      if (refused) throw refused
      try {
        const answer = await act(server)
        rest.works(server)
        say('ready', server, servers.slice(0, servers.indexOf(server)).flatMap((each) => rest.why(each) ?? [])[0])
        return answer
      } catch (thrown) {
        if (signal.aborted) throw new ParleyError('cancelled')
        if (!(thrown instanceof ParleyError)) throw thrown
        last = thrown
        const error = errorValue(last.code, last.detail, last.peer)
        // Another server of the cluster would say the same, and wrong passwords lock accounts.
        if (finals.includes(last.code)) {
          refused = last
          say('failed', server, error)
          throw last
        }
        rest.failed(server, error)
        say('waiting', server, error)
      }
    }
    throw last
  }
  return {
    look: (signal) =>
      use(signal, async (server) => {
        await at(server, versionPath, signal)
      }),
    users: (query, limit, signal) =>
      use(signal, async (server) => {
        const found: UdsUser[] = []
        for (;;) {
          const wanted = Math.min(limit - found.length, pageSize)
          const read = readUsers(await at(server, usersPath(query, found.length, wanted), signal))
          if ('why' in read) throw new ParleyError('server-garbled', read.why)
          found.push(...read.users)
          if (read.users.length === 0 || found.length >= Math.min(limit, read.total)) return found.slice(0, limit)
        }
      }),
  }
}

function baseOf(server: string): string {
  return `https://${server}${/:\d+$/.test(server) ? '' : `:${usualPort}`}`
}

const ofStatus: Readonly<Record<number, ErrorValue['code']>> = {
  401: 'credentials-rejected',
  403: 'account-forbidden',
  429: 'server-overloaded',
  500: 'server-failed',
  503: 'server-overloaded',
}
const finals: readonly string[] = ['credentials-rejected', 'credentials-missing']
const pause = { baseMs: 30_000, mostMs: 600_000 }
const usualPort = 8443
/** Below what a cluster allows as it is shipped (64). */
const pageSize = 50
const mostBytes = 1_000_000
