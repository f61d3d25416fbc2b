// What the core takes from outside instead of reaching for it: time, chance, identity.

/** Milliseconds of a monotonic clock. */
export type Millis = number

export interface World {
  readonly clock: {
    now(): Millis
    /** Calls `wake` once at or after `when`; returns what cancels it. */
    at(when: Millis, wake: () => void): () => void
  }
  readonly dice: {
    roll(): number
    /** 128 random bits in base64url. */
    token(bits?: number): string
  }
  /** Wall time, ISO 8601 with zone: only for what is shown or stored. */
  readonly wall: () => string
}

/** A new id of the contract: `kind_` and 128 random bits. */
export function newId(world: World, kind: string): string {
  return `${kind}_${world.dice.token(128)}`
}
