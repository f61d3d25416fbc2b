// As whom the calendar's server is asked.
import { personOf, type Settings } from '@openparley/contract'
import { secretOf } from '../../runtime/secret.ts'

export interface Person {
  readonly name: string
  readonly password: string
  /** As a calendar writes them: mailto:alice@example.com. */
  readonly addresses: readonly string[]
}

/** Undefined where the name or the password is missing. */
export function personIn(settings: Settings): Person | undefined {
  const { name, domain } = personOf(settings)
  const given = settings['calendar.password'] ?? settings['user.password']
  const password = secretOf(given)
  const user = settings['calendar.user'] ?? name
  if (user === undefined || password === undefined) return undefined
  const own = [user, `${name}@${domain}`, settings['xmpp.user'] ?? '']
  const addresses = own.filter((each) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(each)).map((each) => `mailto:${each}`)
  return { name: user, password, addresses: addresses.map((each) => each.toLowerCase()) }
}
