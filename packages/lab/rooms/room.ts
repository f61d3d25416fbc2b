// The lab’s rooms, as the VideoRoom plugin of a Janus has them: who is there, what they show, and who is told. At most four people are in one.
import type { Publication, PublishedStream, Subscription } from './forwarding.ts'

export type Body = Readonly<Record<string, unknown>>

export interface Answer {
  readonly data: Body
  readonly sdp?: { readonly type: 'offer' | 'answer'; readonly sdp: string }
}

/** Somebody’s handle: where what a room tells them goes. */
export interface Handle {
  tell(data: Body): void
  at?: Publisher | Subscriber
}

interface Publisher {
  readonly is: 'publisher'
  readonly room: Room
  readonly id: number
  readonly privateId: number
  readonly handle: Handle
  display: string
  publication: Publication | undefined
  /** It flows: others are told of it. */
  isUp: boolean
  readonly descriptions: Map<string, string>
}

interface Subscriber {
  readonly is: 'subscriber'
  readonly feed: Publisher
  readonly of: Publisher
  readonly subscription: Subscription
}

export interface Room {
  readonly id: number
  readonly description: string
  readonly secret: string
  readonly pin: string
  readonly people: Map<number, Publisher>
  readonly subscribers: Set<Subscriber>
}

/** As the plugin numbers them. */
export class Refused extends Error {
  readonly code: number
  constructor(code: number, reason: string) {
    super(reason)
    this.code = code
  }
}

export const most = { people: 4, rooms: 100 } as const

/** A screen is somebody’s second place in the room, and no person. */
export const isScreen = ({ display }: { readonly display: string }): boolean => / \(screen \d+\)$/.test(display)

export function tellAll(room: Room, data: Body, but?: Publisher): void {
  for (const each of room.people.values()) if (each !== but) each.handle.tell({ room: room.id, ...data })
}

export function streamsOf({ publication, descriptions }: Publisher): Body[] {
  return (publication?.streams ?? []).map(({ kind, mid, codec, muted }: PublishedStream, mindex) => ({
    type: kind,
    mindex,
    mid,
    codec,
    ...(descriptions.has(mid) ? { description: descriptions.get(mid) } : {}),
    ...(muted ? { moderated: true } : {}),
  }))
}

export function shown(one: Publisher): Body {
  return { id: one.id, display: one.display, streams: streamsOf(one) }
}

export function describe(one: Publisher, list: unknown): boolean {
  let changed = false
  for (const each of Array.isArray(list) ? list.slice(0, 16) : []) {
    const { mid, description } = each as Partial<Record<string, unknown>>
    if (typeof mid !== 'string' || typeof description !== 'string') continue
    changed ||= one.descriptions.get(mid) !== description
    one.descriptions.set(mid, description.slice(0, 256))
  }
  return changed
}

/** What somebody shows is over; whoever watches it is told. */
export function unpublish(one: Publisher): void {
  const { room, publication, isUp } = one
  one.publication = undefined
  one.isUp = false
  one.descriptions.clear()
  publication?.close()
  for (const each of [...room.subscribers]) {
    if (each.feed !== one) continue
    room.subscribers.delete(each)
    each.subscription.close()
  }
  if (isUp) tellAll(room, { videoroom: 'event', unpublished: one.id }, one)
}

export function leave(one: Publisher, how: 'leaving' | 'kicked' = 'leaving'): void {
  const { room, handle } = one
  unpublish(one)
  for (const each of [...room.subscribers]) {
    if (each.of !== one) continue
    room.subscribers.delete(each)
    each.subscription.close()
  }
  room.people.delete(one.id)
  if (handle.at === one) delete handle.at
  tellAll(room, { videoroom: 'event', [how]: one.id })
}

export type { Publisher, Subscriber }
