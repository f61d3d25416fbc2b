export { type SipPhoneOptions, sipPhone } from './phone.ts'
