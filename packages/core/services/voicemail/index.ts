export type { TranscriptionPort, VoicemailPort } from './port.ts'
export { type VoicemailNeeds, type VoicemailService, voicemail } from './voicemail.ts'
