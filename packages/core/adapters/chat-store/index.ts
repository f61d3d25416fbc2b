export { chatStore } from './chat-store.ts'
