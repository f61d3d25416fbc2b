export { type PresenceService, presence } from './presence.ts'
export type { CalendarPort, PresencePort } from './port.ts'
