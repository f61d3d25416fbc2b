// What becomes of a mailbox: the only place that decides. Pure: what happened goes in, what is to be told comes out.
import type { Mailbox, Phone, Settings } from '@openparley/contract'
import type { Kept, MailboxState, VoicemailEvent } from './port.ts'

export interface Box {
  readonly state: MailboxState
  readonly kept: ReadonlyMap<string, Kept>
  /** Whether it was listed since the sign-in. */
  readonly isListed: boolean
  /** What the phone's server says of waiting messages (RFC 3842), where it says something. */
  readonly onPhone: Phone['messages']
}

export type Input = VoicemailEvent | { readonly type: 'phone'; readonly messages: Phone['messages'] }

export type Told =
  | { readonly type: 'message'; readonly message: Kept }
  | { readonly type: 'removed'; readonly key: string }
  | { readonly type: 'relisted' }

export const emptyBox: Box = { state: { is: 'off' }, kept: new Map(), isListed: false, onPhone: undefined }

export function happens(box: Box, input: Input): { readonly box: Box; readonly told: readonly Told[] } {
  switch (input.type) {
    case 'state': {
      const { state } = input
      // Nobody is signed in any more: what was listed was that person's.
      if (state.is !== 'off') return { box: { ...box, state }, told: [] }
      const told: Told[] = box.isListed ? [{ type: 'relisted' }] : []
      return { box: { ...emptyBox, onPhone: box.onPhone }, told }
    }
    case 'phone':
      return { box: { ...box, onPhone: input.messages }, told: [] }
    case 'list': {
      const kept = new Map(input.messages.map((message) => [message.key, message]))
      return { box: { ...box, kept, isListed: true }, told: box.isListed ? difference(box.kept, kept) : [relisted] }
    }
  }
}

/** A few changes are told one by one; more are worth reading the list again. */
function difference(before: ReadonlyMap<string, Kept>, after: ReadonlyMap<string, Kept>): readonly Told[] {
  const told: Told[] = []
  for (const [key, message] of after) if (!same(before.get(key), message)) told.push({ type: 'message', message })
  for (const key of before.keys()) if (!after.has(key)) told.push({ type: 'removed', key })
  return told.length > mostTold ? [relisted] : told
}

function same(a: Kept | undefined, b: Kept): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b)
}

/** As applications see it. The light is the mailbox's as long as it is reached, else the phone's, else as it was last. */
export function mailboxOf({ state, kept, isListed, onPhone }: Box, settings: Settings): Mailbox {
  const there = [...kept.values()].filter(({ deleted }) => !deleted)
  const unheard = there.filter(({ isNew }) => isNew)
  const own = { fresh: unheard.length, urgent: unheard.filter(({ urgent }) => urgent).length, total: there.length }
  const fresh = onPhone?.fresh ?? (onPhone?.waiting ? 1 : 0)
  const counts = isListed ? own : { fresh, urgent: 0, total: fresh + (onPhone?.old ?? 0) }
  const light = state.is !== 'ready' && onPhone ? onPhone.waiting : counts.fresh > 0
  const pilot = settings['voicemail.pilotNumber']
  return {
    ...state,
    light,
    ...counts,
    ...(pilot === undefined ? {} : { pilot }),
  }
}

export type Which = 'all' | 'new' | 'deleted'

export interface PageOf {
  readonly messages: readonly Kept[]
  readonly next?: string
}

/** Newest first. A cursor is a place in time, so that what comes or goes meanwhile shifts nothing. */
export function pageOf(box: Box, which: Which, cursor: string | undefined, limit: number): PageOf {
  const after = placeIn(cursor)
  const all = [...box.kept.values()]
    .filter(({ deleted, isNew }) => deleted === (which === 'deleted') && (which !== 'new' || isNew))
    .filter((each) => after === undefined || order(placeOf(each), after) > 0)
    .toSorted((a, b) => order(placeOf(a), placeOf(b)))
  const messages = all.slice(0, limit)
  const last = messages.at(-1)
  return { messages, ...(last && all.length > limit ? { next: placeOf(last).join('_') } : {}) }
}

type Place = readonly [atMs: number, mark: string]

function placeOf({ at, key }: Kept): Place {
  return [Date.parse(at), key.slice(0, markLength)]
}

function placeIn(cursor: string | undefined): Place | undefined {
  const [, atMs, mark = ''] = /^(-?\d{1,16})_(.*)$/.exec(cursor ?? '') ?? []
  return atMs === undefined ? undefined : [Number(atMs), mark]
}

function order([atMs, mark]: Place, [otherMs, other]: Place): number {
  return otherMs - atMs || (mark < other ? -1 : mark > other ? 1 : 0)
}

const relisted: Told = { type: 'relisted' }
const mostTold = 20
const markLength = 40
