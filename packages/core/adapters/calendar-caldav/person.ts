// As whom the calendar's server is asked.
import { personOf, type Settings } from '@openparley/contract'
import { type Login, loginIn } from '../../runtime/login.ts'

export interface Person extends Login {
  /** As a calendar writes them: mailto:alice@example.com. */
  readonly addresses: readonly string[]
}

/** Undefined where the name or the password is missing. */
export function personIn(settings: Settings): Person | undefined {
  const login = loginIn(settings, 'calendar')
  if (!login) return undefined
  const { name, domain } = personOf(settings)
  const own = [login.name, `${name}@${domain}`, settings['xmpp.user'] ?? '']
  const addresses = own.filter((each) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(each)).map((each) => `mailto:${each}`)
  return { ...login, addresses: addresses.map((each) => each.toLowerCase()) }
}
