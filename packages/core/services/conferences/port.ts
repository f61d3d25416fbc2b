// What Parley needs of a server for web conferences. Types only.
import type { ConferenceMember, ErrorValue, WebConference } from '@openparley/contract'

type Kind = WebConference['kind']

/** A conference that can be joined. */
export interface Room {
  /** What others join it by: an address that leads this port, or a browser, to it. May hold a password. */
  readonly invitation: string
  /** The person may mute others and end it. */
  readonly isHost: boolean
  readonly dialIn?: { readonly number: string; readonly code?: string }
  readonly can: WebConference['can']
}

export type RoomEvent =
  /** All of those who are in it. */
  | { readonly type: 'members'; readonly members: readonly ConferenceMember[] }
  /** A member’s sound or picture can be had, or has changed; answered by `answer`. */
  | {
      readonly type: 'offered'
      readonly connection: string
      readonly member: string
      readonly what: 'camera' | 'screen'
      readonly offer: string
    }
  | { readonly type: 'withdrawn'; readonly connection: string }
  /** Of a conference that is joined inside: it is over for the person, or for all. `error`: not as it was wanted. */
  | { readonly type: 'over'; readonly for: 'person' | 'all'; readonly error?: ErrorValue }

/** Where the person is in it, joined inside. Connections are named by the service. Rejects as `ConferencePort` does. */
export interface Presence {
  publish(connection: string, what: 'camera' | 'screen', offer: string): Promise<string>
  unpublish(connection: string): Promise<void>
  answer(connection: string, answer: string): Promise<void>
  show(is: { readonly muted?: boolean; readonly camera?: boolean }): Promise<void>
  leave(): Promise<void>
}

/**
 * One kind of server. Rejects with `conference-unavailable`, `conference-refused-by-server`, `conference-full`,
 * `conference-invitation-unusable`, `server-silent` or what a connection to a server can be refused by.
 */
export interface ConferencePort {
  readonly kind: Kind
  /** inside: joined by `enter`; browser: by the page that `open` names. */
  readonly where: WebConference['where']
  /** Whether it is an invitation to a conference of this server’s: only servers of the settings are spoken to. */
  reads(invitation: string): boolean
  create(subject: string, name: string): Promise<Room>
  /** What is known of it by an invitation alone. */
  find(invitation: string): Promise<Room & { readonly subject?: string }>
  /** The person’s own address of the server’s page. */
  open?(room: Room, name: string): Promise<string>
  enter?(room: Room, name: string, newConnection: () => string, tell: (event: RoomEvent) => void): Promise<Presence>
  /** Who is in it; for those that are not joined inside. Called every few seconds while somebody looks. */
  members?(room: Room): Promise<readonly ConferenceMember[]>
  mute?(room: Room, member: string, muted: boolean): Promise<void>
  drop?(room: Room, member: string): Promise<void>
  end?(room: Room): Promise<void>
  close(): Promise<void>
}

/** A meeting of the person’s calendar that has an address in it, which may be one of a web conference. */
export interface PlannedMeeting {
  /** Names the event in its calendar. */
  readonly event: string
  readonly subject: string
  /** Wall time, in milliseconds since 1970. */
  readonly fromMs: number
  readonly untilMs: number
  /** The likeliest first. Whatever somebody wrote into the event: none is looked at yet. */
  readonly places: readonly PlannedPlace[]
}

export interface PlannedPlace {
  readonly address: string
  /** The event says that this is where its conference is, and has not just mentioned it. */
  readonly isSaid: boolean
}
