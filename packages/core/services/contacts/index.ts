export { type ContactsService, contacts } from './contacts.ts'
export type { ContactsEvent, ContactsPort } from './port.ts'
