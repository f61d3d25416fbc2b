// The lab's conferences (RFC 4579): a number that makes one, a room in which all hear one another, and who is in it told to
// whoever asks (RFC 4575).
import type { Dice } from '@openparley/protocols/common'
import { type ConferenceUser, type EndpointStatus, writeConferenceInfo } from '@openparley/protocols/events'
import { type Agreed, type Audio, answer, begin, offer, readAnswer, type Said } from '@openparley/protocols/sdp'
import {
  type AgentEffect,
  fromOf,
  type Hop,
  isSip,
  parseNameAddr,
  parseUri,
  type SessionEvent,
  type SipRequest,
  type SipUri,
  uriOf,
  userOf,
  type WatcherEvent,
  writeUri,
} from '@openparley/protocols/sip'
import { type MixingRoom, mixingRoom } from '../media/room.ts'
import type { Voice } from '../media/voice.ts'
import { type LabAgent, openAgent } from './agent.ts'

export interface Focus {
  /** Where requests to that user go: the number that makes a conference, or a conference. */
  at(user: string): Hop | undefined
  close(): Promise<void>
}

export interface FocusOptions {
  readonly dice: Dice
  /** The server by which it calls people. */
  readonly proxy: () => Hop
  /** Whether it makes conferences now. */
  readonly isOpen: () => boolean
}

interface Conference {
  readonly user: string
  readonly sound: MixingRoom
  /** By their session. */
  readonly members: Map<string, Member>
  /** Who is told of it, and how often they were. */
  readonly watchers: Map<string, { version: number }>
}

interface Member {
  readonly uri: string
  readonly displayName: string | undefined
  status: EndpointStatus
  readonly voice: Voice
  said: Said
  /** Whoever asked for them to be called: their REFER. */
  readonly asker?: string
}

const factoryNumber = '800'

export async function labFocus({ dice, proxy, isOpen }: FocusOptions): Promise<Focus> {
  const conferences = new Map<string, Conference>()
  /** The user of the conference that an INVITE makes, by its Call-ID. */
  const made = new Map<string, string>()
  let asked = 0

  const userFor = (request: SipRequest | undefined): string => {
    const user = (request && userOf(parseUri(request.uri))) ?? ''
    if (user !== factoryNumber) return user
    const callId = request?.headers.get('Call-ID') ?? ''
    const name = made.get(callId) ?? `conference-${dice.token(32)}`
    made.set(callId, name)
    if (made.size > most) made.delete(made.keys().next().value as string)
    return name
  }
  const agent: LabAgent = await openAgent({
    dice,
    user: userFor,
    features: ';isfocus',
    methods: ['REFER', 'NOTIFY', 'SUBSCRIBE'],
    events: ['conference'],
    perform: (effect) => {
      if (effect.type === 'session') void attend(effect)
      else if (effect.type === 'watcher') watch(effect.watcher, effect.event)
      else if (effect.type === 'request') void requested(effect)
    },
  })
  const uriAt = (user: string): string => `sip:${user}@127.0.0.1:${agent.hop.port}`
  const conferenceOf = (session: string): Conference | undefined =>
    [...conferences.values()].find(({ members }) => members.has(session))

  // Who is in it.

  const shown = (session: string, { uri, displayName, status }: Member): ConferenceUser => ({
    entity: uri,
    state: 'full',
    ...(displayName === undefined ? {} : { displayText: displayName }),
    endpoints: [{ entity: `${uri};session=${encodeURIComponent(session)}`, state: 'full', status }],
  })
  const tell = (id: string, { user }: Conference, watcher: { version: number }, users: Users): void => {
    const body = writeConferenceInfo({
      entity: uriAt(user),
      version: watcher.version++,
      state: users.state,
      ...(users.state === 'full' ? { subject: 'A conference of the lab' } : {}),
      users,
    })
    agent.feed({ type: 'notify', watcher: id, state: 'active', contentType: 'application/conference-info+xml', body })
  }
  const changed = (conference: Conference, user: ConferenceUser): void => {
    for (const [id, watcher] of conference.watchers) tell(id, conference, watcher, { state: 'partial', all: [user] })
  }
  const become = (conference: Conference, session: string, status: EndpointStatus): void => {
    const member = conference.members.get(session)
    if (!member || member.status === status) return
    member.status = status
    changed(conference, shown(session, member))
  }
  const watch = (id: string, event: WatcherEvent): void => {
    if (event.type === 'ending') {
      for (const { watchers } of conferences.values()) watchers.delete(id)
      return agent.feed({ type: 'notify', watcher: id, state: 'terminated' })
    }
    const conference = conferences.get(userOf(parseUri(event.request.uri)) ?? '')
    if (!conference) return agent.feed({ type: 'refuse-watch', watcher: id, status: 404 })
    const watcher = conference.watchers.get(id) ?? { version: 0 }
    conference.watchers.set(id, watcher)
    agent.feed({ type: 'watch', watcher: id, expiresS: 3600 })
    const all = [...conference.members].map(([session, member]) => shown(session, member))
    tell(id, conference, watcher, { state: 'full', all })
  }

  // Coming and going.

  const enter = async (
    conference: Conference,
    session: string,
    member: Pick<Member, 'uri' | 'displayName' | 'status' | 'asker'>,
  ): Promise<Member> => {
    const voice = await conference.sound.enter()
    const entered: Member = { ...member, voice, said: begin(Math.floor(dice.roll() * 2 ** 53)) }
    conference.members.set(session, entered)
    changed(conference, shown(session, entered))
    return entered
  }
  const leave = async (conference: Conference, session: string): Promise<void> => {
    const member = conference.members.get(session)
    if (!member) return
    conference.members.delete(session)
    changed(conference, { entity: member.uri, state: 'deleted', endpoints: [] })
    await member.voice.close()
    if (conference.members.size > 0) return
    conferences.delete(conference.user)
    for (const id of conference.watchers.keys())
      agent.feed({ type: 'notify', watcher: id, state: 'terminated', reason: 'noresource' })
    await conference.sound.close()
  }
  const incoming = async (session: string, event: Extract<SessionEvent, { type: 'incoming' }>): Promise<void> => {
    const refuse = (status: number): void => agent.feed({ type: 'reject', session, status })
    const user = userFor(event.request)
    const makes = userOf(parseUri(event.request.uri)) === factoryNumber
    if (makes && !isOpen()) return refuse(403)
    const conference = conferences.get(user) ?? (makes ? opened(user) : undefined)
    if (!conference || event.body === undefined) return refuse(conference ? 488 : 404)
    const from = fromOf(event.request.headers)
    const uri = `sip:${userOf(uriOf(from)) ?? 'unknown'}@127.0.0.1`
    const member = await enter(conference, session, { uri, displayName: from?.displayName, status: 'dialing-in' })
    const described = answered(member, event.body)
    if (!described) {
      await leave(conference, session)
      return refuse(488)
    }
    agent.feed({ type: 'accept', session, body: described.text })
    become(conference, session, 'connected')
  }
  const opened = (user: string): Conference => {
    const conference: Conference = { user, sound: mixingRoom(), members: new Map(), watchers: new Map() }
    conferences.set(user, conference)
    return conference
  }

  // What it is asked to do.

  const requested = async ({ id, request, session = '' }: Extract<AgentEffect, { type: 'request' }>): Promise<void> => {
    const reply = (status: number): void => agent.feed({ type: 'reply', id, status })
    if (request.method !== 'REFER') return reply(200)
    const conference = conferenceOf(session)
    const to = parseNameAddr(request.headers.get('Refer-To') ?? '')
    const uri = parseUri(to?.uri ?? '')
    if (!conference || !isSip(uri)) return reply(conference ? 400 : 403)
    reply(202)
    if ((uri.params.get('method') ?? 'INVITE').toUpperCase() === 'BYE') return letGo(conference, session, uri)
    await call(conference, session, uri, to?.displayName)
  }
  const progress = (asker: string, status: number): void =>
    agent.feed({
      type: 'send',
      session: asker,
      id: `progress-${++asked}`,
      method: 'NOTIFY',
      headers: [
        ['Event', 'refer'],
        ['Subscription-State', status < 200 ? 'active;expires=60' : 'terminated;reason=noresource'],
      ],
      contentType: 'message/sipfrag;version=2.0',
      body: `SIP/2.0 ${status} ${status < 200 ? 'Trying' : status < 300 ? 'OK' : 'Failed'}\r\n`,
    })
  const letGo = (conference: Conference, asker: string, { user }: SipUri): void => {
    const leaving = [...conference.members].filter(([, { uri }]) => userOf(parseUri(uri)) === user)
    progress(asker, leaving.length > 0 ? 200 : 404)
    for (const [session] of leaving) agent.feed({ type: 'end', session })
  }
  const call = async (
    conference: Conference,
    asker: string,
    { headers, ...target }: SipUri,
    displayName: string | undefined,
  ): Promise<void> => {
    const session = `out-${++asked}`
    const uri = writeUri({ ...target, params: new Map([...target.params].filter(([name]) => name !== 'method')) })
    const replaces = new URLSearchParams((headers ?? '').replaceAll('+', '%2B')).get('Replaces')
    const whom = `sip:${target.user ?? 'unknown'}@127.0.0.1`
    const member = await enter(conference, session, { uri: whom, displayName, status: 'dialing-out', asker })
    const described = offer(member.said, audioOf(member))
    member.said = described.said
    progress(asker, 100)
    const own = uriAt(conference.user)
    agent.feed({
      type: 'invite',
      session,
      uri,
      from: `<${own}>`,
      to: `<${uri}>`,
      body: described.text,
      contact: own,
      hop: proxy(),
      headers: replaces === null ? [] : [['Replaces', replaces.replace(/[\r\n]/g, '')]],
    })
  }

  const attend = async ({ session, event }: Extract<AgentEffect, { type: 'session' }>): Promise<void> => {
    if (event.type === 'incoming') return incoming(session, event)
    const conference = conferenceOf(session)
    const member = conference?.members.get(session)
    if (!conference || !member) return
    switch (event.type) {
      case 'provisional':
        return become(conference, session, 'alerting')
      case 'accepted': {
        const agreed = event.body === undefined ? undefined : readAnswer(event.body, audioOf(member))
        const isGood = agreed !== undefined && !('refused' in agreed)
        if (member.asker !== undefined) progress(member.asker, isGood ? 200 : 488)
        if (!isGood) return agent.feed({ type: 'end', session })
        joined(member, agreed)
        return become(conference, session, 'connected')
      }
      case 'offered': {
        const described = answered(member, event.body)
        if (!described) return agent.feed({ type: 'refuse', session })
        agent.feed({ type: 'answer', session, body: described.text })
        return become(conference, session, described.agreed.direction === 'sendrecv' ? 'connected' : 'on-hold')
      }
      case 'offer-wanted':
        return agent.feed({ type: 'refuse', session })
      case 'ended':
        if (member.asker !== undefined && event.cause.is === 'status') progress(member.asker, event.cause.status)
        return leave(conference, session)
    }
  }

  return {
    at: (user) => (user === factoryNumber || conferences.has(user) ? agent.hop : undefined),
    close: async () => {
      await agent.close()
      await Promise.all([...conferences.values()].map(({ sound }) => sound.close()))
    },
  }
}

type Users = { readonly state: 'full' | 'partial'; readonly all: readonly ConferenceUser[] }

/** Our answer; undefined where there is nothing in common. */
function answered(member: Member, offered: string): { readonly text: string; readonly agreed: Agreed } | undefined {
  const said = answer(member.said, offered, audioOf(member))
  if ('refused' in said) return undefined
  member.said = said.said
  joined(member, said.agreed)
  return said
}

function joined({ voice }: Member, { remote, direction }: Agreed): void {
  if (direction === 'sendrecv' || direction === 'sendonly') voice.connect(remote.address, remote.port)
  else voice.silence()
}

function audioOf({ voice }: Member): Audio {
  return { address: '127.0.0.1', port: voice.port, codecs, direction: 'sendrecv' }
}

const codecs = [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }]
const most = 1000
