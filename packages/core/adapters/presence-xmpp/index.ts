export { xmppPresence } from './presence-xmpp.ts'
