// Who a call is with, as dialog events name them. Text from others, cut to a length that can be shown.
import type { Party } from '@openparley/contract'
import type { LineDialog } from '@openparley/protocols/events'
import { isSip, parseUri, userOf } from '@openparley/protocols/sip'

export function partyOf(remote: LineDialog['remote']): Party {
  if (!remote) return { number: 'unknown' }
  const uri = parseUri(remote.uri)
  const number = userOf(uri) ?? (isSip(uri) ? uri.host : remote.uri)
  return {
    number: number.slice(0, 256),
    uri: remote.uri.slice(0, 512),
    ...(isSip(uri) && uri.host.toLowerCase() === 'anonymous.invalid' ? { anonymous: true } : {}),
    ...(remote.displayName === undefined ? {} : { displayName: remote.displayName.slice(0, 256) }),
  }
}

/** Whether two addresses mean the same: ports and parameters differ between who writes one. */
export function isSame(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && placeOf(one) === placeOf(other)
}

/** Whether they are of the same user: a server may write its own name in any way. */
export function isSameUser(one: string | undefined, other: string | undefined): boolean {
  const user = one === undefined ? undefined : userOf(parseUri(one))
  return user !== undefined && other !== undefined && user.toLowerCase() === userOf(parseUri(other))?.toLowerCase()
}

function placeOf(text: string): string {
  const uri = parseUri(text)
  return isSip(uri) ? `${uri.user ?? ''}@${uri.host.toLowerCase()}` : text
}
