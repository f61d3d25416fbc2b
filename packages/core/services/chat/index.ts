export { type ChatService, chat } from './chat.ts'
export type { ChatPort } from './port.ts'
