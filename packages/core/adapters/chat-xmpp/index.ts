export { xmppChat } from './chat-xmpp.ts'
export { xmppFiles } from './files.ts'
