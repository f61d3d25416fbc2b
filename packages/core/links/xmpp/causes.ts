// From what a server and the library say to the contract's errors: the one table; what the network says is in runtime.
import { type ErrorCode, errorValue, ParleyError } from '@openparley/contract'
import { netFailure } from '@openparley/net'
import { networkValue } from '../../runtime/network-causes.ts'
import { type Stanza, TooMuch } from './entity.ts'
import { applicationIn, StanzaFailure } from './stanza-failure.ts'

/** Why an <iq/> has no answer. */
export function asStanzaFailure(error: unknown): StanzaFailure {
  if (error instanceof StanzaFailure) return error
  const { name, condition, element } = error as { name: string; condition?: string; element?: Stanza }
  if (name === 'TimeoutError') return new StanzaFailure('timeout')
  if (condition === undefined) return new StanzaFailure('offline')
  const text = element?.getChildText('text') ?? undefined
  return new StanzaFailure(condition, text, applicationIn(element))
}

/** Why there is no stream, as the contract’s error. */
export function errorOf(failure: Error): ReturnType<typeof errorValue> {
  if (failure instanceof ParleyError) return errorValue(failure.code, failure.detail, failure.peer)
  if (failure instanceof TooMuch) return errorValue('server-garbled', failure.message)
  const { name, condition, text } = failure as Error & { condition?: string; text?: string }
  if (condition !== undefined) {
    const code: ErrorCode =
      name === 'SASLError' ? (ofSasl[condition] ?? 'credentials-rejected') : (ofStream[condition] ?? 'server-failed')
    return errorValue(code, undefined, { protocol: 'xmpp', text: text ? `${condition}: ${text}` : condition })
  }
  if (name === 'TimeoutError') return errorValue('server-silent')
  if (name === 'XMLError') return errorValue('server-garbled', failure.message)
  return networkValue(netFailure(failure))
}

/** Whether trying again can change nothing before somebody changes something. */
export function isFinal(failure: Error): boolean {
  const { code } = errorOf(failure)
  return (finals as readonly string[]).includes(code)
}

const finals = [
  'credentials-rejected',
  'credentials-missing',
  'account-forbidden',
  'setting-missing',
  'chat-no-encryption',
  'server-unproven',
  'digest-unsupported',
] as const satisfies readonly ErrorCode[]

/** RFC 6120 §6.5. */
const ofSasl: Readonly<Record<string, ErrorCode>> = {
  'account-disabled': 'account-forbidden',
  'credentials-expired': 'credentials-rejected',
  'encryption-required': 'chat-no-encryption',
  'invalid-mechanism': 'digest-unsupported',
  'malformed-request': 'server-garbled',
  'server-not-proven': 'server-unproven',
  'temporary-auth-failure': 'server-failed',
}

/** RFC 6120 §4.9.3. */
const ofStream: Readonly<Record<string, ErrorCode>> = {
  'host-unknown': 'server-unresolved',
  'resource-constraint': 'server-overloaded',
  'system-shutdown': 'server-closed',
  'connection-timeout': 'server-closed',
  conflict: 'server-closed',
}
