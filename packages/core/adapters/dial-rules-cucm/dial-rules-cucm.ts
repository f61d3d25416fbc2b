// Dial rules of a call manager: from its files, or straight from its database.
import { createHash } from 'node:crypto'
import { errorValue, type RuleDirection, type Settings } from '@openparley/contract'
import { dnsResolver } from '@openparley/net'
import type { FilesLink } from '../../links/files/index.ts'
import type { DialRulesPort, RulesRead } from '../../services/dial-rules/port.ts'
import { rulesByAxl } from './axl.ts'
import { readRules } from './rules-xml.ts'

export function cucmDialRules(settings: () => Settings, files: FilesLink): DialRulesPort {
  /** What was read last, by its hash: the same again is no change. */
  const last = new Map<RuleDirection, string>()
  const unlessSame = (direction: RuleDirection, read: RulesRead, content: string): RulesRead => {
    const hash = createHash('sha256').update(content).digest('base64')
    if (read.is === 'rules' && last.get(direction) === hash) return { is: 'unchanged' }
    // What failed is told each time, and what is good again is new.
    if (read.is === 'rules') last.set(direction, hash)
    else last.delete(direction)
    return read
  }
  const without = (direction: RuleDirection, is: 'none' | 'off'): RulesRead => {
    last.delete(direction)
    return { is }
  }
  return {
    read: async (direction) => {
      const now = settings()
      if (now['dialRules.from'] === 'off') return without(direction, 'off')
      if (now['dialRules.from'] === 'axl') {
        const read = await rulesByAxl(direction, now, dnsResolver(now['discovery.dns']))
        return unlessSame(direction, read, JSON.stringify(read))
      }
      if (now['cucm.tftp.servers'] === undefined) return without(direction, 'off')
      const fetched = await files.fetch(now[`dialRules.${direction}.file`])
      if (!('bytes' in fetched)) {
        if (fetched.fault === 'not-found') return without(direction, 'none')
        last.delete(direction)
        return { is: 'failed', error: errorValue('dial-rules-unreachable', fetched.fault, fetched.cause) }
      }
      const text = new TextDecoder().decode(fetched.bytes)
      const file = readRules(text)
      const read: RulesRead =
        'why' in file
          ? { is: 'failed', error: errorValue('dial-rules-invalid', `${fetched.from}: ${file.why}`) }
          : { is: 'rules', from: fetched.from, ...file }
      return unlessSame(direction, read, text)
    },
  }
}
