// Addresses, RFC 7622, with the case folded and nothing else prepared: the lab's people have plain names.

export interface Jid {
  readonly local: string
  readonly domain: string
  readonly resource: string
  /** Without the resource. */
  readonly bare: string
  readonly full: string
}

/** Undefined where it is none. */
export function readJid(text: string | undefined): Jid | undefined {
  if (text === undefined || text.length > 3071) return undefined
  const slash = text.indexOf('/')
  const front = slash < 0 ? text : text.slice(0, slash)
  const resource = slash < 0 ? '' : text.slice(slash + 1)
  const at = front.indexOf('@')
  const local = front.slice(0, Math.max(0, at)).toLowerCase()
  const domain = front.slice(at + 1).toLowerCase()
  if (at === 0 || (slash >= 0 && resource === '')) return undefined
  if (forbiddenInLocal.test(local) || !domainShape.test(domain)) return undefined
  if ([local, domain, resource].some((part) => Buffer.byteLength(part) > 1023)) return undefined
  return jidOf(local, domain, resource)
}

export function jidOf(local: string, domain: string, resource = ''): Jid {
  const bare = local === '' ? domain : `${local}@${domain}`
  return { local, domain, resource, bare, full: resource === '' ? bare : `${bare}/${resource}` }
}

const forbiddenInLocal = /["&'/:<>@\s]/
const domainShape = /^[^@/\s"<>]+$/
