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
  'directory-not-secure': error(
    'admin',
    'The password would be sent over a connection that is not encrypted.',
    'Set directory.tls to starttls or true; without encryption a password goes to this machine alone, and with directory.secureBind not even there.',
  ),
  'directory-file-unreadable': error(
    'user',
    'The file of address cards cannot be read.',
    'Check directory.vcard.files: a file of vCards (RFC 6350), 50 MB at most.',
  ),
  'directory-cards-unreadable': error(
    'user',
    'Some address cards could not be read.',
    'Nothing: the others are found. The detail says how many; look for cards that break off or that are larger than 1 MB.',
  ),
  'directory-none-found': error(
    'admin',
    'The server has no address book for the person.',
    'Check directory.carddav.servers: name the server, the address of the person’s books, or that of one.',
  ),
  'directory-elsewhere': error(
    'admin',
    'The server of address books sends elsewhere.',
    'Put the address that the detail holds into directory.carddav.servers: the password goes to no other server than the one named.',
  ),
  'directory-too-large': error(
    'server',
    'An address book is larger than is read.',
    'Name a smaller one in directory.carddav.servers.',
  ),
} as const
