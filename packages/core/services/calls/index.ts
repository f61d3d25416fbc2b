export { type CallsService, calls } from './calls.ts'
export type { CallNeeds, PhoneCommand, PhoneEvent, PhonePort } from './port.ts'
