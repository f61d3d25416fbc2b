export { ldapDirectory, type LdapDirectoryOptions } from './directory-ldap.ts'
