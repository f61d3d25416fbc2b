// What the settings make of a directory: its servers, who binds, where is searched, what things are called.
import { ParleyError, personOf, type Settings } from '@openparley/contract'
import { placeOf, type Trust } from '@openparley/net'
import { secretOf } from '../../runtime/secret.ts'
import { trustIn } from '../../runtime/trust.ts'
import { type Attributes, attributesIn } from './attributes.ts'

export interface Place {
  /** As it is told: ldap://host:389. */
  readonly address: string
  readonly host: string
  readonly port: number
  /** From the first byte, asked for (RFC 4511 §4.14), or not at all. */
  readonly tls: 'direct' | 'starttls' | 'off'
}

export type Identity =
  | { readonly is: 'anonymous' | 'external' }
  | { readonly is: 'simple'; readonly name: string; readonly password: string }
  /** The entry of that account is looked for first, and its name binds. */
  | { readonly is: 'account'; readonly account: string; readonly password: string }

export interface Plan {
  readonly places: readonly Place[]
  readonly identity: Identity
  readonly trust: Trust
  readonly isSecureOnly: boolean
  /** Empty: where the server says that its entries are. */
  readonly bases: readonly string[]
  readonly attributes: Attributes
  readonly isActiveDirectory: boolean
}

/** Throws what is missing as a ParleyError. */
export function planIn(settings: Settings): Plan {
  const isActiveDirectory = /^(ad|active ?directory|.*active directory.*)$/i.test(settings['directory.product'] ?? 'AD')
  return {
    places: placesIn(settings),
    identity: identityIn(settings, isActiveDirectory),
    trust: trustIn(settings, 'directory'),
    isSecureOnly: settings['directory.secureBind'] ?? false,
    bases: settings['directory.searchBases'] ?? [],
    attributes: attributesIn(settings, isActiveDirectory),
    isActiveDirectory,
  }
}

function placesIn(settings: Settings): Place[] {
  const servers = settings['directory.servers'] ?? []
  if (servers.length === 0) throw new ParleyError('setting-missing', 'directory.servers')
  return servers.map((server, at) => {
    const [, scheme = '', rest = server] = /^(?:(ldaps?):\/\/)?([^/]+)\/?$/i.exec(server) ?? []
    const { host, port } = placeOf(rest)
    const wanted = settings['directory.tls'] ?? 'starttls'
    const isDirect = scheme.toLowerCase() === 'ldaps' || wanted === true
    const tls = isDirect ? 'direct' : wanted === false ? 'off' : 'starttls'
    const [plain, secure] = settings['directory.globalCatalog'] === true ? [3268, 3269] : [389, 636]
    // 0 stands for the usual one.
    const number = port ?? (settings['directory.ports']?.[at] || (isDirect ? secure : plain))
    const name = host.includes(':') ? `[${host}]` : host
    return { address: `${isDirect ? 'ldaps' : 'ldap'}://${name}:${number}`, host, port: number, tls }
  })
}

function identityIn(settings: Settings, isActiveDirectory: boolean): Identity {
  if (settings['directory.useSystemCredentials'] === true) return { is: 'external' }
  const { 'directory.user': user, 'directory.password': given } = settings
  // A name with an empty password would be taken in as nobody (RFC 4513 §5.1.2).
  const proven = (password: string | undefined, setting: string): string => {
    if (password === undefined || password === '') throw new ParleyError('credentials-missing', setting)
    return password
  }
  if (user !== undefined && user !== '')
    return { is: 'simple', name: user, password: proven(secretOf(given), 'directory.password') }
  if (settings['directory.usePersonCredentials'] !== true) return { is: 'anonymous' }
  const { name, domain } = personOf(settings)
  if (name === undefined) throw new ParleyError('credentials-missing', 'user.name')
  const password = proven(secretOf(settings['user.password']), 'user.password')
  if (isActiveDirectory) return { is: 'simple', name: domain === undefined ? name : `${name}@${domain}`, password }
  return name.includes('=') ? { is: 'simple', name, password } : { is: 'account', account: name, password }
}
