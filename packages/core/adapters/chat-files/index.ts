export { chatFiles } from './chat-files.ts'
