// The messages of connectivity checks, RFC 8445 §7.1 and §7.3: binding requests with a role and a priority, and their answers.
import {
  attributeOf,
  attributeTypes,
  errorAttribute,
  longAttribute,
  longOf,
  methods,
  type Place,
  type ReadStun,
  type StunAttribute,
  textAttribute,
  textOf,
  wordAttribute,
  wordOf,
  writeStun,
  xorAddressAttribute,
} from '../stun/index.ts'

export interface CheckRequest {
  readonly transaction: Uint8Array
  /** Theirs, a colon, ours. */
  readonly username: string
  /** Of the other side. */
  readonly key: Uint8Array
  readonly priority: number
  readonly controlling: boolean
  readonly tieBreaker: bigint
  readonly nominates: boolean
}

export function writeCheck({
  transaction,
  username,
  key,
  priority,
  controlling,
  tieBreaker,
  nominates,
}: CheckRequest): Uint8Array {
  const attributes: StunAttribute[] = [
    textAttribute(attributeTypes.username, username),
    wordAttribute(attributeTypes.priority, priority),
    longAttribute(controlling ? attributeTypes.iceControlling : attributeTypes.iceControlled, tieBreaker),
    ...(nominates ? [{ type: attributeTypes.useCandidate, value: new Uint8Array() }] : []),
  ]
  return writeStun({ class: 'request', method: methods.binding, transaction, attributes }, { key, fingerprint: true })
}

export function writeCheckAnswer(transaction: Uint8Array, from: Place, key: Uint8Array): Uint8Array {
  const attributes = [xorAddressAttribute(attributeTypes.xorMappedAddress, from, transaction)]
  return writeStun({ class: 'success', method: methods.binding, transaction, attributes }, { key, fingerprint: true })
}

export function writeRoleConflict(transaction: Uint8Array, key: Uint8Array): Uint8Array {
  const attributes = [errorAttribute(roleConflict, 'Role Conflict')]
  return writeStun({ class: 'error', method: methods.binding, transaction, attributes }, { key, fingerprint: true })
}

/** What the other side says in a check of its own. */
export interface HeardCheck {
  readonly transaction: Uint8Array
  readonly priority: number
  readonly nominates: boolean
  /** Undefined: it knows no roles (RFC 5245 has them all). */
  readonly role: { readonly controlling: boolean; readonly tieBreaker: bigint } | undefined
}

/** Undefined where it is no check for us: another name, no integrity or that of another password, no priority. */
export function readCheck(message: ReadStun, ufrag: string, key: Uint8Array): HeardCheck | undefined {
  if (message.class !== 'request' || message.method !== methods.binding) return undefined
  const [name] = (textOf(message, attributeTypes.username) ?? '').split(':')
  const priority = wordOf(message, attributeTypes.priority)
  if (name !== ufrag || priority === undefined || !message.isBy(key)) return undefined
  const [controlling, controlled] = [
    longOf(message, attributeTypes.iceControlling),
    longOf(message, attributeTypes.iceControlled),
  ]
  const tieBreaker = controlling ?? controlled
  return {
    transaction: message.transaction,
    priority: Math.max(1, priority & 0x7fffffff),
    nominates: attributeOf(message, attributeTypes.useCandidate) !== undefined,
    role: tieBreaker === undefined ? undefined : { controlling: controlling !== undefined, tieBreaker },
  }
}

/** §7.3.1.1: the roles are for the other way round. */
export const roleConflict = 487
/** RFC 7675 §5.1: the other side wants nothing more. */
export const forbidden = 403
