// Pictures of people at an address that a pattern gives: https://photos.example.com/sAMAccountName.jpg.
import { ParleyError, type Photo, type Settings } from '@openparley/contract'
import { type DnsResolver, httpRequest, netFailure } from '@openparley/net'
import { networkError } from '../../runtime/network-causes.ts'
import { photoIn } from '../../runtime/photo.ts'

export interface PhotoPattern {
  /** What stands in the pattern for a value: the name of an attribute, without what marks it. */
  readonly attribute: string
  /** The address for one of its values. Undefined: the value would lead elsewhere. */
  addressOf(value: string): URL | undefined
}

/** Undefined where no pattern is wanted. Throws a ParleyError where it is none that may be asked. */
export function photoPatternIn(settings: Settings): PhotoPattern | undefined {
  const { 'directory.photo.token': token = 'sAMAccountName', 'directory.photo.pattern': pattern } = settings
  if (settings['directory.photo.substitute'] !== true || pattern === undefined) return undefined
  const filled = (value: string): string => pattern.replaceAll(token, () => value)
  const sample = URL.canParse(filled('x')) ? new URL(filled('x')) : undefined
  if (token === '' || !pattern.includes(token) || sample?.protocol !== 'https:' || sample.username !== '')
    throw new ParleyError('setting-invalid', 'directory.photo.pattern is https://host/… with the token in its path')
  return {
    attribute: token.replace(/^\W+|\W+$/g, ''),
    addressOf: (value) => {
      // A value is one piece of a path: no other host, no other folder.
      if (/^\.*$/.test(value) || /[/\\]/.test(value)) return undefined
      const text = filled(encodeURIComponent(value.toWellFormed()))
      const url = URL.canParse(text) ? new URL(text) : undefined
      return url?.origin === sample.origin ? url : undefined
    },
  }
}

export interface PhotoQuestion {
  /** Who is trusted with https there. */
  readonly ca: string | undefined
  readonly timeoutMs: number
  readonly dns: DnsResolver
  readonly signal: AbortSignal
}

/** Undefined where there is none. No password goes there. Rejects with a ParleyError. */
export async function fetchPhoto(url: URL, { ca, timeoutMs, dns, signal }: PhotoQuestion): Promise<Photo | undefined> {
  try {
    const trust = { verify: 'full', ...(ca === undefined ? {} : { ca }) } as const
    const { status, body, tooLarge } = await httpRequest({ url: url.href, trust, timeoutMs, mostBytes, dns, signal })
    return status === 200 && !tooLarge ? photoIn(body.toString('base64')) : undefined
  } catch (thrown) {
    throw networkError(netFailure(thrown), url.host)
  }
}

const mostBytes = 500_000
