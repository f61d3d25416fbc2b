export { soundFiles } from './sound-files.ts'
