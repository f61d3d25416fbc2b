export type { Chosen } from './devices.ts'
export { provisioning } from './provisioning.ts'
