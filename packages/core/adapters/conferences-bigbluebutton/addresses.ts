// Addresses of BigBlueButton's API: every one is proved by a checksum over its call, its query and the shared secret.
import { createHash, createHmac } from 'node:crypto'

export type Algorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512'

export interface Secret {
  readonly text: string
  readonly algorithm: Algorithm
}

/** What a meeting is called in its server's addresses. */
export interface MeetingPlace {
  /** As the settings have it. */
  readonly server: string
  readonly meeting: string
}

export type Call = 'create' | 'join' | 'getMeetingInfo' | 'isMeetingRunning' | 'end'

export function checksum(call: string, query: string, { text, algorithm }: Secret): string {
  return createHash(algorithm)
    .update(call + query + text)
    .digest('hex')
}

/** `server`: https://bbb.example.com/bigbluebutton, with or without a slash. */
export function addressOf(
  server: string,
  call: Call,
  parameters: Readonly<Record<string, string>>,
  secret: Secret,
): string {
  const query = new URLSearchParams(parameters).toString()
  return `${apiOf(server)}${call}?${query}&checksum=${checksum(call, query, secret)}`
}

/**
 * The passwords of a meeting. Servers before 2.4 tell by them who is its host; made of the secret, they need not be kept, and who knows
 * the guests' does not know the host's.
 */
export function passwordOf(meeting: string, who: 'host' | 'guest', { text }: Secret): string {
  return createHmac('sha256', text).update(`${who} of ${meeting}`).digest('hex').slice(0, 32)
}

/** Whether that is an address to join a meeting of one of these servers; undefined: it is not. */
export function placeIn(invitation: string, servers: readonly string[]): MeetingPlace | undefined {
  if (invitation.length > longest || !URL.canParse(invitation)) return undefined
  const url = new URL(invitation)
  if (url.username !== '' || url.password !== '') return undefined
  const server = servers.find((each) => `${url.origin}${url.pathname}` === `${apiOf(each)}join`)
  const meeting = url.searchParams.get('meetingID') ?? ''
  return server !== undefined && meeting !== '' && meeting.length <= longestId ? { server, meeting } : undefined
}

/** Whether somebody who has the secret has made the address, whichever hash they use. */
export function isProved(invitation: string, { text }: Secret): boolean {
  const [, query = '', said = ''] = /\?([^#]*?)&checksum=([0-9a-f]{40,128})(?:#.*)?$/.exec(invitation) ?? []
  const algorithm = ofLength[said.length]
  return algorithm !== undefined && checksum('join', query, { text, algorithm }) === said
}

const ofLength: Readonly<Record<number, Algorithm>> = { 40: 'sha1', 64: 'sha256', 96: 'sha384', 128: 'sha512' }

function apiOf(server: string): string {
  const url = new URL(server)
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api$/, '')}/api/`
}

const longest = 4096
const longestId = 256
