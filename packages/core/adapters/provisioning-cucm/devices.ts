// The person's devices, which also proves the name and the password: by UDS, and where that is not there by CCMCIP; each
// server in turn.
import {
  type ErrorCode,
  type ErrorValue,
  errorValue,
  type PeerCause,
  personOf,
  type Settings,
} from '@openparley/contract'
import { type DnsResolver, type HttpAnswer, NetFailure, netFailure } from '@openparley/net'
import type { Clock } from '@openparley/protocols/common'
import {
  ccmcipAuthorization,
  ccmcipPath,
  type DevicesRead,
  devicesPath,
  readDevices,
  readUdsDevices,
  writeGetDevices,
} from '@openparley/protocols/cucm'
import { networkCause } from '../../runtime/network-causes.ts'
import type { Attempt, ListedDevice, Tried } from '../../services/provisioning/port.ts'
import { type Ask, asking, baseOf, credentialsIn, homeOf, mostBytes, type Person } from './asking.ts'

export async function devices(
  settings: Settings,
  dns: DnsResolver,
  clock: Clock,
  signal: AbortSignal,
): Promise<Tried<readonly ListedDevice[]>> {
  const person = credentialsIn(settings)
  if (!person) {
    const missing = personOf(settings).name === undefined ? 'user.name' : 'user.password'
    return { attempts: [], error: errorValue('devices-credentials-missing', missing) }
  }
  const attempts: Attempt[] = []
  const ask = asking(settings, dns, signal)
  const uds = (settings['cucm.uds.servers'] ?? []).map((server) => ({ server, by: byUds }))
  const ccmcip = ccmcipServers(settings).map((server) => ({ server, by: byCcmcip }))
  const places = uds.length > 0 ? [...uds, ...ccmcip] : ccmcip
  for (const { server, by } of places) {
    // CCMCIP is for who has no UDS; a server that has it and says no has said it.
    if (by === byCcmcip && uds.length > 0 && !attempts.some(isNotThere)) break
    const begun = clock.now()
    const base = baseOf(server)
    let address = base
    try {
      const asked = await by(base, person, ask)
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
  return { attempts, error: error ?? errorValue('devices-no-server') }
}

/** Without servers of its own CCMCIP is looked for where UDS is not, and where the files are. */
function ccmcipServers(settings: Settings): readonly string[] {
  const { 'cucm.uds.servers': uds = [], 'cucm.tftp.servers': files = [] } = settings
  return settings['cucm.ccmcip.servers'] ?? [...new Set([...uds, ...files.map(hostOf)])]
}

function isNotThere({ error }: Attempt): boolean {
  return error?.code === 'devices-no-service' || error?.code === 'devices-refused'
}

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

async function byUds(base: string, person: Person, ask: Ask): Promise<Asked> {
  const { address: home, headers } = await homeOf(base, person, ask)
  const address = `${home}${devicesPath(person.name)}`
  return { address, read: readAnswer(await ask(address, { headers }), readUdsDevices) }
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
      const code = read.status === 404 || read.status === 410 ? 'devices-no-service' : 'devices-failed'
      return { error: errorValue(code, undefined, peer), evidence: `HTTP ${read.status}` }
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
  return errorValue(code, server, networkCause(is, system ?? is).peer)
}

function hostOf(server: string): string {
  return server.replace(/:\d+$/, '')
}
