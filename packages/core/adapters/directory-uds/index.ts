export { udsDirectory, type UdsDirectoryOptions } from './directory-uds.ts'
