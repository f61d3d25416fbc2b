export type { VoicemailPort } from './port.ts'
export { type VoicemailNeeds, type VoicemailService, voicemail } from './voicemail.ts'
