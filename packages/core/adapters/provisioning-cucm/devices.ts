// The person's devices, which also proves the name and the password: UDS, else CCMCIP; each server in turn.
import {
  type ErrorCode,
  type ErrorValue,
  errorValue,
  type PeerCause,
  personOf,
  type Settings,
} from '@openparley/contract'
import { type DnsResolver, type HttpAnswer, httpRequest, NetFailure, netFailure } from '@openparley/net'
import type { Clock } from '@openparley/protocols/common'
import {
  basicAuthorization,
  ccmcipAuthorization,
  ccmcipPath,
  clusterUserPath,
  type DevicesRead,
  devicesPath,
  readClusterUser,
  readDevices,
  readUdsDevices,
  writeGetDevices,
} from '@openparley/protocols/cucm'
import type { Attempt, ListedDevice, Tried } from '../../services/provisioning/port.ts'

interface Person {
  readonly name: string
  readonly password: string
}

export async function devices(
  settings: Settings,
  dns: DnsResolver,
  clock: Clock,
  signal: AbortSignal,
): Promise<Tried<readonly ListedDevice[]>> {
  const { name } = personOf(settings)
  const given = settings['user.password']
  const password = typeof given === 'object' ? process.env[given.env] : given
  if (name === undefined || password === undefined) {
    const error = errorValue(
      'devices-credentials-rejected',
      password === undefined ? 'there is no password' : 'no name',
    )
    return { attempts: [], error }
  }
  const person = { name, password }
  const attempts: Attempt[] = []
  const uds = settings['cucm.uds.servers']
  const servers = uds ?? settings['cucm.ccmcip.servers'] ?? (settings['cucm.tftp.servers'] ?? []).map(hostOf)
  const ask = async (
    url: string,
    rest: Pick<Parameters<typeof httpRequest>[0], 'method' | 'body' | 'headers'>,
  ): Promise<HttpAnswer> =>
    httpRequest({
      url,
      trust: {
        verify: settings['cucm.tls.verify'],
        ...(settings['cucm.tls.ca'] === undefined ? {} : { ca: settings['cucm.tls.ca'] }),
      },
      timeoutMs,
      mostBytes,
      dns,
      signal,
      ...rest,
    })
  for (const server of servers) {
    const begun = clock.now()
    const base = `https://${server}${/:\d+$/.test(server) ? '' : `:${usualPort}`}`
    let address = base
    try {
      const asked = uds ? await byUds(base, person, ask) : await byCcmcip(base, person, ask)
      address = asked.address
      const told = outcomeOf(asked.read)
      const ms = clock.now() - begun
      if ('devices' in told) {
        attempts.push({ address, ms, evidence: `${told.devices.length} devices` })
        return { attempts, value: told.devices }
      }
      attempts.push({ address, ms, evidence: told.evidence, error: told.error })
      // Another server of the same cluster would say the same, and wrong passwords lock accounts.
      if (told.error.code === 'devices-credentials-rejected') return { attempts, error: told.error }
    } catch (thrown) {
      const error = ofNetwork(thrown, server)
      attempts.push({ address, ms: clock.now() - begun, evidence: error.peer?.text ?? error.code, error })
    }
  }
  // Who answered, if wrongly, tells more than who did not.
  const errors = attempts.flatMap(({ error }) => (error ? [error] : []))
  const error = errors.find(({ origin }) => origin === 'server' || origin === 'admin') ?? errors[0]
  return { attempts, error: error ?? errorValue('devices-unresolved', 'no server is named') }
}

type Ask = (
  url: string,
  rest: Pick<Parameters<typeof httpRequest>[0], 'method' | 'body' | 'headers'>,
) => Promise<HttpAnswer>

interface Asked {
  readonly address: string
  readonly read: DevicesRead | { readonly is: 'status'; readonly status: number }
}

async function byCcmcip(base: string, { name, password }: Person, ask: Ask): Promise<Asked> {
  const address = `${base}${ccmcipPath}`
  const answer = await ask(address, {
    method: 'POST',
    body: writeGetDevices(name),
    headers: { 'content-type': 'text/xml', authorization: ccmcipAuthorization(name, password) },
  })
  return { address, read: readAnswer(answer, readDevices) }
}

/** At the home cluster, where the cluster that was asked knows it. */
async function byUds(base: string, { name, password }: Person, ask: Ask): Promise<Asked> {
  const accept = { accept: 'application/xml' }
  const at = await ask(`${base}${clusterUserPath(name)}`, { headers: accept })
  const cluster = at.status === 200 && !at.tooLarge ? readClusterUser(at.body.toString()) : undefined
  const home = cluster && 'home' in cluster && cluster.home !== undefined ? homeOf(cluster.home, base) : base
  const address = `${home}${devicesPath(name)}`
  const answer = await ask(address, { headers: { ...accept, authorization: basicAuthorization(name, password) } })
  return { address, read: readAnswer(answer, readUdsDevices) }
}

/** The cluster names a host; the port is the one that was asked. */
function homeOf(host: string, base: string): string {
  return /:\d+$/.test(host) ? `https://${host}` : `https://${host}:${new URL(base).port}`
}

function readAnswer({ status, body, tooLarge }: HttpAnswer, read: (body: string) => DevicesRead): Asked['read'] {
  if (status === 401 || status === 403) return { is: 'rejected' }
  if (status !== 200) return { is: 'status', status }
  return tooLarge ? { is: 'garbled', why: `larger than ${mostBytes} bytes` } : read(body.toString())
}

function outcomeOf(
  read: Asked['read'],
): { readonly devices: readonly ListedDevice[] } | { readonly error: ErrorValue; readonly evidence: string } {
  switch (read.is) {
    case 'devices':
      return { devices: read.devices }
    case 'rejected':
      return { error: errorValue('devices-credentials-rejected'), evidence: 'the password is refused' }
    case 'empty':
      return { error: errorValue('devices-empty'), evidence: 'an empty answer' }
    case 'garbled':
      return { error: errorValue('devices-garbled', read.why), evidence: 'no list of devices' }
    case 'status': {
      const peer: PeerCause = { protocol: 'http', status: read.status }
      return { error: errorValue('devices-failed', undefined, peer), evidence: `HTTP ${read.status}` }
    }
  }
}

function ofNetwork(thrown: unknown, server: string): ErrorValue {
  const { is, system } = thrown instanceof NetFailure ? thrown : netFailure(thrown)
  const code: ErrorCode = is.startsWith('tls')
    ? 'devices-untrusted'
    : is === 'unresolved'
      ? 'devices-unresolved'
      : is === 'refused'
        ? 'devices-refused'
        : is === 'silent'
          ? 'devices-silent'
          : 'devices-failed'
  const protocol = is.startsWith('tls') ? 'tls' : is === 'unresolved' ? 'dns' : 'system'
  return errorValue(code, server, { protocol, text: system ?? is })
}

function hostOf(server: string): string {
  return server.replace(/:\d+$/, '')
}

const usualPort = 8443
const timeoutMs = 4000
const mostBytes = 1_000_000
