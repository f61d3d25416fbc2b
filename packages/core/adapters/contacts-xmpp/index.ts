export { xmppContacts } from './contacts-xmpp.ts'
