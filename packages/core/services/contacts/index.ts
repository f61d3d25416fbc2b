export { type ContactsService, contacts } from './contacts.ts'
export type { ContactsPort } from './port.ts'
