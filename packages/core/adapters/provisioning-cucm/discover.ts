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
  { name: '_cuplogin._tcp', values: () => ({}) },
  { name: '_collab-edge._tls', values: () => ({}) },
  { name: '_sips._tcp', values: (records) => ({ 'softphone.servers': sip(records, 'tls') }) },
  { name: '_sip._tcp', values: (records) => ({ 'softphone.servers': sip(records, 'tcp') }) },
  { name: '_sip._udp', values: (records) => ({ 'softphone.servers': sip(records, 'udp') }) },
  { name: '_xmpp-client._tcp', values: () => ({}) },
  { name: '_imaps._tcp', values: () => ({}) },
  { name: '_ldap._tcp', values: () => ({}) },
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
      return { name, question, values, answer: await dns.askSrv(question), ms: world.clock.now() - begun }
    }),
  )
  const attempts: Attempt[] = []
  const found: Found[] = []
  let sipFound = asked.some(({ name, answer }) => name === '_cisco-uds._tcp' && answer.is === 'found')
  for (const { name, question, values, answer, ms } of asked) {
    if (answer.is !== 'found') continue
    const records = orderSrv(answer.records, world.dice)
    attempts.push({ address: question, ms, evidence: places(records).join(', ') })
    if (sipServices.includes(name) && sipFound) continue
    sipFound ||= sipServices.includes(name)
    found.push({ from: `SRV ${question}`, values: values(records) })
  }
  if (found.length > 0) return { attempts, value: found }
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
