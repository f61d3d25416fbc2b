// Web conferences of one session: the service, and the servers that settings name while somebody is signed in.
import {
  type ConferenceEntry,
  type DiagnosisStep,
  type HealthRow,
  ParleyError,
  type Settings,
  type WebConference,
} from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { bigBlueButtonConferences } from './adapters/conferences-bigbluebutton/index.ts'
import { jitsiConferences } from './adapters/conferences-jitsi/index.ts'
import { webexConferences } from './adapters/conferences-webex/index.ts'
import { janusConferences } from './adapters/conferences-janus/index.ts'
import { stepOf } from './runtime/step.ts'
import type { World } from './runtime/world.ts'
import type { ChatService } from './services/chat/index.ts'
import type { PlannedMeeting } from './services/conferences/port.ts'
import { scheduling } from './services/conferences/scheduled.ts'
import { type ConferencePort, type ConferencesService, conferences } from './services/conferences/index.ts'

type Row = Omit<HealthRow, 'service' | 'since'>

/** How the servers of one kind stand, as it was seen last. */
export interface ServersState {
  readonly is: 'idle' | 'ok' | 'waiting' | 'failed'
  readonly server?: string
  readonly error?: HealthRow['error']
}

export interface OpeningParts {
  readonly world: World
  readonly settings: Settings
  readonly dns: () => DnsResolver
  readonly tell: (state: ServersState) => void
}

/** Undefined: settings name no server of that kind. */
export interface Opening {
  (parts: OpeningParts): OpenedPort | undefined
}

export interface OpenedPort extends ConferencePort {
  /** Asks a server whether it is there, and tells. */
  look(): Promise<void>
}

export interface ConferencesOfSession {
  readonly service: ConferencesService
  signIn(): void
  signOut(): Promise<void>
  /** Whether an address leads to a server of the settings. */
  isJoinable(address: string): boolean
  /** Somebody asks the person into one, by chat: which it is; undefined: it leads to no server of the settings. */
  invited(by: {
    readonly address: string
    readonly from: string
    readonly subject?: string | undefined
  }): string | undefined
  withdrawn(address: string, from: string): void
  /** What the calendar has that may be one. */
  planned(all: readonly PlannedMeeting[]): void
  /** How the servers answer now; undefined: settings name none. */
  diagnosis(): Promise<DiagnosisStep | undefined>
  close(): Promise<void>
}

export interface ConferencesParts {
  readonly world: World
  readonly epoch: string
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly row: (row: Row) => void
  readonly name: () => string
  readonly record: (entry: ConferenceEntry) => void
  readonly invite: (to: readonly string[], conference: WebConference) => Promise<void>
  readonly uninvite: (conference: string) => void
  readonly otherSide: (call: string) => string | undefined
}

/** Every kind that there is, the first the one that is made unless another is asked for. */
const openings: readonly Opening[] = [janusConferences, bigBlueButtonConferences, jitsiConferences, webexConferences]

export function conferencesOfSession(parts: ConferencesParts): ConferencesOfSession {
  const { world, epoch, settings, dns, row, ...needs } = parts
  let ports: readonly OpenedPort[] = []
  const states = new Map<number, ServersState>()
  const service = conferences(world, epoch, { ...needs, ports: () => ports })
  const isJoinable = (address: string): boolean => ports.some((port) => port.reads(address))
  const meetings = scheduling(world, { isJoinable, tell: (all) => service.scheduled(all) })
  const show = (): void => row(rowOf([...states.values()]))
  const shut = async (): Promise<void> => {
    const before = ports
    ports = []
    states.clear()
    service.look()
    await Promise.all(before.map((port) => port.close()))
  }
  return {
    service,
    signIn: () => {
      if (ports.length > 0) return
      const now = settings()
      ports = openings.flatMap((opening, n) => {
        const tell = (state: ServersState): void => {
          states.set(n, state)
          show()
        }
        const port = opening({ world, settings: now, dns, tell })
        if (port) states.set(n, { is: 'idle' })
        return port ?? []
      })
      show()
      service.look()
      meetings.look()
    },
    signOut: shut,
    isJoinable,
    planned: (all) => meetings.are(all),
    invited: ({ address: invitation, from, subject }) =>
      service.asked({ invitation, from, ...(subject === undefined ? {} : { subject }) }),
    withdrawn: (address, from) => {
      const { conferences: all } = service.state.read().state
      // Whoever else knows the address has not asked.
      if (all.some((one) => one.invitation === address && one.from === from)) service.takenBack(address)
    },
    diagnosis: async () => {
      if (ports.length === 0) return undefined
      const begun = world.clock.now()
      await Promise.all(ports.map((port) => port.look()))
      const all = [...states.values()]
      const worst = all.find(({ error }) => error) ?? all.find(({ server }) => server !== undefined) ?? all[0]
      const ms = world.clock.now() - begun
      const well = ports.map(({ kind }) => kind).join(', ')
      return stepOf('conferences', { ms, address: worst?.server, well }, worst?.error)
    },
    close: async () => {
      meetings.close()
      await service.close()
      await shut()
    },
  }
}

/** What the service needs of chat: people asked by messages. */
export function asking(invitations: ChatService['invitations']): Pick<ConferencesParts, 'invite' | 'uninvite'> {
  return {
    invite: (to, { conference, invitation: address, subject }) => {
      if (address === undefined) return Promise.reject(new ParleyError('conference-unknown', 'it has no invitation'))
      return invitations.ask(to, { conference, address, video: true, ...(subject === '' ? {} : { subject }) })
    },
    // It has ended, whoever can be told.
    uninvite: (conference) => void invitations.takeBack(conference).catch(() => {}),
  }
}

function rowOf(states: readonly ServersState[]): Row {
  if (states.length === 0) return { state: 'off' }
  const lacking = states.find(({ error }) => error)
  const { server, error } = lacking ?? states.find((each) => each.server !== undefined) ?? {}
  const address = server === undefined ? {} : { address: server }
  if (!error) return { state: 'ok', ...address }
  const works = states.some((each) => !each.error) ? 'conferences on the other servers' : 'calls and chat'
  return {
    state: lacking?.is === 'failed' ? 'failed' : 'degraded',
    ...address,
    error,
    without: 'web conferences',
    works,
    nextTry: lacking?.is === 'failed' ? 'at the next sign-in' : 'when one is made or joined',
  }
}
