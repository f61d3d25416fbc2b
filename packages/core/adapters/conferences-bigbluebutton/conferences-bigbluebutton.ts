// BigBlueButton by its API: meetings are made, looked at and ended here, and joined as a page in a browser.
import { errorValue, type ErrorValue, ParleyError, type Settings } from '@openparley/contract'
import { type DnsResolver, httpRequest, netFailure } from '@openparley/net'
import { backoff, type XmlElement } from '@openparley/protocols/common'
import { networkValue } from '../../runtime/network-causes.ts'
import { resting } from '../../runtime/resting.ts'
import { secretOf } from '../../runtime/secret.ts'
import { trustIn } from '../../runtime/trust.ts'
import type { World } from '../../runtime/world.ts'
import type { ConferencePort } from '../../services/conferences/port.ts'
import { addressOf, type Call, isProved, type MeetingPlace, passwordOf, placeIn, type Secret } from './addresses.ts'
import { createdIn, garbled, meetingIn, mostBytes, readAnswer } from './answers.ts'

export interface BigBlueButtonOptions {
  readonly world: World
  readonly settings: Settings
  readonly dns: () => DnsResolver
  readonly tell: (state: BigBlueButtonState) => void
}

export interface BigBlueButtonState {
  readonly is: 'ok' | 'waiting' | 'failed'
  readonly server: string
  readonly error?: ErrorValue
}

export interface BigBlueButtonConferences extends ConferencePort {
  /** Asks a server whether it is there and has the same secret, and tells. */
  look(): Promise<void>
}

/** Undefined: settings name no server, or not its secret. */
export function bigBlueButtonConferences(options: BigBlueButtonOptions): BigBlueButtonConferences | undefined {
  const { world, settings, dns, tell } = options
  const servers = settings['conferences.bigbluebutton.servers'] ?? []
  const text = secretOf(settings['conferences.bigbluebutton.secret'])
  if (servers.length === 0 || text === undefined) return undefined
  const secret: Secret = { text, algorithm: settings['conferences.bigbluebutton.checksum'] }
  const ended = new AbortController()
  const rest = resting(world, (failures) => backoff(failures, pause, world.dice))
  /** How the person is known in meetings: who else is there is told by it, and nobody else has it. */
  const own = world.dice.token(128)
  const ask = async (server: string, call: Call, parameters: Readonly<Record<string, string>>): Promise<XmlElement> => {
    const answer = await httpRequest({
      url: addressOf(server, call, parameters, secret),
      trust: trustIn(settings, 'conferences'),
      timeoutMs,
      mostBytes,
      dns: dns(),
      signal: ended.signal,
    }).catch((thrown: unknown) => {
      const { code, peer } = networkValue(netFailure(thrown))
      throw code === 'server-silent'
        ? new ParleyError('server-silent')
        : new ParleyError('conference-unavailable', code, peer)
    })
    const { status, body, tooLarge } = answer
    if (tooLarge) throw garbled()
    if (status === 429 || status >= 500)
      throw new ParleyError('conference-unavailable', undefined, { protocol: 'http', status })
    // Refusals come with other statuses than 200, too, and say why all the same.
    return readAnswer(body.toString())
  }
  const placeOf = (invitation: string): MeetingPlace => {
    const place = placeIn(invitation, servers)
    // With the secret any meeting of the server could be entered: only where whoever has it asks the person to.
    if (!place || !isProved(invitation, secret)) throw new ParleyError('conference-invitation-unusable')
    return place
  }
  const info = async ({ server, meeting }: MeetingPlace) =>
    meetingIn(await ask(server, 'getMeetingInfo', { meetingID: meeting }), own)
  /** At the first that does it; at another one where a server is not there, or has no time. */
  const anywhere = async (call: Call, parameters: Readonly<Record<string, string>>) => {
    let failure = new ParleyError('conference-unavailable', 'conferences.bigbluebutton.servers')
    for (const server of rest.order(servers)) {
      try {
        const root = await ask(server, call, parameters)
        rest.works(server)
        tell({ is: 'ok', server })
        return { server, root }
      } catch (thrown) {
        if (!(thrown instanceof ParleyError) || ended.signal.aborted) throw thrown
        const { code, detail, peer } = thrown
        const isElsewhere = elsewhere.includes(code)
        const error = errorValue(code, detail, peer)
        tell({ is: isElsewhere ? 'waiting' : 'failed', server, error })
        if (!isElsewhere) throw thrown
        rest.failed(server, error)
        failure = thrown
      }
    }
    throw failure
  }
  return {
    kind: 'bigbluebutton',
    where: 'browser',
    reads: (invitation) => placeIn(invitation, servers) !== undefined,
    create: async (subject) => {
      const meeting = world.dice.token(128)
      const { server, root } = await anywhere('create', {
        meetingID: meeting,
        name: subject === '' ? 'Conference' : subject,
        attendeePW: passwordOf(meeting, 'guest', secret),
        moderatorPW: passwordOf(meeting, 'host', secret),
      })
      const { createTime, dialIn } = createdIn(root)
      return {
        invitation: addressOf(server, 'join', guest(meeting, createTime, secret), secret),
        isHost: true,
        can: ['join', 'invite', 'end'],
        ...(dialIn ? { dialIn } : {}),
      }
    },
    find: async (invitation) => {
      const { subject, isOver } = await info(placeOf(invitation)).catch(asUnusable)
      if (isOver) throw new ParleyError('conference-invitation-unusable', 'it has ended')
      return { invitation, isHost: false, can: ['join', 'invite'], subject }
    },
    open: async ({ invitation, isHost }, name) => {
      const { server, meeting } = placeOf(invitation)
      const as = new URL(invitation).searchParams
      const who = isHost ? { password: passwordOf(meeting, 'host', secret), role: 'MODERATOR' } : { role: 'VIEWER' }
      as.delete('checksum')
      const fullName = name === '' ? 'Guest' : name.slice(0, 256)
      return addressOf(server, 'join', { ...Object.fromEntries(as), fullName, userID: own, ...who }, secret)
    },
    members: async ({ invitation }) => (await info(placeOf(invitation))).members,
    end: async ({ invitation, isHost }) => {
      const { server, meeting } = placeOf(invitation)
      if (!isHost) throw new ParleyError('conference-refused-by-server', 'only its host ends it')
      // What is gone has ended.
      await ask(server, 'end', { meetingID: meeting, password: passwordOf(meeting, 'host', secret) }).catch(unlessGone)
    },
    look: async () => {
      // Of no meeting: that the server knows the secret is what is asked.
      await anywhere('isMeetingRunning', { meetingID: own }).catch(() => {})
    },
    close: async () => ended.abort(),
  }
}

const isGone = (thrown: unknown): boolean => thrown instanceof ParleyError && thrown.code === 'conference-unknown'

function asUnusable(thrown: unknown): never {
  throw isGone(thrown) ? new ParleyError('conference-invitation-unusable', 'there is no such meeting any more') : thrown
}

function unlessGone(thrown: unknown): void {
  if (!isGone(thrown)) throw thrown
}

/** `password` tells servers before 2.4 what `role` tells the others. `createTime`: of this meeting, and of none that has its name later. */
function guest(meeting: string, createTime: string | undefined, secret: Secret): Readonly<Record<string, string>> {
  return {
    fullName: 'Guest',
    meetingID: meeting,
    password: passwordOf(meeting, 'guest', secret),
    role: 'VIEWER',
    redirect: 'true',
    ...(createTime === undefined ? {} : { createTime }),
  }
}

const timeoutMs = 10_000
const pause = { baseMs: 30_000, mostMs: 600_000 }
const elsewhere: readonly string[] = ['conference-unavailable', 'server-silent']
