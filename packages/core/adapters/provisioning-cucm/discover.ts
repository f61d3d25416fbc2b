// Which servers a domain names: SRV records (RFC 2782) of the services that there may be.
import { type ErrorCode, errorValue } from '@openparley/contract'
import type { DnsResolver, SrvRecord } from '@openparley/net'
import { orderSrv } from '@openparley/protocols/sip'
import type { World } from '../../runtime/world.ts'
import type { Attempt, Found, Tried } from '../../services/provisioning/port.ts'

/** The values that records of a service give, by our names. */
const services: readonly {
  readonly name: string
  readonly values: (records: readonly SrvRecord[]) => Found['values']
}[] = [
  {
    name: '_cisco-uds._tcp',
    values: (records) => ({ 'cucm.uds.servers': places(records), 'cucm.tftp.servers': hosts(records) }),
  },
  { name: '_cuplogin._tcp', values: (records) => ({ 'presence.servers': places(records) }) },
  { name: '_collab-edge._tls', values: (records) => ({ 'edge.servers': places(records) }) },
  { name: '_sips._tcp', values: (records) => ({ 'softphone.servers': sip(records, 'tls') }) },
  { name: '_sip._tcp', values: (records) => ({ 'softphone.servers': sip(records, 'tcp') }) },
  { name: '_sip._udp', values: (records) => ({ 'softphone.servers': sip(records, 'udp') }) },
  { name: '_xmpp-client._tcp', values: (records) => ({ 'xmpp.servers': places(records) }) },
  {
    name: '_imaps._tcp',
    // One port is for all of them: who has another than the best cannot be said.
    values: (records) => {
      const port = records[0]?.port
      return {
        'voicemail.imap.servers': hosts(records.filter((each) => each.port === port)),
        'voicemail.imap.port': port,
        'voicemail.imap.tls': true,
      }
    },
  },
  {
    name: '_ldap._tcp',
    values: (records) => ({ 'directory.servers': hosts(records), 'directory.ports': records.map(({ port }) => port) }),
  },
]

/**
 * Of the SIP services only the best that there is counts: who offers TLS is not asked in the clear. Where there is a call
 * manager none counts: there the device's own file says where it registers.
 */
const sipServices = ['_sips._tcp', '_sip._tcp', '_sip._udp']

export async function discover(domain: string, dns: DnsResolver, world: World): Promise<Tried<readonly Found[]>> {
  const asked = await Promise.all(
    services.map(async ({ name, values }) => {
      const [question, begun] = [`${name}.${domain}`, world.clock.now()]
      const answer = await dns.askSrv(question)
      const ordered = answer.is === 'found' ? orderSrv(answer.records, world.dice) : []
      // A dot says that there is decidedly no such service (RFC 2782).
      const records = ordered.filter(({ name: target }) => target !== '.' && target !== '')
      return { name, question, values, answer, records, ms: world.clock.now() - begun }
    }),
  )
  const attempts: Attempt[] = []
  const found: Found[] = []
  let sipFound = asked.some(({ name, records }) => name === '_cisco-uds._tcp' && records.length > 0)
  for (const { name, question, values, records, ms } of asked) {
    if (records.length === 0) continue
    attempts.push({ address: question, ms, evidence: places(records).join(', ') })
    if (sipServices.includes(name) && sipFound) continue
    sipFound ||= sipServices.includes(name)
    found.push({ from: `SRV ${question}`, values: values(records) })
  }
  const [first] = found
  if (first) return { attempts, value: found, used: first.from.replace('SRV ', '') }
  const failed =
    asked.find(({ answer }) => answer.is === 'failed') ?? asked.find(({ answer }) => answer.is === 'silent')
  const code: ErrorCode =
    failed === undefined
      ? 'discovery-no-records'
      : failed.answer.is === 'silent'
        ? 'discovery-silent'
        : 'discovery-failed'
  const system = failed?.answer.is === 'failed' ? failed.answer.system : undefined
  const detail = failed ? failed.question : asked.map(({ question }) => question).join(', ')
  const error = errorValue(code, detail, system === undefined ? undefined : { protocol: 'dns', text: system })
  const { question, ms } = failed ?? (asked[0] as (typeof asked)[number])
  return {
    attempts: [{ address: question, ms, evidence: system ?? (failed ? 'no answer' : 'no such records'), error }],
    error,
  }
}

function hosts(records: readonly SrvRecord[]): string[] {
  return records.map(({ name }) => name)
}

function places(records: readonly SrvRecord[]): string[] {
  return records.map(({ name, port }) => `${name}:${port}`)
}

function sip(records: readonly SrvRecord[], transport: 'udp' | 'tcp' | 'tls'): string[] {
  return records.map(({ name, port }) => `sip:${name}:${port};transport=${transport}`)
}
