export { IceAgent, type IceEffect, type IceInput, type IceOptions, type IceRemote, type IceState } from './agent.ts'
export {
  type Candidate,
  type CandidateType,
  type Component,
  defaultCandidate,
  type LocalCandidate,
  priorityOf,
  withoutRedundant,
} from './candidate.ts'
