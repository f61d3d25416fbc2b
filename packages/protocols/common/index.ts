export { type BackoffOptions, backoff } from './backoff.ts'
export { type Deadline, Deadlines } from './deadlines.ts'
export type { Clock, Dice, Engine, Millis } from './engine.ts'
