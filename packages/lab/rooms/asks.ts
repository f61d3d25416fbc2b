// What a room can be asked, as Janus’s VideoRoom answers it.
import { timingSafeEqual } from 'node:crypto'
import type { Dice } from '@openparley/protocols/common'
import {
  type Answer,
  type Body,
  describe,
  type Handle,
  isScreen,
  leave,
  most,
  type Publisher,
  Refused,
  type Room,
  shown,
  tellAll,
  unpublish,
} from './room.ts'

export interface Asked {
  readonly body: Body
  readonly handle: Handle
  readonly sdp: string | undefined
}

export interface RoomsHouse {
  readonly rooms: Map<number, Room>
  readonly adminKey: string
  readonly dice: Dice
}

/** Those that are answered at once; the others are acknowledged first. */
export const atOnce: ReadonlySet<string> = new Set([
  'create',
  'destroy',
  'exists',
  'listparticipants',
  'moderate',
  'kick',
])

/** Throws what is Refused. */
export async function answerTo(house: RoomsHouse, asked: Asked): Promise<Answer> {
  const { body } = asked
  const request = String(body['request'])
  const act = Object.hasOwn(acts, request) ? acts[request] : undefined
  if (!act) throw new Refused(423, `Unknown request '${request.slice(0, 40)}'`)
  return act(house, asked)
}

type Act = (house: RoomsHouse, asked: Asked) => Answer | Promise<Answer>

const acts: Readonly<Record<string, Act>> = {
  create: ({ rooms, adminKey }, { body }) => {
    const { room: id, description, secret = '', pin = '', admin_key: key } = body
    if (!isSame(adminKey, key)) throw new Refused(433, 'Unauthorized (wrong admin_key)')
    if (!isNumber(id)) throw new Refused(430, 'Invalid element type (room should be a positive integer)')
    if (rooms.has(id)) throw new Refused(427, `Room ${id} already exists`)
    if (rooms.size >= most.rooms) throw new Refused(499, 'Too many rooms')
    rooms.set(id, {
      id,
      description: String(description ?? '').slice(0, 256),
      secret: String(secret),
      pin: String(pin),
      people: new Map(),
      subscribers: new Set(),
    })
    return done({ videoroom: 'created', room: id, permanent: false })
  },
  destroy: (house, { body }) => {
    const room = asHost(house, body)
    tellAll(room, { videoroom: 'destroyed' })
    house.rooms.delete(room.id)
    for (const each of [...room.people.values()]) {
      unpublish(each)
      if (each.handle.at === each) delete each.handle.at
    }
    room.people.clear()
    return done({ videoroom: 'destroyed', room: room.id })
  },
  exists: ({ rooms }, { body }) =>
    done({ videoroom: 'success', room: body['room'], exists: rooms.has(body['room'] as number) }),
  listparticipants: (house, { body }) => {
    const room = roomOf(house, body)
    const participants = [...room.people.values()].map((each) => ({
      id: each.id,
      display: each.display,
      publisher: each.isUp,
    }))
    return done({ videoroom: 'participants', room: room.id, participants })
  },
  moderate: (house, { body }) => {
    const room = asHost(house, body)
    const one = personIn(room, body)
    const { mid, mute } = body
    const stream = one.publication?.streams.find((each) => each.mid === mid)
    if (!stream) throw new Refused(428, `No such stream ${String(mid).slice(0, 40)}`)
    stream.muted = mute === true
    tellAll(room, { videoroom: 'event', id: one.id, mid, moderation: stream.muted ? 'muted' : 'unmuted' })
    return done({ videoroom: 'success' })
  },
  kick: (house, { body }) => {
    const one = personIn(asHost(house, body), body)
    leave(one, 'kicked')
    one.handle.tell({ videoroom: 'event', room: one.room.id, leaving: 'ok', reason: 'kicked' })
    return done({ videoroom: 'success' })
  },
  join: (house, asked) => (asked.body['ptype'] === 'subscriber' ? subscribe(house, asked) : join(house, asked)),
  publish: (_, asked) => {
    if (publisherOf(asked).publication) throw new Refused(434, "Can't publish, already published")
    return publish(asked)
  },
  configure: (_, asked) => {
    if (asked.sdp !== undefined) return publish(asked)
    const one = publisherOf(asked)
    if (describe(one, asked.body['descriptions']) && one.isUp)
      tellAll(one.room, { videoroom: 'event', publishers: [shown(one)] }, one)
    return done({ videoroom: 'event', room: one.room.id, configured: 'ok' })
  },
  unpublish: (_, asked) => {
    const one = publisherOf(asked)
    if (!one.publication) throw new Refused(435, "Can't unpublish, not published")
    unpublish(one)
    return done({ videoroom: 'event', room: one.room.id, unpublished: 'ok' })
  },
  leave: (_, asked) => {
    const one = publisherOf(asked)
    leave(one)
    return done({ videoroom: 'event', room: one.room.id, leaving: 'ok' })
  },
  start: async (_, { handle, sdp }) => {
    const { at } = handle
    if (at?.is !== 'subscriber') throw new Refused(424, 'Invalid request on unconfigured participant')
    await at.subscription.accept(sdp ?? '').catch(unfit)
    return done({ videoroom: 'event', started: 'ok' })
  },
}

function join(house: RoomsHouse, { body, handle }: Asked): Answer {
  const { dice } = house
  if (handle.at) throw new Refused(425, 'Already in as a publisher on this handle')
  const room = withPin(house, body)
  const display = String(body['display'] ?? '').slice(0, 256)
  const people = [...room.people.values()]
  if (!isScreen({ display }) && people.filter((each) => !isScreen(each)).length >= most.people)
    throw new Refused(432, `Maximum number of publishers (${most.people}) already reached`)
  if (people.length >= most.people * 2) throw new Refused(432, 'Maximum number of publishers already reached')
  const number = (): number => 1 + Math.floor(dice.roll() * (Number.MAX_SAFE_INTEGER - 1))
  const one: Publisher = {
    is: 'publisher',
    room,
    id: number(),
    privateId: 1 + Math.floor(dice.roll() * 0xffff_fffe),
    handle,
    display,
    publication: undefined,
    isUp: false,
    descriptions: new Map(),
  }
  tellAll(room, { videoroom: 'event', joining: { id: one.id, display } })
  handle.at = one
  room.people.set(one.id, one)
  return done({
    videoroom: 'joined',
    room: room.id,
    description: room.description,
    id: one.id,
    private_id: one.privateId,
    publishers: people.filter(({ isUp }) => isUp).map(shown),
    attendees: people.filter(({ isUp }) => !isUp).map((each) => ({ id: each.id, display: each.display })),
  })
}

async function publish(asked: Asked): Promise<Answer> {
  const { body, sdp } = asked
  const one = publisherOf(asked)
  if (sdp === undefined) throw new Refused(429, 'Missing SDP')
  // Only who sends something needs it, and it takes long to load.
  const { publish: open } = await import('./forwarding.ts')
  const before = one.publication
  const publication =
    before ??
    (await open({
      connected: () => {
        if (one.publication !== publication || one.isUp) return
        one.isUp = true
        tellAll(one.room, { videoroom: 'event', publishers: [shown(one)] }, one)
      },
      talking: (is) => {
        if (one.isUp) tellAll(one.room, { videoroom: is ? 'talking' : 'stopped-talking', id: one.id })
      },
      over: () => {
        if (one.publication === publication) unpublish(one)
      },
    }))
  one.publication = publication
  describe(one, body['descriptions'])
  const answer = await publication.answer(sdp).catch((error: unknown) => {
    if (!before) unpublish(one)
    return unfit(error)
  })
  return {
    data: { videoroom: 'event', room: one.room.id, configured: 'ok' },
    sdp: { type: 'answer', sdp: answer },
  }
}

async function subscribe(house: RoomsHouse, { body, handle }: Asked): Promise<Answer> {
  if (handle.at) throw new Refused(425, 'Already in as a publisher on this handle')
  const room = withPin(house, body)
  const { private_id: privateId, streams } = body
  const of = [...room.people.values()].find((each) => each.privateId === privateId)
  if (!of) throw new Refused(433, 'Unauthorized (this room requires a valid private_id)')
  const [first] = Array.isArray(streams) ? (streams as readonly { readonly feed?: unknown }[]) : []
  const feed = room.people.get(first?.feed as number)
  if (!feed?.publication || !feed.isUp) throw new Refused(428, 'No such feed')
  const { publication } = feed
  const subscription = await publication.subscribe()
  if (feed.publication !== publication || handle.at || room.people.get(of.id) !== of) {
    subscription.close()
    throw new Refused(428, 'No such feed')
  }
  const one = { is: 'subscriber', feed, of, subscription } as const
  handle.at = one
  room.subscribers.add(one)
  const told = publication.streams.map(({ kind, mid }, mindex) => ({ mindex, mid, type: kind, feed_id: feed.id }))
  return {
    data: { videoroom: 'attached', room: room.id, streams: told },
    sdp: { type: 'offer', sdp: subscription.offer },
  }
}

function done(data: Body): Answer {
  return { data }
}

function unfit(error: unknown): never {
  throw new Refused(437, `Error processing SDP: ${String(error).slice(0, 100)}`)
}

function publisherOf({ handle }: Asked): Publisher {
  if (handle.at?.is !== 'publisher') throw new Refused(424, 'Invalid request on unconfigured participant')
  return handle.at
}

function roomOf({ rooms }: RoomsHouse, { room: id }: Body): Room {
  const room = rooms.get(id as number)
  if (!room) throw new Refused(426, `No such room (${String(id).slice(0, 20)})`)
  return room
}

function withPin(house: RoomsHouse, body: Body): Room {
  const room = roomOf(house, body)
  if (!isSame(room.pin, body['pin'] ?? '')) throw new Refused(433, 'Unauthorized (wrong pin)')
  return room
}

function asHost(house: RoomsHouse, body: Body): Room {
  const room = roomOf(house, body)
  if (!isSame(room.secret, body['secret'] ?? '')) throw new Refused(433, 'Unauthorized (wrong secret)')
  return room
}

function personIn(room: Room, { id }: Body): Publisher {
  const one = room.people.get(id as number)
  if (!one) throw new Refused(428, `No such user ${String(id).slice(0, 20)} in room ${room.id}`)
  return one
}

/** In the same time, whatever is wrong with it. */
function isSame(right: string, given: unknown): boolean {
  const [one, other] = [Buffer.from(right), Buffer.from(typeof given === 'string' ? given : '')]
  return one.length === other.length && timingSafeEqual(one, other)
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}
