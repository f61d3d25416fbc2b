// Who is in a room, as its messages say: what came in, and what it changes. The only place that reads what a room says of others.
import type { ConferenceMember } from '@openparley/contract'
import { isRecord } from './socket.ts'
import type { Data } from './session.ts'

interface Stream {
  readonly kind: 'audio' | 'video'
  readonly mid: string
  readonly isOn: boolean
}

interface Feed {
  readonly display: string
  /** Undefined: it shows nothing. */
  streams: readonly Stream[] | undefined
  talking: boolean
  /** What the host has muted, by mid. */
  readonly muted: Set<string>
}

export interface View {
  readonly own: number
  readonly feeds: Map<number, Feed>
}

export type Seen =
  /** It can be subscribed to; `mids`: of streams that it had not before. */
  | { readonly type: 'shows'; readonly feed: number; readonly mids: readonly string[] }
  | { readonly type: 'shows-nothing'; readonly feed: number }
  | { readonly type: 'over'; readonly for: 'person' | 'all' }

export function viewOf(own: number, display: string): View {
  return { own, feeds: new Map([[own, feedOf(display)]]) }
}

/** What is told of streams, so that others see it: how they stand, and whose screen it is. */
export const words = { off: 'off', on: 'on' } as const

export function screenName(name: string, owner: number): string {
  return `${name.slice(0, mostName)} (screen ${owner})`
}

/** Takes in what the room says; what follows from it is returned. */
export function take(view: View, data: Data): Seen[] {
  const seen: Seen[] = []
  if (data['videoroom'] === 'destroyed') return [{ type: 'over', for: 'all' }]
  if (data['videoroom'] === 'talking' || data['videoroom'] === 'stopped-talking') {
    const feed = view.feeds.get(data['id'] as number)
    if (feed) feed.talking = data['videoroom'] === 'talking'
    return []
  }
  for (const each of list(data['attendees'])) present(view, each)
  present(view, data['joining'])
  for (const each of list(data['publishers'])) seen.push(...shows(view, each))
  const { moderation, mid, leaving, unpublished, kicked } = data
  if (typeof moderation === 'string' && typeof mid === 'string') {
    const muted = view.feeds.get(data['id'] as number)?.muted
    if (moderation === 'muted' && muted && muted.size < mostStreams) muted.add(mid)
    else muted?.delete(mid)
  }
  if (leaving === 'ok' && data['reason'] === 'kicked') return [{ type: 'over', for: 'person' }]
  if (typeof unpublished === 'number') seen.push(...hides(view, unpublished))
  for (const gone of [leaving, kicked]) {
    if (typeof gone !== 'number' || gone === view.own) continue
    seen.push(...hides(view, gone))
    view.feeds.delete(gone)
  }
  return seen
}

/** After a while in which nothing was heard: who is there, by `listparticipants`. */
export function resume(view: View, participants: unknown): Seen[] {
  const there = new Map(list(participants).flatMap((each) => (isId(each['id']) ? [[each['id'], each] as const] : [])))
  const seen: Seen[] = []
  for (const id of [...view.feeds.keys()]) {
    if (id === view.own || there.has(id)) continue
    seen.push(...hides(view, id))
    view.feeds.delete(id)
  }
  for (const [id, each] of there) {
    present(view, each)
    const feed = view.feeds.get(id)
    if (!feed || id === view.own) continue
    if (each['publisher'] !== true) seen.push(...hides(view, id))
    else if (!feed.streams) {
      // What it shows is told with the offer, or when it changes.
      feed.streams = []
      seen.push({ type: 'shows', feed: id, mids: [] })
    }
  }
  return seen
}

/** The streams of the person’s own camera and microphone, as they stand now. */
export function own(view: View, streams: readonly Stream[] | undefined): void {
  const feed = view.feeds.get(view.own)
  if (feed) feed.streams = streams
}

export function membersOf(view: View, isHost: boolean): ConferenceMember[] {
  const screens = new Set([...view.feeds.keys()].flatMap((id) => screenOf(view, id) ?? []))
  return [...view.feeds].flatMap(([id, { display, streams = [], talking, muted }]) => {
    if (screenOf(view, id) !== undefined) return []
    const sounds = streams.filter(({ kind, isOn, mid }) => kind === 'audio' && isOn && !muted.has(mid))
    const self = id === view.own
    return {
      member: String(id),
      name: display,
      self,
      host: self && isHost,
      muted: sounds.length === 0,
      talking: talking && sounds.length > 0,
      camera: streams.some(({ kind, isOn }) => kind === 'video' && isOn),
      screen: screens.has(id),
    }
  })
}

/** Whose screen the feed is: only one that shows something counts as that, so that nobody is there unseen. */
export function screenOf({ feeds }: View, id: number): number | undefined {
  const feed = feeds.get(id)
  const [, owner] = (feed?.streams && / \(screen (\d{1,16})\)$/.exec(feed.display)) || []
  return owner !== undefined && feeds.has(Number(owner)) && Number(owner) !== id ? Number(owner) : undefined
}

export function midsOf({ feeds }: View, id: number): readonly string[] {
  return feeds.get(id)?.streams?.map(({ mid }) => mid) ?? []
}

function present(view: View, each: unknown): void {
  if (!isRecord(each) || !isId(each['id']) || view.feeds.has(each['id']) || view.feeds.size >= mostFeeds) return
  view.feeds.set(each['id'], feedOf(each['display']))
}

function shows(view: View, each: Data): Seen[] {
  const { id } = each
  if (!isId(id) || id === view.own) return []
  present(view, each)
  const feed = view.feeds.get(id)
  if (!feed) return []
  const before = feed.streams?.map(({ mid }) => mid) ?? []
  feed.streams = streamsIn(each['streams'])
  if (typeof each['talking'] === 'boolean') feed.talking = each['talking']
  for (const stream of list(each['streams']))
    if (stream['moderated'] === true && typeof stream['mid'] === 'string') feed.muted.add(stream['mid'])
  return [{ type: 'shows', feed: id, mids: feed.streams.map(({ mid }) => mid).filter((mid) => !before.includes(mid)) }]
}

function hides(view: View, id: number): Seen[] {
  const feed = view.feeds.get(id)
  if (!feed?.streams || id === view.own) return []
  feed.streams = undefined
  feed.talking = false
  feed.muted.clear()
  return [{ type: 'shows-nothing', feed: id }]
}

function streamsIn(value: unknown): Stream[] {
  return list(value)
    .slice(0, mostStreams)
    .flatMap(({ type, mid, disabled, description }) => {
      if ((type !== 'audio' && type !== 'video') || typeof mid !== 'string' || mid.length > 32) return []
      return { kind: type, mid, isOn: disabled !== true && description !== words.off }
    })
}

function feedOf(display: unknown): Feed {
  const text = typeof display === 'string' ? display.slice(0, mostDisplay) : ''
  return { display: text, streams: undefined, talking: false, muted: new Set() }
}

function list(value: unknown): Data[] {
  return Array.isArray(value) ? value.slice(0, mostFeeds).filter(isRecord) : []
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

const mostFeeds = 200
const mostStreams = 16
const mostName = 200
const mostDisplay = 256
