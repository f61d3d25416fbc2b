// Errors of the directory.
import { error } from './entry.ts'

export const directoryErrors = {
  'directory-unavailable': error(
    'network',
    'No directory can be asked now.',
    'Look at health: its directory row says why of each.',
    'retryable',
  ),
  'directory-entry-unknown': error('user', 'The directory has no such entry.', 'Search again.'),
  'directory-no-photo': error('user', 'The entry has no picture.', 'Nothing: show their initials.'),
  'directory-refused': error(
    'admin',
    'The directory did not do what it was asked.',
    'The cause holds its answer: check directory.searchBases, directory.baseFilter and what the account may read.',
  ),
  'directory-file-unreadable': error(
    'user',
    'The file of address cards cannot be read.',
    'Check directory.vcard.files: a file of vCards (RFC 6350), 50 MB at most.',
  ),
} as const
