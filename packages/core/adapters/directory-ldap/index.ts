export type { LdapDirectoryOptions } from './directory-ldap.ts'
export { ldapDirectory } from './late.ts'
