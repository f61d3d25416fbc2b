// What presence needs of the world: who tells others. Types only.
import type { Presence } from '@openparley/contract'

export interface PresencePort {
  /** What others are told from now on; told again at each sign-in by whoever tells. */
  publish(own: Presence): void
}
