// What the Webex REST API answers to who makes or joins a meeting. Of the many fields those that others join by.
import { ParleyError } from '@openparley/contract'

export interface Made {
  /** Names it in the API. */
  readonly id: string
  /** The page that guests open. */
  readonly webLink: string
  readonly dialIn: { readonly number: string; readonly code?: string } | undefined
}

/** Undefined: it is no JSON object. */
export function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null && !Array.isArray(read)
      ? (read as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** Throws `conference-refused-by-server` where it is no meeting. */
export function madeIn(answer: Readonly<Record<string, unknown>>): Made {
  const { id, webLink } = answer
  if (typeof id !== 'string' || !/^[\w-]{1,256}$/.test(id) || !isPage(webLink)) throw garbled()
  return { id, webLink, dialIn: dialInOf(answer) }
}

/** The address of the page, for the host where it is theirs. Throws as `madeIn` does. */
export function pageIn({ startLink, joinLink }: Readonly<Record<string, unknown>>, isHost: boolean): string {
  const page = isHost && isPage(startLink) ? startLink : joinLink
  if (!isPage(page)) throw garbled()
  return page
}

/** Whether it is a page of a meeting at Webex: its sites are below webex.com, each customer’s by another name. */
export function isPage(given: unknown): given is string {
  if (typeof given !== 'string' || given.length > longest || !URL.canParse(given)) return false
  const { protocol, hostname, port, username, password, pathname } = new URL(given)
  return (
    protocol === 'https:' &&
    port === '' &&
    username === '' &&
    password === '' &&
    hostname.endsWith('.webex.com') &&
    pathname !== '/'
  )
}

/** The first of its numbers: which one is nearest nobody knows here. */
function dialInOf({ telephony }: Readonly<Record<string, unknown>>): Made['dialIn'] {
  const { accessCode, callInNumbers } = (telephony ?? {}) as Readonly<Record<string, unknown>>
  const [first] = Array.isArray(callInNumbers) ? (callInNumbers as unknown[]) : []
  const number = (first as { readonly callInNumber?: unknown } | null | undefined)?.callInNumber
  if (typeof number !== 'string' || !/^[+\d][\d\s()./-]{2,40}$/.test(number)) return undefined
  return {
    number,
    ...(typeof accessCode === 'string' && /^\d{1,32}$/.test(accessCode) ? { code: accessCode } : {}),
  }
}

export const garbled = (): ParleyError =>
  new ParleyError('conference-refused-by-server', 'what it answers is no answer of Webex', { protocol: 'http' })

const longest = 4096
