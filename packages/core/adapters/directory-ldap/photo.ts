// A person's picture: in an attribute, or at an address that a pattern gives.
import { ParleyError, type Photo, type Settings } from '@openparley/contract'
import { type DnsResolver, httpRequest } from '@openparley/net'
import { failureOf } from './failure.ts'

/** Undefined where it is no picture of a kind that is shown, or one that is too large. */
export function photoOf(bytes: Buffer): Photo | undefined {
  if (bytes.length > mostBytes) return undefined
  const kind = kinds.find(([, begins]) => begins.test(bytes.subarray(0, 16).toString('latin1')))
  return kind && { type: kind[0], content: bytes.toString('base64') }
}

export interface PhotoPattern {
  /** The attribute whose value stands in the pattern. */
  readonly attribute: string
  /** The address for one of its values. Undefined: the value would lead elsewhere. */
  addressOf(value: string): URL | undefined
}

/** Undefined where no pattern is wanted. Throws where it is none that may be asked. */
export function photoPatternIn(settings: Settings): PhotoPattern | undefined {
  const { 'directory.photo.token': token = 'sAMAccountName', 'directory.photo.pattern': pattern } = settings
  if (settings['directory.photo.substitute'] !== true || pattern === undefined) return undefined
  const filled = (value: string): string => pattern.replaceAll(token, () => value)
  const sample = URL.canParse(filled('x')) ? new URL(filled('x')) : undefined
  if (token === '' || !pattern.includes(token) || sample?.protocol !== 'https:' || sample.username !== '')
    throw new ParleyError('setting-invalid', 'directory.photo.pattern: https://host/…token…')
  return {
    attribute: token.replace(/^%+|%+$/g, ''),
    addressOf: (value) => {
      // A value is one piece of a path: no other host, no other folder.
      if (/^\.*$/.test(value) || /[/\\]/.test(value)) return undefined
      const text = filled(encodeURIComponent(value.toWellFormed()))
      const url = URL.canParse(text) ? new URL(text) : undefined
      return url?.origin === sample.origin ? url : undefined
    },
  }
}

/** Undefined where there is none. Rejects with a ParleyError. */
export async function fetchPhoto(
  url: URL,
  { settings, dns, signal }: { readonly settings: Settings; readonly dns: DnsResolver; readonly signal: AbortSignal },
): Promise<Photo | undefined> {
  const ca = settings['directory.tls.ca']
  try {
    const { status, body, tooLarge } = await httpRequest({
      url: url.href,
      trust: { verify: 'full', ...(ca === undefined ? {} : { ca }) },
      timeoutMs: settings['directory.timeoutS'] * 1000,
      mostBytes,
      dns,
      signal,
    })
    return status === 200 && !tooLarge ? photoOf(body) : undefined
  } catch (thrown) {
    throw failureOf(thrown)
  }
}

const kinds = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF.{4}WEBP/s],
] as const
/** What is 700,000 characters in base64 (the contract's most). */
const mostBytes = 525_000
