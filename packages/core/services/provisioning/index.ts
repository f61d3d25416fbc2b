export type { Chosen } from './devices.ts'
export { type Provisioning, provisioning } from './provisioning.ts'
export { asksIn, replaySignIn, writeSignInTurn } from './recording.ts'
