// Pictures of people, as others give them: what they are is looked at, whatever is said of them.
import type { Photo } from '@openparley/contract'

/** Of base64, blanks and all. Undefined: it is larger than half a million bytes, or none of the kinds that are shown. */
export function photoIn(base64: string): Photo | undefined {
  if (base64.length > mostBytes * 2) return undefined
  const bytes = Buffer.from(base64, 'base64')
  const type = photoTypeOf(bytes)
  return type === undefined || bytes.length > mostBytes ? undefined : { type, content: bytes.toString('base64') }
}

export function photoTypeOf(bytes: Buffer): Photo['type'] | undefined {
  const head = bytes.toString('latin1', 0, 12)
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'image/gif'
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : undefined
}

const mostBytes = 500_000
