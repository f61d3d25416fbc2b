// Errors of files in conversations.
import { error } from './entry.ts'

export const chatFileErrors = {
  'chat-file-too-large': error(
    'user',
    'The file is too large.',
    'Send a smaller one, or raise chat.files.mostBytes; the detail tells the limit, and whose it is.',
  ),
  'chat-file-type-refused': error(
    'admin',
    'Files of that type are neither sent nor fetched.',
    'Look at chat.files.types, which says what may be.',
  ),
  'chat-file-unknown': error(
    'user',
    'There is no uploaded file of that name.',
    'Upload it with chat.upload in this session.',
  ),
  'chat-file-path-refused': error(
    'user',
    'This application may not name files by path.',
    'Upload the file with chat.upload and use its handle; fetch it without saveAs.',
  ),
  'chat-file-unreadable': error('user', 'The file cannot be read.', 'Check that it is there, and is a file.'),
  'chat-file-unwritable': error(
    'user',
    'The file cannot be written.',
    'Check the folder and its space; an existing file is only replaced with force.',
  ),
  'chat-file-unavailable': error(
    'server',
    'The file cannot be fetched.',
    'The cause holds the answer of where it lies; it may have been removed. Ask for it again.',
    'retryable',
  ),
  'chat-file-address-refused': error(
    'user',
    'The file lies where nothing is fetched from.',
    'Only https is, and inside a network only the person’s own chat server: ask the sender for another way.',
  ),
  'chat-upload-unavailable': error(
    'admin',
    'The chat server takes no files.',
    'Ask its administrator for an upload service (XEP-0363).',
  ),
  'chat-upload-refused': error('server', 'The chat server did not take the file.', 'The cause holds its answer.'),
  'chat-upload-failed': error(
    'network',
    'The file could not be brought to the chat server.',
    'It was tried several times; send it again when the cause is gone.',
    'retryable',
  ),
  'message-without-file': error('user', 'The message brings no file.', 'Look at chat.list.'),
  'message-is-file': error('user', 'A file cannot be corrected.', 'Send another.'),
} as const
