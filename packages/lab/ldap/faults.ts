// What can be made to go wrong with the directory.
import type { FaultEntry } from '../faults.ts'

const rows = [
  ['directory-gone', 'server-refused', 'Nothing listens where the directory is, on neither server.'],
  ['directory-silent', 'server-silent', 'The directory takes everything and answers nothing.'],
  ['directory-certificate', 'tls-untrusted', 'Its certificate is of an authority that nobody knows.'],
  ['directory-no-tls', 'tls-failed', 'It refuses to begin TLS.'],
  ['directory-refused-bind', 'credentials-rejected', 'Every password is refused.'],
  ['directory-forbidden', 'directory-refused', 'Nobody may read anything.'],
  ['directory-busy', 'server-overloaded', 'Everything is answered with: busy.'],
  ['directory-garbled', 'server-garbled', 'What it answers is not LDAP.'],
  [
    'directory-gone-in-search',
    null,
    'When the next search comes the first server is gone, in the middle of its answer.',
  ],
  ['directory-slow', null, 'The directory thinks so long about each search.', 'ms'],
  ['directory-references', null, 'Each answer says that more is to be found elsewhere.'],
  ['directory-proof', null, 'The call manager tells of people only to who proves a password.'],
  ['directory-open', null, 'Whoever has not said who they are may read, too.'],
  ['directory-few', null, 'The directory gives two entries of a search, and says that there are more.'],
] as const

export type DirectoryFaultName = (typeof rows)[number][0]

export const directoryFaults: readonly FaultEntry[] = rows.map(([name, code, doc, value]) => ({
  name,
  code,
  doc,
  ...(value === undefined ? {} : { value }),
  area: 'directory',
  journey: 'directory',
  // Two that the tests of the adapters show.
  doctor: code !== null && name !== 'directory-busy' && name !== 'directory-garbled',
}))
