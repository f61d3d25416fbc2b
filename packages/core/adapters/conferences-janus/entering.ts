// Being in a room: what the page shows goes there, what others show is offered to the page, and who is there is told.
import { type ErrorValue, ParleyError } from '@openparley/contract'
import type { Presence, RoomEvent } from '../../services/conferences/port.ts'
import type { RoomPlace } from './invitation.ts'
import type { Data, Handle, Heard, JanusSession } from './session.ts'
import {
  membersOf,
  midsOf,
  own,
  resume,
  screenName,
  screenOf,
  type Seen,
  take,
  type View,
  viewOf,
  words,
} from './view.ts'

export interface EnteringOptions {
  readonly place: RoomPlace
  readonly name: string
  readonly isHost: boolean
  readonly newConnection: () => string
  readonly tell: (event: RoomEvent) => void
  readonly open: (told: { back(): void; over(why: ErrorValue): void }) => Promise<JanusSession>
}

export interface Entered extends Presence {
  readonly view: View
}

interface Subscription {
  readonly connection: string
  handle: Handle | undefined
  isOver: boolean
}

export async function enter({ place, name, isHost, newConnection, tell, open }: EnteringOptions): Promise<Entered> {
  const { room, pin } = place
  const subscriptions = new Map<number, Subscription>()
  /** The person’s own screens, by connection. */
  const screens = new Map<string, { readonly handle: Handle; readonly feed: number }>()
  const shown = { muted: false, camera: true }
  let camera: { readonly connection: string; mids: readonly OfferedStream[] } | undefined
  let view: View | undefined
  let privateId: unknown
  let told = ''
  let isOver = false
  /** What the room says before it is known who one is there. */
  let early: Data[] | undefined = []

  const over = (event: RoomEvent): void => {
    if (isOver) return
    isOver = true
    tell(event)
    void session.close()
  }
  const session = await open({
    back: () => void again(),
    over: (error) => over({ type: 'over', for: 'person', error }),
  })
  const showMembers = (): void => {
    if (!view || isOver) return
    const members = membersOf(view, isHost)
    const now = JSON.stringify(members)
    if (now === told) return
    told = now
    tell({ type: 'members', members })
  }
  const offer = (feed: number, { connection, isOver: gone }: Subscription, { sdp }: Heard): void => {
    if (sdp === undefined || gone || isOver || !view) return
    const owner = screenOf(view, feed)
    tell({
      type: 'offered',
      connection,
      member: String(owner ?? feed),
      what: owner === undefined ? 'camera' : 'screen',
      offer: sdp,
    })
  }
  const subscribe = async (feed: number): Promise<void> => {
    const made: Subscription = { connection: newConnection(), handle: undefined, isOver: false }
    subscriptions.set(feed, made)
    try {
      const handle = await session.attach((heard) => {
        if (heard.data['videoroom'] === 'updated') offer(feed, made, heard)
      })
      if (made.isOver) return handle.detach()
      made.handle = handle
      const asked = { request: 'join', ptype: 'subscriber', room, pin, private_id: privateId, streams: [{ feed }] }
      offer(feed, made, await handle.ask(asked))
    } catch {
      // It has gone meanwhile, or is shown to nobody: its member stays in the list as the room tells of them.
      made.handle?.detach()
      if (subscriptions.get(feed) === made) subscriptions.delete(feed)
    }
  }
  const drop = (feed: number): void => {
    const one = subscriptions.get(feed)
    if (!one) return
    subscriptions.delete(feed)
    one.isOver = true
    one.handle?.detach()
    tell({ type: 'withdrawn', connection: one.connection })
  }
  const follow = async (each: Seen): Promise<void> => {
    switch (each.type) {
      case 'over':
        return over(each)
      case 'shows-nothing':
        return drop(each.feed)
      case 'shows': {
        const { feed, mids } = each
        if ([...screens.values()].some((screen) => screen.feed === feed)) return
        const one = subscriptions.get(feed)
        if (!one) return subscribe(feed)
        if (mids.length === 0 || !one.handle) return
        const more = { request: 'subscribe', streams: mids.map((mid) => ({ feed, mid })) }
        await one.handle.ask(more).then(
          (heard) => offer(feed, one, heard),
          () => undefined,
        )
      }
    }
  }
  const took = (data: Data): void => {
    if (!view || isOver) return
    const seen = take(view, data)
    showMembers()
    for (const each of seen) void follow(each)
  }
  const again = async (): Promise<void> => {
    const { data } = await main.ask({ request: 'listparticipants', room }).catch(() => ({ data: {} as Data }))
    if (!view || data['participants'] === undefined) return
    const seen = resume(view, data['participants'])
    showMembers()
    for (const each of seen) void follow(each)
  }
  /** How the person’s own sound and picture stand, as others are told. */
  const standing = (): readonly { mid: string; description: string }[] =>
    (camera?.mids ?? []).map(({ kind, mid }) => ({
      mid,
      description: (kind === 'audio' ? !shown.muted : shown.camera) ? words.on : words.off,
    }))
  const showOwn = (): void => {
    if (!view) return
    own(
      view,
      camera?.mids.map(({ kind, mid }) => ({ kind, mid, isOn: kind === 'audio' ? !shown.muted : shown.camera })),
    )
    showMembers()
  }
  const here = (): View => {
    if (!view || isOver) throw new ParleyError('conference-unavailable')
    return view
  }

  const main = await session
    .attach(({ data }) => {
      if (!early) took(data)
      else if (early.push(data) > mostEarly) early.shift()
    })
    .catch(closing(session))
  const joined = await main
    .ask({ request: 'join', ptype: 'publisher', room, pin, display: name })
    .catch(closing(session))
  const { id } = joined.data
  if (typeof id !== 'number') return closing(session)(new ParleyError('conference-refused-by-server'))
  privateId = joined.data['private_id']
  view = viewOf(id, name)
  const waiting = [joined.data, ...early]
  early = undefined
  const entered = view

  const publishScreen = async (connection: string, sdp: string): Promise<string> => {
    const before = screens.get(connection)
    const handle = before?.handle ?? (await session.attach(() => {}))
    try {
      if (!before) {
        const display = screenName(name, entered.own)
        const { data } = await handle.ask({ request: 'join', ptype: 'publisher', room, pin, display })
        screens.set(connection, { handle, feed: Number(data['id']) })
      }
      return answerIn(await handle.ask({ request: before ? 'configure' : 'publish' }, { type: 'offer', sdp }))
    } catch (thrown) {
      if (!before) {
        screens.delete(connection)
        handle.detach()
      }
      throw thrown
    }
  }
  const publishCamera = async (connection: string, sdp: string): Promise<string> => {
    const before = camera
    camera = { connection, mids: streamsOf(sdp) }
    try {
      const body = { request: before ? 'configure' : 'publish', descriptions: standing() }
      return answerIn(await main.ask(body, { type: 'offer', sdp }))
    } catch (thrown) {
      camera = before
      throw thrown
    } finally {
      showOwn()
    }
  }

  // Told when the service has what it is told by.
  queueMicrotask(() => {
    for (const data of waiting) took(data)
    showMembers()
  })
  return {
    view: entered,
    publish: (connection, what, sdp) => {
      here()
      return what === 'screen' ? publishScreen(connection, sdp) : publishCamera(connection, sdp)
    },
    unpublish: async (connection) => {
      const screen = screens.get(connection)
      if (screen) {
        screens.delete(connection)
        return screen.handle.detach()
      }
      if (camera?.connection !== connection) return
      camera = undefined
      showOwn()
      await main.ask({ request: 'unpublish' })
    },
    answer: async (connection, sdp) => {
      const one = [...subscriptions.values()].find((each) => each.connection === connection)
      await one?.handle?.ask({ request: 'start', room, pin }, { type: 'answer', sdp })
    },
    show: async ({ muted = shown.muted, camera: on = shown.camera }) => {
      here()
      Object.assign(shown, { muted, camera: on })
      showOwn()
      if (midsOf(entered, entered.own).length > 0) await main.ask({ request: 'configure', descriptions: standing() })
    },
    leave: async () => {
      isOver = true
      await session.close()
    },
  }
}

interface OfferedStream {
  readonly kind: 'audio' | 'video'
  readonly mid: string
}

function streamsOf(sdp: string): OfferedStream[] {
  return sdp
    .split(/^m=/m)
    .slice(1, 1 + mostStreams)
    .flatMap((section) => {
      const [, kind] = /^(audio|video) (?!0 )/.exec(section) ?? []
      const [, mid] = /^a=mid:(\S{1,32})/m.exec(section) ?? []
      return kind !== undefined && mid !== undefined ? { kind: kind as 'audio' | 'video', mid } : []
    })
}

function answerIn({ sdp }: Heard): string {
  if (sdp === undefined) throw new ParleyError('conference-refused-by-server', 'no answer came')
  return sdp
}

/** For whoever did not get in: nothing is left behind. */
function closing(session: JanusSession): (thrown: unknown) => Promise<never> {
  return async (thrown) => {
    await session.close()
    throw thrown
  }
}

const mostEarly = 256
const mostStreams = 16
