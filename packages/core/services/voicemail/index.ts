export { type VoicemailNeeds, type VoicemailService, voicemail } from './voicemail.ts'
