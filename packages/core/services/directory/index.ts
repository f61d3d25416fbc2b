export { type DirectoryNeeds, type DirectoryService, directory, type Found } from './directory.ts'
export type { DirectoryPort, Listed, Query, SourceState, TellSource } from './port.ts'
