// Proofs of a password: PLAIN (RFC 4616) and SCRAM (RFC 5802, RFC 7677), the server's side.
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'

export interface SaslWorld {
  /** Undefined where there is no such person. */
  readonly passwordOf: (user: string) => string | undefined
  /** The same for the same name, whether or not there is such a person. */
  readonly saltOf: (user: string) => Buffer
  readonly nonce: () => string
}

export type SaslFailure =
  | 'aborted'
  | 'encryption-required'
  | 'invalid-authzid'
  | 'invalid-mechanism'
  | 'malformed-request'
  | 'not-authorized'

export type SaslStep =
  | { readonly is: 'challenge'; readonly data: Buffer; readonly next: (answer: Buffer) => SaslStep }
  | { readonly is: 'success'; readonly user: string; readonly authzid: string; readonly data?: Buffer }
  | { readonly is: 'failure'; readonly failure: SaslFailure }

type Mechanism = (first: Buffer, world: SaslWorld) => SaslStep

const iterations = 4096

/** The one it likes best first. */
export const mechanisms: Readonly<Record<string, Mechanism>> = {
  'SCRAM-SHA-256': (first, world) => scram('sha256', first, world),
  'SCRAM-SHA-1': (first, world) => scram('sha1', first, world),
  PLAIN: plain,
}

export function beginSasl(mechanism: string, first: Buffer, world: SaslWorld): SaslStep {
  if (!Object.hasOwn(mechanisms, mechanism)) return failed('invalid-mechanism')
  return (mechanisms[mechanism] as Mechanism)(first, world)
}

function plain(first: Buffer, { passwordOf }: SaslWorld): SaslStep {
  const parts = first.toString('utf8').split('\0')
  if (parts.length !== 3) return failed('malformed-request')
  const [authzid = '', user = '', password = ''] = parts
  const right = passwordOf(user)
  if (right === undefined || !same(digest('sha256', right), digest('sha256', password))) return failed('not-authorized')
  return { is: 'success', user, authzid }
}

function scram(hash: 'sha1' | 'sha256', first: Buffer, world: SaslWorld): SaslStep {
  // gs2-header client-first-message-bare; channel binding was not offered, so that 'p' is wrong.
  const [, header, authzid = '', bare, name = '', nonce = ''] =
    /^([ny],(?:a=([^,]*))?,)(n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/.exec(first.toString('utf8')) ?? []
  if (header === undefined || bare === undefined) return failed('malformed-request')
  const user = unquoted(name)
  const salt = world.saltOf(user)
  const whole = nonce + world.nonce()
  const challenge = `r=${whole},s=${salt.toString('base64')},i=${iterations}`
  return {
    is: 'challenge',
    data: Buffer.from(challenge),
    next: (answer) => {
      const [, unproved, binding, again, proof] =
        /^(c=([^,]*),r=([^,]*)(?:,.*)?),p=([^,]*)$/.exec(answer.toString('utf8')) ?? []
      if (unproved === undefined || proof === undefined) return failed('malformed-request')
      if (binding !== Buffer.from(header).toString('base64') || again !== whole) return failed('not-authorized')
      const password = world.passwordOf(user)
      const salted = saltedPassword(hash, password ?? world.nonce(), salt)
      const storedKey = digest(hash, hmac(hash, salted, 'Client Key'))
      const message = `${bare},${challenge},${unproved}`
      const clientKey = xor(Buffer.from(proof, 'base64'), hmac(hash, storedKey, message))
      if (password === undefined || !same(digest(hash, clientKey), storedKey)) return failed('not-authorized')
      const signature = hmac(hash, hmac(hash, salted, 'Server Key'), message)
      return { is: 'success', user, authzid: unquoted(authzid), data: Buffer.from(`v=${signature.toString('base64')}`) }
    },
  }
}

function saltedPassword(hash: string, password: string, salt: Buffer): Buffer {
  return pbkdf2Sync(password.normalize('NFKC'), salt, iterations, hash === 'sha1' ? 20 : 32, hash)
}

function hmac(hash: string, key: Buffer, data: string): Buffer {
  return createHmac(hash, key).update(data).digest()
}

function digest(hash: string, data: string | Buffer): Buffer {
  return createHash(hash).update(data).digest()
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(b.map((byte, i) => byte ^ (a[i] ?? 0)))
}

function same(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Names in SCRAM write a comma and an equals sign so. */
function unquoted(name: string): string {
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=')
}

function failed(failure: SaslFailure): SaslStep {
  return { is: 'failure', failure }
}
