// What is asked of Asterisk for a command: a request of ARI; or, for a channel that is in the dial plan, an act of the dial plan, as ARI has requests
// only for channels that are handed to an application.
import type { AriRequest } from '../../../links/ari/index.ts'
import type { PhoneCommand } from '../../../services/calls/port.ts'
import { isDialable } from '../server.ts'

export interface Contexts {
  /** Where what is dialled is looked for. */
  readonly dialled: string
  readonly acts: string
  /** With the rooms of conferences; undefined: there are none. */
  readonly rooms: string | undefined
}

export interface Ends {
  /** The id of the channel with which the call ends. */
  readonly own: string
  /** The names of the channels at the other end, and at that of the other call. */
  readonly peer: string | undefined
  readonly other: string | undefined
}

export interface Act {
  readonly name: 'redirect' | 'press'
  readonly variables: Readonly<Record<string, string>>
}

export interface ActAsked {
  readonly is: 'act'
  readonly act: Act
}

export type Asked = { readonly is: 'request'; readonly request: AriRequest } | ActAsked

/** Undefined: it cannot be asked for. */
export function askedFor(command: PhoneCommand, ends: Ends, { dialled, acts }: Contexts): Asked | undefined {
  const { own, peer, other } = ends
  switch (command.type) {
    case 'end':
      return { is: 'request', request: hangUp(own, 16) }
    case 'decline':
      return { is: 'request', request: hangUp(own, command.reason === 'busy' ? 17 : 21) }
    case 'deflect':
      return isDialable(command.to) ? redirect(peer, dialled, command.to) : undefined
    case 'transfer':
      if (command.with !== undefined) return isName(other) ? redirect(peer, acts, `with-${other}`) : undefined
      return isDialable(command.to.number) ? redirect(peer, dialled, command.to.number) : undefined
    case 'send-digits': {
      if (!isName(peer) || !/^[\dA-D*#,]{1,64}$/i.test(command.digits)) return undefined
      // A comma waits two seconds, a w of Asterisk’s half of one.
      const digits = command.digits.replaceAll(',', 'wwww')
      const variables = { DESK_CHANNEL: peer, DESK_DIGITS: digits, DESK_MS: String(command.durationMs) }
      return { is: 'act', act: { name: 'press', variables } }
    }
    default:
      return undefined
  }
}

export function hangUp(channel: string, cause: number): AriRequest {
  return { method: 'DELETE', path: `/channels/${encodeURIComponent(channel)}`, query: { reason_code: String(cause) } }
}

/** The phone rings, and what it is then connected with is dialled as a call of its own in the dial plan: that goes on without us. */
export function originate(endpoint: string, id: string, to: string, { dialled, acts }: Contexts): AriRequest {
  return {
    method: 'POST',
    path: '/channels',
    query: { endpoint, channelId: id, context: acts, extension: 'call', priority: '1', timeout: '30' },
    body: {
      variables: {
        DESK_TO: to,
        DESK_IN: dialled,
        // Phones that know it answer by themselves; others ring until they are picked up.
        'PJSIP_HEADER(add,Call-Info)': '<sip:desk.invalid>;answer-after=0',
      },
    },
  }
}

/** One half of a Local channel goes to the room as the phone does, and the other beside who hears the phone. */
export function bringAt(id: string, channel: string, context: string, room: string): AriRequest {
  return {
    method: 'POST',
    path: '/channels',
    query: {
      endpoint: `Local/desk-${room}@${context}/n`,
      context,
      extension: 'add',
      priority: '1',
      timeout: '10',
      channelId: id,
      otherChannelId: `second-${id}`,
    },
    body: { variables: { DESK_CHANNEL: channel } },
  }
}

/** An act runs on the second half of a Local channel, which has that id: to Asterisk an id that begins another is the same. */
export function actAt(id: string, app: string, { acts }: Contexts, { name, variables }: Act): AriRequest {
  const inherited = Object.entries(variables).map(([variable, value]) => [`__${variable}`, value] as const)
  return {
    method: 'POST',
    path: '/channels',
    query: { endpoint: `Local/${name}@${acts}`, app, channelId: `first-${id}`, otherChannelId: id },
    body: { variables: Object.fromEntries(inherited) },
  }
}

/** How long it takes at most: keys are pressed one by one. */
export function lastingMs({ variables: { DESK_DIGITS: digits = '', DESK_MS: ms = '0' } }: Act): number {
  const waits = digits.split('w').length - 1
  return digits.length * (Number(ms) + gapMs) + waits * waitMs
}

export function redirect(channel: string | undefined, context: string, to: string): ActAsked | undefined {
  if (!isName(channel)) return undefined
  const variables = { DESK_CHANNEL: channel, DESK_IN: context, DESK_TO: to }
  return { is: 'act', act: { name: 'redirect', variables } }
}

/** Of a channel, with nothing that ends an argument or begins a variable. */
function isName(channel: string | undefined): channel is string {
  return channel !== undefined && /^[\w*#+.@/;:-]{1,120}$/.test(channel)
}

const gapMs = 100
const waitMs = 500
