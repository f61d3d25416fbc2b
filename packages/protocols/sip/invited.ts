// What is looked at before an INVITE becomes a session: is it the same one by another way, and which calls does it name?
import { fromOf, listOf, parseValue } from './header-values.ts'
import type { SipRequest } from './message.ts'
import type { InviteSession } from './session.ts'

/** INVITEs that came in, by their transaction: what identifies one whatever way it came (RFC 3261 §8.2.2.2). */
export class Identities {
  readonly #byTransaction = new Map<string, string>()
  readonly #held = new Set<string>()

  /** Whether a proxy forked it to us twice. */
  isMerged(request: SipRequest): boolean {
    return this.#held.has(identityOf(request))
  }

  add(transaction: string, request: SipRequest): void {
    const identity = identityOf(request)
    this.#byTransaction.set(transaction, identity)
    this.#held.add(identity)
  }

  forget(transaction: string): void {
    const identity = this.#byTransaction.get(transaction)
    if (identity === undefined) return
    this.#byTransaction.delete(transaction)
    this.#held.delete(identity)
  }
}

/** The sessions that it is to replace (RFC 3891) and to join (RFC 3911). */
export interface Named {
  readonly instead?: string
  readonly joins?: string
}

/** A status where one that is named is not there, or may not be taken (RFC 3891 §3, RFC 3911 §4). */
export function namedIn(
  request: SipRequest,
  find: (callId: string, localTag: string) => InviteSession | undefined,
): Named | number {
  const instead = sessionIn(request, 'Replaces', find)
  const joins = sessionIn(request, 'Join', find)
  if (typeof instead === 'number') return instead
  if (typeof joins === 'number') return joins
  // Both at once mean nothing.
  if (instead && joins) return 400
  if (joins && joins.standing !== 'confirmed') return 481
  return { ...(instead ? { instead: instead.id } : {}), ...(joins ? { joins: joins.id } : {}) }
}

function sessionIn(
  { headers }: SipRequest,
  name: 'Replaces' | 'Join',
  find: (callId: string, localTag: string) => InviteSession | undefined,
): InviteSession | number | undefined {
  const values = listOf(headers, name)
  if (values.length === 0) return undefined
  const { value, params } = parseValue(values[0] ?? '') ?? {}
  const [to, from] = [params?.get('to-tag'), params?.get('from-tag')]
  if (values.length > 1 || value === undefined || to === undefined || from === undefined) return 400
  const session = find(value, to)
  const standing = session?.dialogWith(from) && session.standing
  // Of what is not answered only what we called ourselves can be taken over.
  if (!session || !standing || standing === 'over' || standing === 'theirs') return 481
  return standing === 'confirmed' && params?.has('early-only') ? 486 : session
}

function identityOf({ headers }: SipRequest): string {
  return `${headers.get('Call-ID')} ${fromOf(headers)?.params.get('tag')} ${headers.get('CSeq')}`
}
