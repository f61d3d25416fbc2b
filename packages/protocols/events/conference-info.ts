// Who is in a conference, as its focus tells whoever watches (RFC 4575): the document, and the members that follow from it.
import { elementAt, elementsIn, isXml, readXml, textAt, writeXml, xml, type XmlElement } from '../common/index.ts'

/** full: all that there is; partial: what has changed; deleted: it is gone (§4.4). */
export type InfoState = 'full' | 'partial' | 'deleted'

/** §5.7.2, and connect-fail, which mobile networks write beside. */
export type EndpointStatus =
  | 'pending'
  | 'dialing-out'
  | 'dialing-in'
  | 'alerting'
  | 'connected'
  | 'on-hold'
  | 'muted-via-focus'
  | 'disconnecting'
  | 'disconnected'
  | 'connect-fail'

/** One device of a member. */
export interface ConferenceEndpoint {
  readonly entity: string
  readonly state: InfoState
  readonly status?: EndpointStatus
}

export interface ConferenceUser {
  readonly entity: string
  readonly state: InfoState
  readonly displayText?: string
  readonly endpoints: readonly ConferenceEndpoint[]
}

export interface ConferenceInfo {
  /** The conference's URI. */
  readonly entity: string
  readonly version: number
  readonly state: InfoState
  readonly subject?: string
  /** Absent where nothing is said of them. */
  readonly users?: { readonly state: InfoState; readonly all: readonly ConferenceUser[] }
}

/** Undefined for what is no such document (§5.1). */
export function readConferenceInfo(body: string): ConferenceInfo | undefined {
  const root = readXml(body, { mostCharacters: 262_144 })
  if (!isXml(root) || root.local !== 'conference-info') return undefined
  const { entity, version, state } = root.attributes
  const whole = stateOf(state)
  // What is deleted need not be counted.
  const number = version === undefined && whole === 'deleted' ? 0 : Number(version)
  if (entity === undefined || version === '' || !Number.isSafeInteger(number) || number < 0 || whole === undefined)
    return undefined
  const subject = textAt(root, 'conference-description', 'subject')?.trim()
  const users = elementAt(root, 'users')
  return {
    entity: entity.slice(0, longestUri),
    version: number,
    state: whole,
    ...(subject === undefined ? {} : { subject: subject.slice(0, longestText) }),
    ...(users === undefined
      ? {}
      : {
          users: {
            state: stateOf(users.attributes['state']) ?? 'full',
            all: elementsIn(users, 'user').slice(0, mostUsers).flatMap(readUser),
          },
        }),
  }
}

function readUser(user: XmlElement): ConferenceUser[] {
  const { entity } = user.attributes
  if (entity === undefined) return []
  const displayText = textAt(user, 'display-text')?.trim()
  return [
    {
      entity: entity.slice(0, longestUri),
      state: stateOf(user.attributes['state']) ?? 'full',
      ...(displayText === undefined || displayText === '' ? {} : { displayText: displayText.slice(0, longestText) }),
      endpoints: elementsIn(user, 'endpoint').slice(0, mostEndpoints).flatMap(readEndpoint),
    },
  ]
}

function readEndpoint(endpoint: XmlElement): ConferenceEndpoint[] {
  const { entity } = endpoint.attributes
  if (entity === undefined) return []
  const status = textAt(endpoint, 'status')?.trim()
  return [
    {
      entity: entity.slice(0, longestUri),
      state: stateOf(endpoint.attributes['state']) ?? 'full',
      ...(statuses.has(status as EndpointStatus) ? { status: status as EndpointStatus } : {}),
    },
  ]
}

/** An absent one is full (§4.4). */
function stateOf(text: string | undefined): InfoState | undefined {
  const state = text ?? 'full'
  return state === 'full' || state === 'partial' || state === 'deleted' ? state : undefined
}

export function writeConferenceInfo({ entity, version, state, subject, users }: ConferenceInfo): string {
  const root = { xmlns: 'urn:ietf:params:xml:ns:conference-info', entity, state, version: String(version) }
  return writeXml(
    xml('conference-info', root, [
      ...(subject === undefined ? [] : [xml('conference-description', {}, [xml('subject', {}, [subject])])]),
      ...(users === undefined ? [] : [xml('users', { state: users.state }, users.all.map(writeUser))]),
    ]),
  )
}

function writeUser(user: ConferenceUser): XmlElement {
  return xml('user', { entity: user.entity, state: user.state }, [
    ...(user.displayText === undefined ? [] : [xml('display-text', {}, [user.displayText])]),
    ...user.endpoints.map((endpoint) =>
      xml(
        'endpoint',
        { entity: endpoint.entity, state: endpoint.state },
        endpoint.status === undefined ? [] : [xml('status', {}, [endpoint.status])],
      ),
    ),
  ])
}

export interface ConferenceMember {
  readonly entity: string
  readonly displayText?: string
  /** Of the device that is in it most: who left with one telephone and talks on another has not left. */
  readonly status: EndpointStatus | undefined
}

/** over: the conference is gone. incomplete: something was missed, and all must be asked for again (§4.4). */
export type Taken = 'changed' | 'old' | 'over' | 'incomplete'

/** A conference that is watched: documents in, and who is in it. */
export class ConferenceWatch {
  #version = -1
  #subject: string | undefined
  readonly #users = new Map<string, Known>()

  get subject(): string | undefined {
    return this.#subject
  }

  /** Those that are there, are being called, or have just left; in the order in which they came. */
  get members(): readonly ConferenceMember[] {
    return [...this.#users].map(([entity, { displayText, endpoints }]) => ({
      entity,
      ...(displayText === undefined ? {} : { displayText }),
      status: nearest([...endpoints.values()]),
    }))
  }

  take({ version, state, subject, users }: ConferenceInfo): Taken {
    if (state === 'deleted') {
      this.#users.clear()
      return 'over'
    }
    // Who begins to count anew has begun anew: a full state stands for itself.
    if (version === this.#version || (version < this.#version && state === 'partial')) return 'old'
    if (state === 'partial' && version > this.#version + 1) return 'incomplete'
    this.#version = version
    if (state === 'full') {
      this.#users.clear()
      this.#subject = undefined
    }
    this.#subject = subject ?? this.#subject
    if (users && (users.state !== 'partial' || state === 'full')) this.#users.clear()
    for (const user of users?.all ?? []) this.#user(user)
    return 'changed'
  }

  #user({ entity, state, displayText, endpoints }: ConferenceUser): void {
    if (state === 'deleted') {
      this.#users.delete(entity)
      return
    }
    const before = this.#users.get(entity)
    if (!before && this.#users.size >= mostUsers) return
    const known: Known = state === 'partial' && before ? before : { displayText: undefined, endpoints: new Map() }
    known.displayText = displayText ?? known.displayText
    for (const endpoint of endpoints) {
      if (endpoint.state === 'deleted') known.endpoints.delete(endpoint.entity)
      else if (endpoint.state === 'full' || endpoint.status !== undefined)
        known.endpoints.set(endpoint.entity, endpoint.status)
    }
    this.#users.set(entity, known)
  }
}

interface Known {
  displayText: string | undefined
  readonly endpoints: Map<string, EndpointStatus | undefined>
}

function nearest(all: readonly (EndpointStatus | undefined)[]): EndpointStatus | undefined {
  return nearness.find((status) => all.includes(status))
}

/** From in it to out of it. */
const nearness: readonly EndpointStatus[] = [
  'connected',
  'muted-via-focus',
  'on-hold',
  'alerting',
  'dialing-in',
  'dialing-out',
  'pending',
  'disconnecting',
  'disconnected',
  'connect-fail',
]
const statuses: ReadonlySet<EndpointStatus> = new Set(nearness)
const mostUsers = 1000
const mostEndpoints = 16
const longestUri = 512
const longestText = 256
