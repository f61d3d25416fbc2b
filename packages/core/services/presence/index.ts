export { type PresenceService, presence } from './presence.ts'
export type { PresencePort } from './port.ts'
