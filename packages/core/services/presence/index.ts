export { type PresenceService, presence } from './presence.ts'
export type { PresencePort, TellMeetings } from './port.ts'
