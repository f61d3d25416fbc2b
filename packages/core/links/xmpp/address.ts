// Addresses of XMPP (RFC 7622), as far as they are compared here.
import { jid } from '@xmpp/client'

/** Without the resource, in the form in which two are compared. */
export function bareOf(address: string): string {
  const slash = address.indexOf('/')
  return (slash < 0 ? address : address.slice(0, slash)).toLowerCase()
}

export function resourceOf(address: string): string {
  const slash = address.indexOf('/')
  return slash < 0 ? '' : address.slice(slash + 1)
}

/** Whether it is the address of a person or a room: somebody at a domain, and no resource. */
export function isAddress(text: string): boolean {
  if (!/^[^\s@/<>"'&:]{1,1023}@[^\s@/<>"'&]{1,1023}$/.test(text)) return false
  try {
    jid(text)
    return true
  } catch {
    // What the library cannot read is no address.
    return false
  }
}
