export { imapVoicemail } from './voicemail-imap.ts'
