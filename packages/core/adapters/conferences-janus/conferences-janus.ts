// Web conferences at a Janus, by its VideoRoom: the core signals, sound and pictures go between the page and the server.
import { type ErrorValue, errorValue, ParleyError, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { secretOf } from '../../runtime/secret.ts'
import { trustIn } from '../../runtime/trust.ts'
import type { World } from '../../runtime/world.ts'
import type { ConferencePort, Room } from '../../services/conferences/port.ts'
import { type Entered, enter } from './entering.ts'
import { invitationTo, readInvitation, type RoomPlace } from './invitation.ts'
import { type Handle, type JanusSession, openSession } from './session.ts'
import { screenOf } from './view.ts'

export interface JanusState {
  readonly is: 'ok' | 'waiting' | 'failed'
  readonly server: string
  readonly error?: ErrorValue
}

export interface JanusOptions {
  readonly world: World
  /** As they are at sign-in. */
  readonly settings: Settings
  readonly dns: () => DnsResolver
  readonly tell: (state: JanusState) => void
}

export interface JanusPort extends ConferencePort {
  /** Asks the best server that answers whether it is there, and tells. */
  look(): Promise<void>
}

/** Undefined where settings name no server. */
export function janusConferences({ world, settings, dns, tell }: JanusOptions): JanusPort | undefined {
  const servers = settings['conferences.janus.servers']
  if (!servers) return undefined
  const apiSecret = secretOf(settings['conferences.janus.secret'])
  const adminKey = secretOf(settings['conferences.janus.adminKey'])
  const trust = trustIn(settings, 'conferences')
  /** What only who made a room can say, by its invitation. */
  const secrets = new Map<string, string>()
  const inside = new Map<string, Entered>()
  /** A secret that was refused is not given again before the next sign-in. */
  let refused: ParleyError | undefined
  let isClosed = false

  const open = async (
    server: string,
    told: { readonly back?: () => void; readonly over?: (why: ErrorValue) => void } = {},
  ): Promise<JanusSession> => {
    if (refused) throw refused
    if (isClosed) throw new ParleyError('conference-unavailable')
    try {
      const session = await openSession({ world, server, trust, dns, apiSecret, ...told })
      tell({ is: 'ok', server })
      return session
    } catch (thrown) {
      const { code, detail, peer } = thrown as ParleyError
      if (code === 'credentials-rejected') refused = thrown as ParleyError
      tell({ is: refused ? 'failed' : 'waiting', server, error: errorValue(code, detail, peer) })
      throw thrown
    }
  }
  const at = async <T>(server: string, act: (handle: Handle) => Promise<T>): Promise<T> => {
    const session = await open(server)
    try {
      return await act(await session.attach(() => {}))
    } finally {
      await session.close()
    }
  }
  /** At the best server that does it. */
  const atBest = async <T>(act: (server: string, handle: Handle) => Promise<T>): Promise<T> => {
    let last: unknown
    for (const server of servers) {
      try {
        return await at(server, (handle) => act(server, handle))
      } catch (thrown) {
        last = thrown
      }
      if (refused) break
    }
    throw last
  }
  const placeOf = (invitation: string): RoomPlace => {
    const place = readInvitation(invitation, servers)
    if (!place) throw new ParleyError('conference-invitation-unusable')
    return place
  }
  const asHost = (room: Room): { readonly room: number; readonly secret: string; readonly server: string } => {
    const secret = secrets.get(room.invitation)
    if (secret === undefined) throw new ParleyError('conference-not-possible')
    const place = placeOf(room.invitation)
    return { room: place.room, secret, server: place.server }
  }
  const roomAt = (invitation: string): Room => {
    const isHost = secrets.has(invitation)
    return { invitation, isHost, can: isHost ? ['join', 'invite', 'mute-others', 'drop', 'end'] : ['join', 'invite'] }
  }
  const end = async (room: Room): Promise<void> => {
    const { server, ...place } = asHost(room)
    await at(server, (handle) => handle.ask({ request: 'destroy', ...place, permanent: false })).catch(unlessGone)
    secrets.delete(room.invitation)
  }
  /** Nobody is left in a room of ours: nobody could end it any more. */
  const tidy = async (invitation: string): Promise<void> => {
    const { server, ...place } = asHost(roomAt(invitation))
    await at(server, async (handle) => {
      const { data } = await handle.ask({ request: 'listparticipants', room: place.room })
      const { participants } = data
      if (Array.isArray(participants) && participants.length === 0)
        await handle.ask({ request: 'destroy', ...place, permanent: false })
    })
  }

  return {
    kind: 'janus',
    where: 'inside',
    reads: (invitation) => readInvitation(invitation, servers) !== undefined,
    look: async () => {
      await atBest(async () => undefined).catch(() => undefined)
    },
    create: (subject) =>
      atBest(async (server, handle) => {
        // As large as a number of JSON can be, so that nobody finds it by trying; and then there is the pin.
        const room = 1 + Math.floor(world.dice.roll() * (Number.MAX_SAFE_INTEGER - 1))
        const [pin, secret] = [world.dice.token(128), world.dice.token(128)]
        await handle.ask({
          request: 'create',
          room,
          pin,
          secret,
          description: subject,
          is_private: true,
          permanent: false,
          // Nobody hears without being in the list.
          require_pvtid: true,
          notify_joining: true,
          publishers: mostPublishers,
          audiocodec: 'opus',
          videocodec: 'vp8,h264',
          bitrate: mostBitrate,
          audiolevel_event: true,
          audio_active_packets: 15,
          audio_level_average: 45,
          ...(adminKey === undefined ? {} : { admin_key: adminKey }),
        })
        const invitation = invitationTo({ server, room, pin })
        secrets.set(invitation, secret)
        return roomAt(invitation)
      }),
    find: async (invitation) => {
      const { server, room } = placeOf(invitation)
      const { data } = await at(server, (handle) => handle.ask({ request: 'exists', room }))
      if (data['exists'] !== true) throw new ParleyError('conference-unknown', 'it is over')
      return roomAt(invitation)
    },
    enter: async (room, name, newConnection, tellRoom) => {
      const { invitation, isHost } = room
      const place = placeOf(invitation)
      const entered = await enter({
        place,
        name: name.slice(0, mostName),
        isHost,
        newConnection,
        tell: (event) => {
          if (event.type === 'over') inside.delete(invitation)
          tellRoom(event)
        },
        open: (told) => open(place.server, told),
      })
      inside.set(invitation, entered)
      return {
        ...entered,
        leave: async () => {
          if (inside.get(invitation) === entered) inside.delete(invitation)
          await entered.leave()
        },
      }
    },
    mute: async (room, member, muted) => {
      const { server, ...place } = asHost(room)
      const feed = inside.get(room.invitation)?.view.feeds.get(Number(member))
      const mid = feed?.streams?.find(({ kind }) => kind === 'audio')?.mid
      // Who says nothing is heard by nobody.
      if (mid === undefined) return
      await at(server, (handle) => handle.ask({ request: 'moderate', ...place, id: Number(member), mid, mute: muted }))
    },
    drop: async (room, member) => {
      const { server, ...place } = asHost(room)
      const view = inside.get(room.invitation)?.view
      const theirs = view ? [...view.feeds.keys()].filter((id) => screenOf(view, id) === Number(member)) : []
      await at(server, async (handle) => {
        for (const id of [...theirs, Number(member)])
          await handle.ask({ request: 'kick', ...place, id }).catch(unlessGone)
      })
    },
    end,
    close: async () => {
      await Promise.all([...inside.values()].map((each) => each.leave()))
      inside.clear()
      const done = Promise.withResolvers<void>()
      const cancel = world.clock.at(world.clock.now() + tidyMs, done.resolve)
      await Promise.race([Promise.allSettled([...secrets.keys()].map(tidy)), done.promise])
      cancel()
      isClosed = true
    },
  }
}

/** What is to go and is not there has gone. */
function unlessGone(thrown: unknown): void {
  const code = thrown instanceof ParleyError ? thrown.code : undefined
  if (code !== 'conference-unknown' && code !== 'conference-member-unknown') throw thrown
}

/** Cameras and screens are counted apart. */
const mostPublishers = 24
/** Of one publisher, in bits a second. */
const mostBitrate = 1_500_000
const mostName = 200
const tidyMs = 2000
