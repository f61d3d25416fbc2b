export {
  type KpmlRequest,
  type KpmlResponse,
  readKpmlRequest,
  readKpmlResponse,
  writeKpmlRequest,
  writeKpmlResponse,
} from './documents.ts'
export { Kpml, type KpmlEffect, type KpmlInput, kpmlTable, type Look } from './kpml.ts'
export { type KpmlTerms, kpmlTerms, replayKpml, writeKpmlTurn } from './recording.ts'
export { type KeyRun, type Match, matchOf, readPattern } from './pattern.ts'
