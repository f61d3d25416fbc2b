// The registrar, RFC 3261 §10.3: who is where, after a proof of the password.
import { type Dice, type Millis } from '@openparley/protocols/common'
import {
  type Algorithm,
  challengeFor,
  contactsOf,
  cseqOf,
  type Hop,
  isProof,
  parseAuth,
  parseNumber,
  responseTo,
  type SipRequest,
  type SipResponse,
  toOf,
  uriOf,
  userOf,
} from '@openparley/protocols/sip'

export interface Binding {
  readonly uri: string
  /** Where it was registered from: requests go back the same way. */
  readonly hop: Hop
  readonly expiresAt: Millis
  readonly callId: string
  readonly cseq: number
}

export interface RegistrarOptions {
  readonly realm: string
  readonly dice: Dice
  /** With whose name and password it is proved that somebody is that user. */
  readonly accountOf: (user: string) => { readonly name: string; readonly password: string } | undefined
  /** Algorithms to ask for, best last: some phones take the first that they see. */
  readonly algorithms: () => readonly string[]
}

export class Registrar {
  readonly #options: RegistrarOptions
  readonly #bindings = new Map<string, Binding[]>()
  readonly #nonces = new Map<string, { readonly at: Millis; counts: Set<string> }>()

  constructor(options: RegistrarOptions) {
    this.#options = options
  }

  /** Where a user is now. */
  contacts(user: string, now: Millis): Binding[] {
    return (this.#bindings.get(user) ?? []).filter(({ expiresAt }) => expiresAt > now)
  }

  /** A phone of the lab's own is there for good: it proves nothing, and is not asked to register again. */
  settle(user: string, uri: string, hop: Hop): void {
    this.#bindings.set(user, [{ uri, hop, expiresAt: Number.POSITIVE_INFINITY, callId: '', cseq: 0 }])
  }

  /** The phone of that very address. */
  at(uri: string, now: Millis): Binding | undefined {
    for (const user of this.#bindings.keys()) {
      const found = this.contacts(user, now).find((binding) => binding.uri === uri)
      if (found) return found
    }
    return undefined
  }

  register(request: SipRequest, hop: Hop, now: Millis): SipResponse {
    const user = userOf(uriOf(toOf(request.headers))) ?? ''
    const refused = this.authenticate(request, user, now, false)
    if (refused) return refused
    const respond = (status: number, extra: [string, string][] = []): SipResponse =>
      responseTo(request, status, this.#options.dice.token(64), extra)
    const contacts = contactsOf(request.headers)
    if (!contacts) return respond(400)
    const callId = request.headers.get('Call-ID') ?? ''
    const cseq = cseqOf(request.headers)?.number ?? 0
    const whole = parseNumber(request.headers.get('Expires'))
    if (contacts.includes('*')) {
      if (contacts.length > 1 || whole !== 0) return respond(400)
      this.#bindings.delete(user)
      return respond(200)
    }
    let bindings = this.contacts(user, now)
    for (const contact of contacts) {
      if (contact === '*') continue
      const seconds = Math.min(parseNumber(contact.params.get('expires')) ?? whole ?? 3600, 3600)
      if (seconds > 0 && seconds < leastExpiresS) return respond(423, [['Min-Expires', String(leastExpiresS)]])
      const before = bindings.find(({ uri }) => uri === contact.uri)
      // A request that was overtaken by a later one (§10.3 step 7).
      if (before && before.callId === callId && before.cseq > cseq) return respond(500)
      bindings = bindings.filter((binding) => binding !== before)
      if (seconds > 0) bindings.push({ uri: contact.uri, hop, expiresAt: now + seconds * 1000, callId, cseq })
    }
    if (bindings.length > mostContacts) return respond(403)
    this.#bindings.set(user, bindings)
    return respond(
      200,
      bindings.map(({ uri, expiresAt }) => ['Contact', `<${uri}>;expires=${Math.ceil((expiresAt - now) / 1000)}`]),
    )
  }

  /** Undefined where the request bears the right proof; else the response to send. */
  authenticate(request: SipRequest, user: string, now: Millis, proxy: boolean): SipResponse | undefined {
    const { dice, realm, accountOf, algorithms } = this.#options
    const account = accountOf(user)
    let stale = false
    for (const value of request.headers.all(proxy ? 'Proxy-Authorization' : 'Authorization')) {
      const given = parseAuth(value)
      if (!given || given.params.get('realm') !== realm) continue
      const nonce = this.#nonces.get(given.params.get('nonce') ?? '')
      if (account === undefined || given.params.get('username') !== account.name) continue
      if (!isProof(given, account.password, { method: request.method, uri: request.uri, body: '' })) continue
      const count = given.params.get('nc') ?? ''
      if (!nonce || now - nonce.at > nonceMs || nonce.counts.has(count)) stale = true
      else {
        nonce.counts.add(count)
        return undefined
      }
    }
    const response = responseTo(request, proxy ? 407 : 401, dice.token(64))
    const name = proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate'
    for (const algorithm of algorithms()) {
      response.headers.append(name, challengeFor(realm, this.#nonce(now), algorithm as Algorithm, stale))
    }
    return response
  }

  #nonce(now: Millis): string {
    for (const [old, { at }] of this.#nonces) {
      if (now - at < nonceMs && this.#nonces.size < mostNonces) break
      this.#nonces.delete(old)
    }
    const nonce = this.#options.dice.token(128)
    this.#nonces.set(nonce, { at: now, counts: new Set() })
    return nonce
  }
}

const leastExpiresS = 10
const mostContacts = 10
const nonceMs = 300_000
const mostNonces = 10_000
