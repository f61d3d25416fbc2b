// Asking a call manager's services: as whom, over which trust, and at which cluster.
import { personOf, type Settings } from '@openparley/contract'
import { type DnsResolver, type HttpAnswer, httpRequest } from '@openparley/net'
import { basicAuthorization, clusterUserPath, readClusterUser } from '@openparley/protocols/cucm'
import { secretOf } from '../../runtime/secret.ts'
import { trustIn } from '../../runtime/trust.ts'

export interface Person {
  readonly name: string
  readonly password: string
}

export type Ask = (
  url: string,
  rest: Pick<Parameters<typeof httpRequest>[0], 'method' | 'body' | 'headers'>,
) => Promise<HttpAnswer>

/** Undefined where the name or the password is missing. */
export function credentialsIn(settings: Settings): Person | undefined {
  const { name } = personOf(settings)
  const given = settings['user.password']
  const password = secretOf(given)
  return name === undefined || password === undefined ? undefined : { name, password }
}

export function asking(settings: Settings, dns: DnsResolver, signal: AbortSignal): Ask {
  return async (url, rest) =>
    httpRequest({
      url,
      trust: trustIn(settings, 'cucm'),
      timeoutMs,
      mostBytes,
      dns,
      signal,
      ...rest,
    })
}

export function baseOf(server: string): string {
  return `https://${server}${/:\d+$/.test(server) ? '' : `:${usualPort}`}`
}

/** The home cluster, where the cluster that is asked knows it, and what a request there bears. */
export async function homeOf(
  base: string,
  { name, password }: Person,
  ask: Ask,
): Promise<{ readonly address: string; readonly headers: Readonly<Record<string, string>> }> {
  const accept = { accept: 'application/xml' }
  const at = await ask(`${base}${clusterUserPath(name)}`, { headers: accept })
  const cluster = at.status === 200 && !at.tooLarge ? readClusterUser(at.body.toString()) : undefined
  const home = cluster && 'home' in cluster ? cluster.home : undefined
  // The cluster names a host; the port is the one that was asked.
  const port = new URL(base).port
  const address = home === undefined ? base : `https://${home}${/:\d+$/.test(home) ? '' : `:${port}`}`
  return { address, headers: { ...accept, authorization: basicAuthorization(name, password) } }
}

const usualPort = 8443
const timeoutMs = 4000
export const mostBytes = 1_000_000
