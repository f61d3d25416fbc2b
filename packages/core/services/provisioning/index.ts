export type { Chosen } from './devices.ts'
export { type Provisioning, provisioning } from './provisioning.ts'
