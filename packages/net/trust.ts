// Whom a TLS connection trusts.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { NetFailure } from './failure.ts'

export interface Trust {
  /** Certificates as PEM text, or a file with them; the system's own authorities unless said. */
  readonly ca?: string
  /** pinned: exactly a certificate of `ca`, whatever its name or date. off: anything. */
  readonly verify: 'full' | 'pinned' | 'off'
}

/** What node:tls must be told, and what must be looked at after the handshake. Throws where the file cannot be read. */
export function trustOptions(trust: Trust): {
  readonly options: ConnectionOptions
  check(raw: Buffer | undefined): NetFailure | undefined
} {
  const pem = trust.ca === undefined ? undefined : readPem(trust.ca)
  switch (trust.verify) {
    case 'off':
      return { options: { rejectUnauthorized: false }, check: () => undefined }
    case 'pinned': {
      const pinned = new Set(certificatesIn(pem ?? '').map(({ fingerprint256 }) => fingerprint256))
      return {
        options: { rejectUnauthorized: false },
        check: (raw) =>
          raw && pinned.has(new X509Certificate(raw).fingerprint256)
            ? undefined
            : new NetFailure('tls-untrusted', 'not the pinned certificate'),
      }
    }
    case 'full':
      return { options: pem === undefined ? {} : { ca: pem }, check: () => undefined }
  }
}

function readPem(ca: string): string {
  if (ca.includes('-----BEGIN')) return ca
  try {
    return readFileSync(ca, 'utf8')
  } catch (error) {
    throw new NetFailure('tls-untrusted', `${ca}: ${(error as NodeJS.ErrnoException).code}`)
  }
}

function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}
