// The directory by LDAP, read with the first that is signed in to one: its library is large, and most cores have none.
import type { DirectoryPort } from '../../services/directory/port.ts'
import type { LdapDirectoryOptions } from './directory-ldap.ts'

/** As `ldapDirectory` of directory-ldap.ts: what is asked while it is read waits for it, and what was stopped meanwhile does not start. */
export function ldapDirectory(options: LdapDirectoryOptions): DirectoryPort {
  let isWanted = false
  let read: Promise<DirectoryPort> | undefined
  const port = (): Promise<DirectoryPort> => {
    read ??= import('./directory-ldap.ts').then((module) => module.ldapDirectory(options))
    return read
  }
  return {
    kind: 'ldap',
    isHere: false,
    start: () => {
      if (!isWanted) options.tell({ is: 'starting' })
      isWanted = true
      void port().then((made) => {
        if (isWanted) made.start()
      })
    },
    stop: async () => {
      isWanted = false
      if (read) await (await read).stop()
    },
    search: async (query, signal) => (await port()).search(query, signal),
    byNumber: async (forms, signal) => (await port()).byNumber(forms, signal),
    byAddress: async (address, signal) => (await port()).byAddress(address, signal),
    entry: async (id, signal) => (await port()).entry(id, signal),
    photo: async (id, signal) => (await port()).photo(id, signal),
  }
}
