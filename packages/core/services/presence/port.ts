// What presence needs of the world: who tells others, and what the calendar says. Types only.
import type { Presence } from '@openparley/contract'

export interface PresencePort {
  /** What others are told from now on; told again at each sign-in by whoever tells. */
  publish(own: Presence): void
}

/** A stretch of time in the person's calendar. What it is about, where and with whom stays in the calendar. */
export interface Meeting {
  /** Wall time, in milliseconds since 1970. */
  readonly fromMs: number
  readonly untilMs: number
  readonly isAllDay: boolean
  readonly status: 'confirmed' | 'tentative' | 'cancelled'
  /** It takes no time of the person's (TRANSP). */
  readonly isTransparent: boolean
  /** What the person answered who asked them; undefined: nobody asked, it is their own. */
  readonly answer: 'accepted' | 'tentative' | 'declined' | 'none' | undefined
  /** What a calendar program says beside it of how the person is meanwhile. */
  readonly shows: 'free' | 'tentative' | 'busy' | 'out-of-office' | undefined
}

export interface CalendarPort {
  /** Reads from now on, and tells by what `tell` was given. */
  start(): void
  /** A setting has changed. */
  look(): void
  stop(): Promise<void>
}

/** All that is known of the next hours, as often as it is different. What was told stays when the calendar cannot be read. */
export type TellMeetings = (meetings: readonly Meeting[]) => void
