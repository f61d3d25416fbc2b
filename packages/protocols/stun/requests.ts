// Requests to a STUN or TURN server that are under way, RFC 8489 §6.2 and §9.2: sent again until they are answered, and once more, with
// credentials or a new nonce, where the server asks for these.
import type { Millis } from '../common/index.ts'
import { attributeOf, errorOf, textAttribute, textOf } from './attributes.ts'
import { type IntegrityAlgorithm, longTermKey } from './integrity.ts'
import { attributeTypes, type ReadStun, type StunAttribute, writeStun } from './message.ts'

/** Of a person at a server: sent only as a digest. */
export interface StunCredentials {
  readonly user: string
  readonly password: string
}

export interface RequestsOptions {
  readonly credentials?: StunCredentials | undefined
  /** Over TCP or TLS nothing is sent again. */
  readonly isReliable: boolean
  readonly random: (bytes: number) => Uint8Array
}

export interface StunRequest<Kind> {
  readonly kind: Kind
  readonly method: number
  readonly attributes: (transaction: Uint8Array) => readonly StunAttribute[]
  /** Before it is sent again the first time. */
  readonly waitMs: Millis
  readonly mostSends: number
  /** Sent without credentials, and answered by anybody: it only asks whether somebody is there. */
  readonly isPlain?: boolean
}

export type Outcome<Kind> =
  /** Sent again, or in another form. */
  | { readonly is: 'send'; readonly bytes: Uint8Array }
  | { readonly is: 'answered'; readonly kind: Kind; readonly message: ReadStun }
  | { readonly is: 'refused'; readonly kind: Kind; readonly code: number; readonly reason: string }
  | { readonly is: 'silent'; readonly kind: Kind }

interface UnderWay<Kind> {
  readonly request: StunRequest<Kind>
  readonly transaction: Uint8Array
  readonly bytes: Uint8Array
  /** With credentials. */
  readonly isSigned: boolean
  /** How often a server has asked for another form of it. */
  readonly asked: number
  sent: number
  waitMs: Millis
  at: Millis
}

export class StunRequests<Kind> {
  readonly #options: RequestsOptions
  #all: UnderWay<Kind>[] = []
  #realm: string | undefined
  #nonce: string | undefined
  #key: Uint8Array | undefined
  #algorithm: IntegrityAlgorithm = 'sha1'
  /** What is repeated to a server that offers password algorithms (RFC 8489 §9.2.5). */
  #algorithms: readonly StunAttribute[] = []

  constructor(options: RequestsOptions) {
    this.#options = options
  }

  get deadline(): Millis | undefined {
    return this.#all.length === 0 ? undefined : Math.min(...this.#all.map(({ at }) => at))
  }

  begin(request: StunRequest<Kind>, now: Millis, asked = 0): Uint8Array {
    const transaction = this.#options.random(12)
    const bytes = this.#write(request, transaction)
    const { waitMs, isPlain = false } = request
    this.#all.push({
      request,
      transaction,
      bytes,
      isSigned: this.#key !== undefined && !isPlain,
      asked,
      sent: 1,
      waitMs,
      at: now + waitMs,
    })
    return bytes
  }

  /** Undefined: nobody asked for it, or it is not by the server that knows the password. */
  received(message: ReadStun, now: Millis): Outcome<Kind> | undefined {
    const found = this.#all.find(({ transaction }) => isSame(transaction, message.transaction))
    if (!found || (message.class !== 'success' && message.class !== 'error')) return undefined
    const { request } = found
    const error = errorOf(message)
    if (message.class === 'success') {
      if (found.isSigned && this.#key && !message.isBy(this.#key, this.#algorithm)) return undefined
      this.#end(found)
      return { is: 'answered', kind: request.kind, message }
    }
    if (!error) return undefined
    this.#end(found)
    const wantsOther = error.code === unauthorised ? !found.isSigned : error.code === staleNonce
    if (wantsOther && found.asked < mostAsked && this.#learn(message))
      return { is: 'send', bytes: this.begin(request, now, found.asked + 1) }
    return { is: 'refused', kind: request.kind, ...error }
  }

  wake(now: Millis): Outcome<Kind>[] {
    const outcomes: Outcome<Kind>[] = []
    for (const each of this.#all.filter(({ at }) => now >= at)) {
      if (each.sent < each.request.mostSends) {
        each.sent++
        each.waitMs = Math.min(2 * each.waitMs, mostWaitMs)
        each.at = now + each.waitMs
        if (!this.#options.isReliable) outcomes.push({ is: 'send', bytes: each.bytes })
      } else {
        this.#end(each)
        outcomes.push({ is: 'silent', kind: each.request.kind })
      }
    }
    return outcomes
  }

  clear(): void {
    this.#all = []
  }

  #end(each: UnderWay<Kind>): void {
    this.#all = this.#all.filter((other) => other !== each)
  }

  /** What a server asks for; false: it cannot be given. */
  #learn(message: ReadStun): boolean {
    const { credentials } = this.#options
    const nonce = textOf(message, attributeTypes.nonce)
    const realm = textOf(message, attributeTypes.realm) ?? this.#realm
    if (!credentials || nonce === undefined || realm === undefined) return false
    // The password is for the realm that was named first, and is not given to another (DESIGN §8).
    if (this.#realm !== undefined && realm !== this.#realm) return false
    const offered = attributeOf(message, attributeTypes.passwordAlgorithms)
    // A nonce that says so, of a message that offers none: somebody has taken the stronger ones out (§9.2.1).
    if (!offered && saysAlgorithms(nonce)) return false
    const takes256 = offered !== undefined && algorithmsIn(offered).includes(sha256)
    this.#realm = realm
    this.#nonce = nonce
    this.#algorithm = takes256 ? 'sha256' : 'sha1'
    this.#algorithms = offered
      ? [
          { type: attributeTypes.passwordAlgorithms, value: offered.slice() },
          { type: attributeTypes.passwordAlgorithm, value: Uint8Array.of(0, takes256 ? sha256 : md5, 0, 0) },
        ]
      : []
    this.#key = longTermKey(credentials.user, realm, credentials.password, takes256 ? 'sha256' : 'md5')
    return true
  }

  #write(request: StunRequest<Kind>, transaction: Uint8Array): Uint8Array {
    const { credentials } = this.#options
    const signed = this.#key !== undefined && credentials !== undefined && !request.isPlain
    const attributes = [
      ...request.attributes(transaction),
      ...(signed
        ? [
            textAttribute(attributeTypes.username, credentials.user),
            textAttribute(attributeTypes.realm, this.#realm ?? ''),
            textAttribute(attributeTypes.nonce, this.#nonce ?? ''),
            ...this.#algorithms,
          ]
        : []),
    ]
    const closing = signed && this.#key ? { key: this.#key, algorithm: this.#algorithm } : {}
    return writeStun(
      { class: 'request', method: request.method, transaction, attributes },
      { ...closing, fingerprint: true },
    )
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((byte, i) => byte === other[i])
}

/** §9.2: the cookie, and the first bit of the three bytes that follow in base64. */
function saysAlgorithms(nonce: string): boolean {
  if (!nonce.startsWith('obMatJos2')) return false
  const first = base64.indexOf(nonce[9] ?? '')
  return first >= 0 && (first & 0x20) !== 0
}

/** §14.11: numbers of two bytes, each with parameters of a length. */
function algorithmsIn(value: Uint8Array): number[] {
  const found: number[] = []
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  for (let at = 0; at + 4 <= value.length; ) {
    found.push(view.getUint16(at))
    const length = view.getUint16(at + 2)
    at += 4 + length + (-length & 3)
  }
  return found
}

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const md5 = 1
const sha256 = 2
const unauthorised = 401
const staleNonce = 438
const mostAsked = 3
const mostWaitMs = 2000
