// Errors of presence, contacts and chat.
import { error } from './entry.ts'

export const chatErrors = {
  'contact-invalid': error('user', 'That is no address of a person or room.', 'Give an address: alice@example.com.'),
  'contact-unknown': error('user', 'There is no such contact.', 'Look at contacts.get.'),
  'contact-no-number': error(
    'user',
    'No number of that person is known.',
    'Dial a number, or set contacts.reach to say how people are called by their addresses.',
  ),
  'contact-no-card': error('server', 'That person says nothing of themselves.', 'Ask them.'),
  'contact-no-photo': error(
    'server',
    'There is no picture of that person.',
    'Do without; `photo` of the contact says when there is one.',
  ),
  'contact-photo-unusable': error(
    'user',
    'That is no picture that others could see.',
    'Give a PNG, JPEG, GIF or WebP of half a million bytes at most.',
  ),
  'contact-refused': error(
    'server',
    'The server does not make this change to the contacts.',
    'The cause holds its answer.',
  ),
  'contacts-unavailable': error(
    'network',
    'The list of contacts cannot be changed while there is no connection to its server.',
    'Wait until it is back; `parley status` says what it waits for.',
    'retryable',
  ),
  'chat-unavailable': error(
    'network',
    'There is no connection to the chat server.',
    'Wait until it is back; `parley status` says what it waits for.',
    'retryable',
  ),
  'chat-refused': error(
    'server',
    'The message was refused.',
    'The cause holds the answer of the server or the other side.',
  ),
  'chat-recipient-unknown': error('user', 'Nobody has that address.', 'Check the address.'),
  'chat-too-many-waiting': error(
    'user',
    'Too many messages wait to be sent.',
    'Wait until the connection is back and they are sent.',
    'retryable',
  ),
  'chat-room-refused': error('server', 'The room does not let the person in.', 'The cause holds its answer.'),
  'chat-room-not-in': error('user', 'The person is not in that room.', 'Join it first.'),
  'chat-nickname-taken': error('user', 'Somebody in the room has that nickname.', 'Choose another.'),
  'chat-no-encryption': error(
    'admin',
    'The server offers no encryption, and a password is not sent without.',
    'Give the server TLS; nothing is sent before.',
  ),
  'server-unproven': error(
    'admin',
    'The server took the password and could not prove that it knows it.',
    'Check that the server is the one that it should be: somebody may stand between.',
  ),
  'message-unknown': error('user', 'There is no such message.', 'Look at chat.list.'),
  'message-not-last': error(
    'user',
    'Only the last of one’s own messages in a conversation can be corrected.',
    'Write another.',
  ),
} as const
