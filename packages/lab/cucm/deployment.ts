// The deployment around the lab's SIP server: a name server, and a call manager with its services and files.
import { type Certificate, makeCertificate } from '@openparley/net'
import type { Dice } from '@openparley/protocols/common'
import { openDnsServer } from '../dns/server.ts'
import { hostNames, labZone, zone, type ZonePorts } from '../dns/zone.ts'
import { holdPorts } from '../dead-port.ts'
import type { FaultSet } from '../faults.ts'
import { openTftpServer } from '../files/tftp.ts'
import { openApi } from './api.ts'
import type { Entry } from '../ldap/tree.ts'
import { RuleTables } from './database.ts'
import { isRules, type LabFilesOptions, labFiles } from './files.ts'
import { openFileServer } from './http.ts'

export interface DeploymentOptions {
  readonly people: readonly string[]
  readonly lines: LabFilesOptions['lines']
  readonly passwordOf: (user: string) => string | undefined
  /** Of each call manager, best first. */
  readonly sipPorts: LabFilesOptions['sipPorts']
  /** Where other services are, which the domain’s records name. */
  readonly ports: Pick<ZonePorts, 'xmpp' | 'voicemail' | 'directory'>
  /** host:port of the mailboxes' web service, which a file names. */
  readonly voicemailWeb: string
  /** The authority that people of the lab trust. */
  readonly authority: { readonly subject: string; readonly key: string; readonly ca: string }
  /** Whom the call manager tells of. */
  readonly users: () => readonly Entry[]
  readonly faults: FaultSet
  readonly dice: Dice
}

export interface Deployment {
  readonly addresses: {
    readonly dns: string
    /** CCMCIP, UDS and AXL, over TLS. */
    readonly api: string
    readonly http: string
    readonly https: string
    readonly tftp: string
  }
  readonly rules: RuleTables
  /** Who may read the database, and the settings that have the dial rules read there. */
  readonly administrator: {
    readonly user: string
    readonly password: string
    readonly settings: Readonly<Record<string, unknown>>
  }
  /** Settings of who knows a name and a password, and no more. */
  signIn(person: string): Readonly<Record<string, unknown>>
  /** What the call manager's services were asked, the last thousand. */
  asked(): readonly string[]
  close(): Promise<void>
}

export async function openDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { people, lines, passwordOf, sipPorts, authority, faults, dice } = options
  const rules = new RuleTables()
  const administrator = { user: 'rules-reader', password: dice.token(128) }
  const asked: string[] = []
  const day = 86_400_000
  const valid = { validFrom: new Date(Date.now() - day), validTo: new Date(Date.now() + 30 * day) }
  const names = [hostNames.cucm, hostNames.files, 'localhost', '127.0.0.1']
  const signedBy = ({ subject, key }: { readonly subject: string; readonly key: string }): Certificate =>
    makeCertificate({ subject: hostNames.cucm, names, issuer: { subject, key }, ...valid })
  const nobody = { subject: 'Nobody', key: makeCertificate({ subject: 'Nobody', authority: true, ...valid }).key }
  const tls = signedBy(faults.has('devices-certificate') ? nobody : authority)
  const [firstPorts] = sipPorts
  if (!firstPorts) throw new Error('a deployment has a SIP server')
  const files = labFiles({
    people,
    lines,
    rules,
    faults,
    sipHost: hostNames.sip,
    sipPorts,
    voicemail: options.voicemailWeb,
  })

  const api = await openApi({
    tls,
    people,
    passwordOf,
    administrator,
    rules,
    users: options.users,
    faults,
    host: hostNames.cucm,
    asked: (what) => {
      asked.push(what)
      if (asked.length > mostAsked) asked.shift()
    },
  })
  const http = await openFileServer(files, faults)
  const https = await openFileServer(files, faults, faults.has('files-certificate') ? signedBy(nobody) : tls)
  const tftp = await openTftpServer({
    address: '127.0.0.1',
    port: 0,
    fileAt: files,
    faultFor: (name) => {
      if (faults.has('files-silent') || (faults.has('rules-silent') && isRules(name))) return { is: 'silent' }
      return faults.has('config-broken-off') ? { is: 'stops', afterBlocks: 1 } : undefined
    },
  })
  const hidden = (name: string): boolean =>
    (name.startsWith('_') && faults.has('dns-empty')) ||
    (/^(_cuplogin|_xmpp-client)\./.test(name) && faults.has('no-presence')) ||
    (name.startsWith('_cisco-uds') && faults.has('no-call-manager')) ||
    (name === hostNames.cucm && faults.has('devices-nameless')) ||
    (name === hostNames.files && faults.has('files-nameless'))
  const dns = await openDnsServer({
    address: '127.0.0.1',
    zone,
    ...labZone(() => ({ sip: firstPorts, api: api.port, ...options.ports }), hidden),
    fault: () => (faults.has('dns-silent') ? 'silent' : faults.has('dns-failed') ? 'failed' : undefined),
  })
  const releases: (() => Promise<void>)[] = []
  if (faults.has('devices-refuse')) {
    await api.close()
    releases.push(await holdPorts({ tcp: [api.port] }))
  }
  if (faults.has('files-refuse')) {
    await Promise.all([http.close(), https.close(), tftp.close()])
    releases.push(await holdPorts({ udp: [tftp.port], tcp: [http.port, https.port] }))
  }
  return {
    addresses: {
      dns: `127.0.0.1:${dns.port}`,
      api: `https://127.0.0.1:${api.port}`,
      http: `http://127.0.0.1:${http.port}`,
      https: `https://127.0.0.1:${https.port}`,
      tftp: `127.0.0.1:${tftp.port}`,
    },
    rules,
    administrator: {
      ...administrator,
      settings: {
        'dialRules.from': 'axl',
        'dialRules.axl.servers': [`${hostNames.cucm}:${api.port}`],
        'dialRules.axl.user': administrator.user,
        ...(faults.has('no-database-password') ? {} : { 'dialRules.axl.password': administrator.password }),
      },
    },
    signIn: (person) => ({
      'user.name': `${person}@${zone}`,
      ...(faults.has('no-person-password') ? {} : { 'user.password': passwordOf(person) }),
      ...(faults.has('device-unknown') ? { 'cucm.device': 'CSFNOBODY' } : {}),
      ...(faults.has('files-certificate') ? { 'cucm.files.ways': ['https'] } : {}),
      ...(faults.has('files-error') ? { 'cucm.files.ways': ['http'] } : {}),
      'discovery.dns': [`127.0.0.1:${dns.port}`],
      'cucm.tls.ca': authority.ca,
      'softphone.tls.ca': authority.ca,
      'xmpp.tls.ca': authority.ca,
      'voicemail.tls.ca': authority.ca,
      'directory.tls.ca': authority.ca,
      'directory.product': 'AD',
      'directory.usePersonCredentials': true,
      'dialRules.everyMs': 1000,
      // The usual ports are not for an ordinary user to take; nor may two labs share them.
      ...(faults.has('no-call-manager')
        ? {}
        : {
            'cucm.tftp.servers': [`${hostNames.files}:${tftp.port}`],
            'cucm.files.httpPort': http.port,
            'cucm.files.httpsPort': https.port,
          }),
    }),
    asked: () => asked,
    close: async () => {
      await Promise.all([api.close(), http.close(), https.close(), tftp.close(), dns.close()])
      await Promise.all(releases.map((release) => release()))
    },
  }
}

const mostAsked = 1000
