// What every protocol engine here is: time and input in, effects out, no socket, no clock, no chance of its own.

/** Milliseconds of a monotonic clock. Never wall time. */
export type Millis = number

export interface Engine<Input, Effect> {
  /** Takes one input and returns all that must now happen, in order. Never throws on what a peer sent. */
  handle(input: Input, now: Millis): Effect[]
  /** When the engine next wants `wake`, if ever. */
  readonly deadline: Millis | undefined
  /** Lets time pass. Early or late (a laptop that slept) is harmless. */
  wake(now: Millis): Effect[]
}

/** The host's clock. The real one is in packages/net, the virtual one in packages/testkit. */
export interface Clock {
  now(): Millis
  /** Calls `wake` once at or after `when`; returns what cancels it. */
  at(when: Millis, wake: () => void): () => void
}

/** Chance and identity as an argument: seeded in tests, from node:crypto in life. */
export interface Dice {
  /** A random number in [0, 1). For jitter and loss, never for secrets. */
  roll(): number
  /** An unguessable token of `bits` random bits (128 unless told) in base64url. */
  token(bits?: number): string
}
