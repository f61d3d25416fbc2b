// A JSON Web Token signed by a shared secret (RFC 7519, RFC 7515 §3.1, HS256 of RFC 7518 §3.2): what a Jitsi server lets people in by.
import { createHmac } from 'node:crypto'

const header = JSON.stringify({ alg: 'HS256', typ: 'JWT' })

/** The claims as a token in its compact form. */
export function signedToken(claims: Readonly<Record<string, unknown>>, secret: string): string {
  return signed(header, JSON.stringify(claims), Buffer.from(secret))
}

/** Header and payload as they are written, for what the RFC signs itself. */
export function signed(head: string, payload: string, key: Uint8Array): string {
  const said = `${base64url(head)}.${base64url(payload)}`
  return `${said}.${createHmac('sha256', key).update(said).digest('base64url')}`
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url')
