// What a directory's refusals are called here (RFC 4511 §4.1.9).
import { type ErrorCode, ParleyError, type PeerCause } from '@openparley/contract'
import { NetFailure } from '@openparley/net'
import { ResultCodeError } from 'ldapts'
import { networkError } from '../../runtime/network-causes.ts'
import type { Wire } from './wire.ts'

/** `wire`: what became of the connection says more than that an answer has not come. */
export function failureOf(thrown: unknown, wire?: Pick<Wire, 'failure'>): ParleyError {
  if (thrown instanceof ParleyError) return thrown
  if (thrown instanceof NetFailure) return networkError(thrown)
  if (thrown instanceof ResultCodeError) {
    const peer: PeerCause = { protocol: 'ldap', status: thrown.code, text: said(thrown) }
    return new ParleyError(codes[thrown.code] ?? 'directory-refused', undefined, peer)
  }
  return wire?.failure ?? new ParleyError('server-garbled', (thrown as Error).message.slice(0, 200))
}

/** Whether the server has none of that name. */
export function isNobody(thrown: unknown): boolean {
  return thrown instanceof ParleyError && thrown.peer?.protocol === 'ldap' && nobody.includes(thrown.peer.status ?? 0)
}

/** Whether the next server of the same directory would say the same. */
export function isAnswer({ code }: ParleyError): boolean {
  return code === 'directory-refused' || code === 'setting-invalid' || code === 'setting-missing'
}

function said({ message }: ResultCodeError): string {
  return message.replace(/[^\x20-\x7e]/g, ' ').slice(0, 200)
}

const codes: Readonly<Record<number, ErrorCode>> = {
  3: 'server-overloaded',
  11: 'server-overloaded',
  49: 'credentials-rejected',
  51: 'server-overloaded',
  52: 'server-overloaded',
  80: 'server-failed',
}
/** noSuchObject, invalidDNSyntax. */
const nobody: readonly number[] = [32, 34]
