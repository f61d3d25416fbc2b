export {
  type KpmlRequest,
  type KpmlResponse,
  readKpmlRequest,
  readKpmlResponse,
  writeKpmlRequest,
  writeKpmlResponse,
} from './documents.ts'
export { Kpml, type KpmlEffect, type KpmlInput, kpmlTable } from './kpml.ts'
export { type KeyRun, type Match, matchOf, readPattern } from './pattern.ts'
