export { type ConferencesNeeds, type ConferencesService, conferences } from './conferences.ts'
export type { ConferencePort, Presence, Room, RoomEvent } from './port.ts'
