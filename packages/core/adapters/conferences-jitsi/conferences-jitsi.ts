// Jitsi Meet: a conference is an address with a room’s name that nobody guesses, and where the server wants it a token that lets people in.
// Nothing is asked of the server: the room is made when somebody opens the page.
import { ParleyError, type Settings } from '@openparley/contract'
import { secretOf } from '../../runtime/secret.ts'
import type { World } from '../../runtime/world.ts'
import type { ConferencePort, Room } from '../../services/conferences/port.ts'
import { signedToken } from './token.ts'

export interface JitsiOptions {
  readonly world: World
  readonly settings: Settings
}

export interface JitsiConferences extends ConferencePort {
  /** There is nothing to ask: the page says what is wrong. */
  look(): Promise<void>
}

/** Undefined: settings name no server. */
export function jitsiConferences({ world, settings }: JitsiOptions): JitsiConferences | undefined {
  const servers = settings['conferences.jitsi.servers'] ?? []
  const [first] = servers
  if (first === undefined) return undefined
  /** Who may come in, and as what; undefined where links bear no token. */
  const token = ({ server, room }: Place, forMs: number, person: Person): string | undefined => {
    const { 'conferences.jitsi.application': application, 'conferences.jitsi.secret': given } = settings
    const secret = secretOf(given)
    if (application === undefined || secret === undefined) return undefined
    const nowS = Math.floor(Date.parse(world.wall()) / 1000)
    const { isHost, name } = person
    return signedToken(
      {
        aud: 'jitsi',
        iss: application,
        sub: server.hostname,
        // One room, so that who was asked into it comes into no other.
        room,
        // Clocks differ.
        nbf: nowS - 60,
        exp: nowS + forMs / 1000,
        context: {
          user: {
            ...(name === undefined ? {} : { name }),
            moderator: isHost,
            affiliation: isHost ? 'owner' : 'member',
          },
        },
      },
      secret,
    )
  }
  const needed = (invitation: string): Place => {
    const place = placeIn(invitation, servers)
    if (!place) throw new ParleyError('conference-invitation-unusable')
    return place
  }
  return {
    kind: 'jitsi',
    where: 'browser',
    reads: (invitation) => placeIn(invitation, servers) !== undefined,
    create: async (subject) => {
      // Names of rooms are the same in capitals: base64 would be easier to guess than it looks.
      const room = Buffer.from(world.dice.token(128), 'base64url').toString('hex')
      const place: Place = { server: new URL(first), room, subject: subject === '' ? undefined : subject }
      const guest = token(place, guestMs, { isHost: false })
      return { invitation: addressOf(place, { token: guest }), isHost: true, can: ['join', 'invite'] }
    },
    find: async (invitation) => {
      const { subject } = needed(invitation)
      return { invitation, isHost: false, can: ['join', 'invite'], ...(subject === undefined ? {} : { subject }) }
    },
    open: async ({ invitation, isHost }: Room, name) => {
      const place = needed(invitation)
      const own = token(place, ownMs, { isHost, name }) ?? new URL(invitation).searchParams.get('jwt') ?? undefined
      return addressOf(place, { token: own, name })
    },
    look: async () => {},
    close: async () => {},
  }
}

interface Person {
  readonly isHost: boolean
  readonly name?: string
}

interface Place {
  readonly server: URL
  readonly room: string
  readonly subject: string | undefined
}

/** Undefined: it is not of one of these servers. */
function placeIn(invitation: string, servers: readonly string[]): Place | undefined {
  if (invitation.length > longest || !URL.canParse(invitation)) return undefined
  const url = new URL(invitation)
  if (url.username !== '' || url.password !== '') return undefined
  for (const each of servers) {
    const server = new URL(each)
    const below = pathOf(server)
    if (url.origin !== server.origin || !url.pathname.startsWith(below)) continue
    const room = url.pathname.slice(below.length)
    if (/^[\w-]{1,256}$/.test(room)) return { server, room, subject: subjectIn(url.hash) }
  }
  return undefined
}

/** What stands behind the # is for the page and never sent: settings of this visit, each a name and JSON. */
function addressOf(
  { server, room, subject }: Place,
  { token, name }: { readonly token: string | undefined; readonly name?: string },
): string {
  const url = new URL(pathOf(server) + room, server)
  if (token !== undefined) url.searchParams.set('jwt', token)
  const said = [
    ...(subject === undefined ? [] : [`config.subject=${encodeURIComponent(JSON.stringify(subject))}`]),
    ...(name === undefined || name === '' ? [] : [`userInfo.displayName=${encodeURIComponent(JSON.stringify(name))}`]),
  ]
  return url.href + (said.length === 0 ? '' : `#${said.join('&')}`)
}

function subjectIn(hash: string): string | undefined {
  const [, said] = /^#(?:.*&)?config\.subject=([^&]{1,2048})/.exec(hash) ?? []
  if (said === undefined) return undefined
  try {
    const subject: unknown = JSON.parse(decodeURIComponent(said))
    return typeof subject === 'string' && subject !== '' ? subject.slice(0, 256) : undefined
  } catch {
    return undefined
  }
}

function pathOf({ pathname }: URL): string {
  return pathname.endsWith('/') ? pathname : `${pathname}/`
}

/** So long an invitation lets people in, and so long the person’s own address. */
const guestMs = 24 * 3_600_000
const ownMs = 4 * 3_600_000
const longest = 4096
