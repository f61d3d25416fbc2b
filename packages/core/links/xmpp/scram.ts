// SCRAM (RFC 5802, RFC 7677) as a mechanism of the library’s: its own takes seconds to derive the key (decision 0015), and does not look
// at the server’s proof.
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** One exchange. Throws where the server’s part is not as it must be. */
export class Scram {
  readonly name: string
  readonly clientFirst = true
  readonly #hash: string
  readonly #nonce: string
  #first = ''
  #challenge: string | undefined
  #expected: Buffer | undefined

  constructor(hash: 'sha1' | 'sha256', nonce: string) {
    this.name = hash === 'sha1' ? 'SCRAM-SHA-1' : 'SCRAM-SHA-256'
    this.#hash = hash
    this.#nonce = nonce
  }

  challenge(text: string): void {
    this.#challenge = text
  }

  /** The first message, then the one with the proof. */
  async response({ username, password }: Credentials): Promise<string> {
    if (this.#challenge === undefined) {
      this.#first = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${this.#nonce}`
      return `n,,${this.#first}`
    }
    const { nonce, salt, rounds } = readChallenge(this.#challenge, this.#nonce)
    // RFC 4013, as far as a password is ever written.
    const secret = password.normalize('NFKC')
    const bytes = this.#hash === 'sha1' ? 20 : 32
    const salted = await derive(secret, salt, rounds, bytes, this.#hash)
    const key = this.#hmac(salted, 'Client Key')
    const stored = createHash(this.#hash).update(key).digest()
    const last = `c=biws,r=${nonce}`
    const both = `${this.#first},${this.#challenge},${last}`
    const signature = this.#hmac(stored, both)
    this.#expected = this.#hmac(this.#hmac(salted, 'Server Key'), both)
    const proof = Buffer.from(key.map((byte, n) => byte ^ (signature[n] ?? 0)))
    return `${last},p=${proof.toString('base64')}`
  }

  /** Whether the server knows the password as well: what it says at the end is looked at (RFC 5802 §5). */
  isProven(said: string): boolean {
    const given = Buffer.from(/^v=([^,]+)/.exec(said)?.[1] ?? '', 'base64')
    return (
      this.#expected !== undefined && given.length === this.#expected.length && timingSafeEqual(given, this.#expected)
    )
  }

  #hmac(key: Buffer, text: string): Buffer {
    return createHmac(this.#hash, key).update(text).digest()
  }
}

function readChallenge(
  text: string,
  own: string,
): { readonly nonce: string; readonly salt: Buffer; readonly rounds: number } {
  const [, nonce = '', salt = '', rounds = ''] = /^r=([^,]+),s=([^,]+),i=(\d{1,7})(?:,|$)/.exec(text) ?? []
  const count = Number(rounds)
  // A nonce that does not begin with ours is of another exchange; too few rounds are a trap, too many another one.
  if (!nonce.startsWith(own) || nonce === own || count < leastRounds || count > mostRounds)
    throw Object.assign(new Error('the challenge is not one'), { name: 'SASLError', condition: 'malformed-request' })
  return { nonce, salt: Buffer.from(salt, 'base64'), rounds: count }
}

const leastRounds = 4096
const mostRounds = 1_000_000
