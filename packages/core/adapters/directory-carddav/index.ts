export { type CarddavDirectoryOptions, carddavDirectory } from './directory-carddav.ts'
