// The lab's BigBlueButton: its API as the documents say it is, over HTTPS on loopback, and a page for who joins.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Dice, writeXml, type XmlElement, xml } from '@openparley/protocols/common'
import { type Comings, httpsComings } from '../comings.ts'
import type { FaultSet } from '../faults.ts'
import { type Meeting, Meetings } from './meetings.ts'
import { page, pageHeaders } from './page.ts'

export interface BigBlueButtonOptions {
  readonly tls: { readonly key: string; readonly cert: string }
  /** Whose certificate that is, for people's settings. */
  readonly ca: string
  readonly faults: FaultSet
  readonly dice: Dice
  readonly nowMs: () => number
}

export interface BigBlueButtonServer extends Pick<Comings, 'go' | 'comeBack' | 'close'> {
  readonly address: string
  /** The same for everybody: an application’s, not a person’s. */
  readonly settings: Readonly<Record<string, unknown>>
  /** As they are: who is in which, by the name that they see. */
  meetings(): readonly Meeting[]
  /** The path and query of each request, the last thousand. */
  asked(): readonly string[]
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

interface House {
  readonly meetings: Meetings
  readonly secret: string
  readonly faults: FaultSet
}

export async function openBigBlueButton(options: BigBlueButtonOptions): Promise<BigBlueButtonServer> {
  const { tls, ca, faults, dice, nowMs } = options
  const house: House = { meetings: new Meetings(dice, nowMs), secret: dice.token(256), faults }
  const asked: string[] = []
  const server = await httpsComings({
    tls,
    answer: (request, response) => {
      asked.push(request.url ?? '')
      if (asked.length > mostAsked) asked.shift()
      // Nothing of it is read, and what is not read ends the connection.
      request.resume()
      if (faults.has('conference-silent')) return
      say(response, answerTo(request, house))
    },
  })
  const address = `https://127.0.0.1:${server.ports[0]}/bigbluebutton`
  return {
    address,
    settings: {
      'conferences.bigbluebutton.servers': [address],
      'conferences.bigbluebutton.secret': house.secret,
      'conferences.tls.ca': ca,
    },
    meetings: () => house.meetings.all(),
    asked: () => [...asked],
    go: server.go,
    comeBack: server.comeBack,
    close: server.close,
  }
}

function say(response: ServerResponse, { status, headers = {}, body = '' }: Answer): void {
  response.writeHead(status, { 'content-type': 'text/xml; charset=utf-8', ...headers })
  response.end(body)
}

function answerTo({ method, url = '' }: IncomingMessage, house: House): Answer {
  const at = url.indexOf('?')
  const [path, query] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
  const said = new URLSearchParams(query)
  const { meetings } = house
  if (path.startsWith(client)) {
    const token = said.get('sessionToken') ?? ''
    const visitor = meetings.visitor(token)
    if (method === 'POST' && path === `${client}leave`) {
      meetings.leave(token)
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'You have left.' }
    }
    if (method !== 'GET' || path !== `${client}join` || !visitor) return { status: 404 }
    return { status: 200, headers: pageHeaders, body: page(visitor.meeting, visitor.attendee) }
  }
  if (!path.startsWith(api) || method !== 'GET') return { status: 404 }
  const call = path.slice(api.length)
  if (call === '') return success([field('version', '2.0')])
  if (!isProved(call, query, house)) return failed('checksumError', 'Checksums do not match')
  const id = said.get('meetingID') ?? ''
  if (id === '') return failed('missingParamMeetingID', 'You must specify a meeting ID for the meeting.')
  return (calls[call] ?? unsupported)(id, (name) => said.get(name)?.slice(0, longest) ?? '', meetings)
}

type Act = (id: string, said: (name: string) => string, meetings: Meetings) => Answer

const unsupported: Act = () => failed('unsupportedRequest', 'This request is not supported.')

const calls: Readonly<Record<string, Act | undefined>> = Object.assign(Object.create(null), {
  create: (id, said, meetings) => {
    const before = meetings.at(id)
    const [guest, host] = [said('attendeePW'), said('moderatorPW')]
    const meeting = meetings.create(id, said('name'), {
      ...(guest === '' ? {} : { guest }),
      ...(host === '' ? {} : { host }),
    })
    if (!meeting) return failed('maxMeetings', 'There are too many meetings.')
    // Who makes it again must know its passwords.
    if (before && guest !== '' && guest !== before.passwords.guest)
      return failed('idNotUnique', 'A meeting already exists with that meeting ID.')
    return success([
      ...about(meeting),
      ...(before
        ? [field('messageKey', 'duplicateWarning'), field('message', 'This conference was already in existence.')]
        : []),
    ])
  },
  join: (id, said, meetings) => {
    const [name, user, password] = [said('fullName'), said('userID'), said('password')]
    const entered = meetings.enter(id, { name, user, password, role: said('role'), createTime: said('createTime') })
    if ('refused' in entered) return failed(entered.refused, 'You cannot join the meeting.')
    const location = `${client}join?sessionToken=${encodeURIComponent(entered.attendee.token)}`
    if (said('redirect') === 'false')
      return success([field('messageKey', 'successfullyJoined'), field('url', location)])
    return { status: 302, headers: { location } }
  },
  isMeetingRunning: (id, _, meetings) =>
    success([field('running', String((meetings.at(id)?.attendees.length ?? 0) > 0))]),
  getMeetingInfo: (id, _, meetings) => {
    const meeting = meetings.at(id)
    if (!meeting) return failed('notFound', 'A meeting with that ID does not exist.')
    const { attendees } = meeting
    return success([
      field('meetingName', meeting.name),
      ...about(meeting),
      field('running', String(attendees.length > 0)),
      field('participantCount', String(attendees.length)),
      xml(
        'attendees',
        {},
        attendees.map(({ user, name, isHost }) =>
          xml('attendee', {}, [
            field('userID', user),
            field('fullName', name),
            field('role', isHost ? 'MODERATOR' : 'VIEWER'),
            field('isPresenter', 'false'),
            field('isListeningOnly', 'false'),
            field('hasJoinedVoice', 'true'),
            field('hasVideo', 'false'),
            field('clientType', 'HTML5'),
          ]),
        ),
      ),
      xml('metadata'),
      field('isBreakout', 'false'),
    ])
  },
  end: (id, _, meetings) => {
    if (!meetings.at(id)) return failed('notFound', 'A meeting with that ID does not exist.')
    meetings.end(id)
    return success([field('messageKey', 'sentEndMeetingRequest'), field('message', 'A request to end it was sent.')])
  },
} satisfies Record<string, Act>)

function about({ id, passwords, createTime, bridge, attendees }: Meeting): XmlElement[] {
  return [
    field('meetingID', id),
    field('internalMeetingID', createHash('sha1').update(id).digest('hex')),
    field('attendeePW', passwords.guest),
    field('moderatorPW', passwords.host),
    field('createTime', String(createTime)),
    field('voiceBridge', bridge),
    // What a server says whose administrator has named none.
    field('dialNumber', '613-555-1234'),
    field('createDate', new Date(createTime).toUTCString()),
    field('hasUserJoined', String(attendees.length > 0)),
    field('duration', '0'),
    field('hasBeenForciblyEnded', 'false'),
  ]
}

/** The checksum stands last, or anywhere; what is proved is the query as it was written, without it. */
function isProved(call: string, query: string, { secret, faults }: House): boolean {
  const parts = query.split('&')
  const [, said = ''] = parts.find((each) => each.startsWith('checksum='))?.split('=') ?? []
  const algorithm = hashes[said.length]
  if (algorithm === undefined || faults.has('conference-wrong-checksum')) return false
  const rest = parts.filter((each) => !each.startsWith('checksum=')).join('&')
  const right = createHash(algorithm)
    .update(call + rest + secret)
    .digest()
  const given = Buffer.from(said, 'hex')
  return given.length === right.length && timingSafeEqual(given, right)
}

function field(name: string, text: string): XmlElement {
  return xml(name, {}, text === '' ? [] : [text])
}

function success(fields: readonly XmlElement[]): Answer {
  return { status: 200, body: writeXml(xml('response', {}, [field('returncode', 'SUCCESS'), ...fields])) }
}

function failed(key: string, message: string): Answer {
  const fields = [field('returncode', 'FAILED'), field('messageKey', key), field('message', message)]
  return { status: 200, body: writeXml(xml('response', {}, fields)) }
}

/** By how long they are. */
const hashes: Readonly<Record<number, string>> = { 40: 'sha1', 64: 'sha256', 96: 'sha384', 128: 'sha512' }
const api = '/bigbluebutton/api/'
const client = '/html5client/'
const longest = 1024
const mostAsked = 1000
