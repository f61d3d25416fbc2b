export { type ChatService, chat } from './chat.ts'
export type { ChatPort, FilePort } from './port.ts'
