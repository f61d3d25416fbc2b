export { type FileAttempt, type FileFault, type FileFetched, type FilesLink, filesLink } from './files.ts'
