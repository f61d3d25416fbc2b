// What becomes of a web conference, as a table and a pure step: the only place that decides it.
import type { ConferenceMember, ErrorValue, WebConference } from '@openparley/contract'
import type { Room } from './port.ts'

export type ConferenceState = WebConference['state']

export type ConferenceSignal =
  /** The server has it. */
  | { readonly type: 'found'; readonly room: Room; readonly subject?: string }
  | { readonly type: 'failed'; readonly error: ErrorValue }
  /** Nobody could be asked into it. */
  | { readonly type: 'unasked'; readonly error: ErrorValue }
  | { readonly type: 'joined' }
  | { readonly type: 'left'; readonly error?: ErrorValue }
  | { readonly type: 'ended'; readonly error?: ErrorValue }
  | { readonly type: 'members'; readonly members: readonly ConferenceMember[] }

/** What is not in a row changes nothing. */
export const table: Readonly<Record<ConferenceState, Partial<Record<ConferenceSignal['type'], ConferenceState>>>> = {
  creating: { found: 'ready', failed: 'ended', ended: 'ended' },
  ready: { found: 'ready', unasked: 'ready', joined: 'joined', ended: 'ended' },
  joined: { joined: 'joined', members: 'joined', left: 'left', ended: 'ended' },
  left: { found: 'left', joined: 'joined', ended: 'ended' },
  ended: {},
}

/** Nobody is in it here any more, and it is forgotten after a while. */
export function isOver({ state }: Pick<WebConference, 'state'>): boolean {
  return state === 'left' || state === 'ended'
}

/** The conference after it; the same one where it changes nothing. */
export function step(before: WebConference, signal: ConferenceSignal): WebConference {
  const state = table[before.state][signal.type]
  if (state === undefined) return before
  switch (signal.type) {
    case 'found': {
      const { room, subject } = signal
      const { dialIn, invitation } = room
      return {
        ...before,
        state,
        invitation,
        can: [...room.can],
        ...(dialIn ? { dialIn } : {}),
        ...(subject === undefined || before.subject !== '' ? {} : { subject: lineOf(subject) }),
      }
    }
    case 'members':
      return { ...before, members: signal.members.slice(0, mostMembers).map(shown) }
    case 'unasked':
      return { ...before, error: signal.error }
    case 'joined': {
      const { error: _, ...rest } = before
      return { ...rest, state }
    }
    case 'failed':
    case 'ended':
    case 'left': {
      const can = state === 'left' ? before.can : []
      return { ...before, state, members: [], can, ...(signal.error ? { error: signal.error } : {}) }
    }
  }
}

/** As a face shows them: names are text from others. */
function shown(member: ConferenceMember): ConferenceMember {
  return { ...member, member: member.member.slice(0, mostId), name: lineOf(member.name) }
}

/** One line, without what moves or turns other text. */
export function lineOf(text: string): string {
  return text
    .slice(0, mostText * 4)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\u200E\u200F]+/gu, ' ')
    .trim()
    .slice(0, mostText)
}

const mostMembers = 500
const mostId = 256
const mostText = 256
