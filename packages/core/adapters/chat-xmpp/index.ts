export { xmppChat } from './chat-xmpp.ts'
