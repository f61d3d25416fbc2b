// Dial rules straight from the call manager's database, by AXL.
import { errorValue, type RuleDirection, type Settings } from '@openparley/contract'
import { type DnsResolver, httpRequest, NetFailure } from '@openparley/net'
import { basicAuthorization, readSqlRows, writeSqlQuery } from '@openparley/protocols/cucm'
import type { RulesRead } from '../../services/dial-rules/port.ts'
import { secretOf } from '../../runtime/secret.ts'
import { trustIn } from '../../runtime/trust.ts'

export async function rulesByAxl(direction: RuleDirection, settings: Settings, dns: DnsResolver): Promise<RulesRead> {
  const servers = settings['dialRules.axl.servers'] ?? []
  const { 'dialRules.axl.user': user, 'dialRules.axl.password': given } = settings
  const password = secretOf(given)
  const missing = [
    ...(servers.length === 0 ? ['dialRules.axl.servers'] : []),
    ...(user === undefined ? ['dialRules.axl.user'] : []),
    ...(password === undefined ? ['dialRules.axl.password'] : []),
  ]
  if (user === undefined || password === undefined || missing.length > 0)
    return failed('dial-rules-settings-missing', missing.join(', '))
  let last: RulesRead = { is: 'none' }
  for (const server of servers) {
    last = await ask(server, direction, { user, password }, settings, dns)
    // Another server of the cluster would refuse the same password.
    if (last.is !== 'failed' || last.error.code === 'dial-rules-credentials-rejected') return last
  }
  return last
}

async function ask(
  server: string,
  direction: RuleDirection,
  { user, password }: { readonly user: string; readonly password: string },
  settings: Settings,
  dns: DnsResolver,
): Promise<RulesRead> {
  const url = `https://${server}${/:\d+$/.test(server) ? '' : ':8443'}/axl/`
  try {
    const { status, body } = await httpRequest({
      url,
      method: 'POST',
      body: writeSqlQuery(queryOf(settings, direction)),
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        soapaction: '"CUCM:DB ver=8.5 executeSQLQuery"',
        authorization: basicAuthorization(user, password),
      },
      trust: trustIn(settings, 'cucm'),
      timeoutMs: 10_000,
      mostBytes: 64_000_000,
      dns,
    })
    if (status === 401 || status === 403) return failed('dial-rules-credentials-rejected', server)
    const read = readSqlRows(body.toString())
    if ('fault' in read) return failed('dial-rules-database-failed', `${server}: ${read.fault}`)
    if (status !== 200) return failed('dial-rules-database-failed', server, { protocol: 'http', status })
    return rulesOf(read.rows, url)
  } catch (error) {
    if (!(error instanceof NetFailure)) throw error
    return failed('dial-rules-unreachable', server, { protocol: 'system', text: error.system ?? error.is })
  }
}

/** The tables and columns of the call manager's data dictionary; settings, as they may differ between its versions. */
function queryOf(settings: Settings, direction: RuleDirection): string {
  return settings[`dialRules.axl.${direction}Query`]
}

function rulesOf(rows: readonly Readonly<Record<string, string>>[], from: string): RulesRead {
  const rules = rows.map(({ beginswith = '', numdigits = '', digitstoremove = '', prefixwith = '' }) => ({
    beginsWith: beginswith,
    numDigits: Number(numdigits),
    digitsToRemove: Number(digitstoremove),
    prefixWith: prefixwith,
  }))
  const bad = rules.findIndex(({ numDigits, digitsToRemove }) => !isCount(numDigits) || !isCount(digitsToRemove))
  if (bad >= 0) return failed('dial-rules-invalid', `row ${bad + 1}: not a number of digits`)
  return { is: 'rules', rules, from, ignored: [] }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0
}

function failed(...error: Parameters<typeof errorValue>): RulesRead {
  return { is: 'failed', error: errorValue(...error) }
}
