// Via, branch, received and rport: RFC 3261 §8.1.1.7 and §18.2, RFC 3581.
import type { Dice } from '../common/index.ts'
import { parseVia, splitList, type Via, writeVia } from './header-values.ts'
import { defaultPort, type Hop, isReliable } from './hop.ts'
import type { Headers } from './message.ts'

/** Marks a branch as unique across space and time. */
export const magicCookie = 'z9hG4bK'

export function newBranch(dice: Dice): string {
  return magicCookie + dice.token(96)
}

export function viaOf(hop: Hop, sentBy: string, branch: string): string {
  return `SIP/2.0/${hop.transport.toUpperCase()} ${sentBy};branch=${branch};rport`
}

/** Notes on a received request where it came from; undefined where its Via cannot be read. Returns the Via as it is now. */
export function markReceived(headers: Headers, hop: Hop): Via | undefined {
  const row = headers.get('Via')
  if (row === undefined) return undefined
  const [first, ...rest] = splitList(row)
  const via = first === undefined ? undefined : parseVia(first)
  if (!via) return undefined
  const address = hop.address.includes(':') ? `[${hop.address}]` : hop.address
  const rport = via.params.has('rport')
  if (!rport && via.host === address) return via
  const params = new Map(via.params)
  if (via.host !== address || rport) params.set('received', hop.address)
  if (rport) params.set('rport', String(hop.port))
  const marked = { ...via, params }
  setFirstVia(headers, [writeVia(marked), ...rest].join(', '))
  return marked
}

/** Where a response goes (RFC 3261 §18.2.2, RFC 3581 §4): back over its connection, or as Via says. */
export function responseHop(via: Via, from: Hop): Hop {
  if (isReliable(from)) return { ...from, port: via.port ?? defaultPort(from.transport) }
  const maddr = via.params.get('maddr')
  if (maddr) return { ...from, address: bare(maddr), port: via.port ?? 5060 }
  const rport = Number(via.params.get('rport'))
  if (rport > 0) return { ...from, port: rport }
  return { ...from, port: via.port ?? 5060 }
}

function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host
}

/** The other rows stay as they are; Headers.set would drop them. */
function setFirstVia(headers: Headers, value: string): void {
  const rows = headers.all('Via')
  headers.set('Via', value)
  if (rows.length === 1) return
  headers.remove('Via')
  for (const row of rows.slice(1).reverse()) headers.prepend('Via', row)
  headers.prepend('Via', value)
}
