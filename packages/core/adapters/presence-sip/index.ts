export { type SipPresence, sipPresence } from './presence-sip.ts'
