export { type SessionNeeds, type SessionService, session } from './session.ts'
