export { sipChat } from './chat-sip.ts'
