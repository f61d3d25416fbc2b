export { loginIn } from './opening.ts'
export { imapVoicemail } from './voicemail-imap.ts'
