// Dial rules without a session: for commands that work on files and on the call manager's database.
import { type DialRule, ParleyError, type RuleDirection, readSettings } from '@openparley/contract'
import { rulesByAxl } from '@openparley/core'
import { dnsResolver } from '@openparley/net'

export { asRulesSee, check, explain, type Finding, readRules, rules, writeRules } from '@openparley/core'

/** The rules in the database that the settings name. Rejects with the contract's errors. */
export async function rulesInDatabase(
  given: Readonly<Record<string, unknown>>,
  direction: RuleDirection,
): Promise<readonly DialRule[]> {
  const settings = readSettings(given)
  const read = await rulesByAxl(direction, settings, dnsResolver(settings['discovery.dns']))
  if (read.is === 'failed') throw new ParleyError(read.error.code, read.error.detail, read.error.peer)
  return read.is === 'rules' ? read.rules : []
}
