export type { HostPort, Note, TokenRequest } from './port.ts'
export { type SystemNeeds, type SystemService, system } from './system.ts'
