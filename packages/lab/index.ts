export { type FaultEntry, listFaults, readFault } from './faults.ts'
export { type Lab, type LabOptions, type LabPerson, startLab } from './lab.ts'
export type { CallRecord, LabRecord, Rung } from './record.ts'
export { numbers } from './sip/numbers.ts'
