// Errors of voicemail.
import { error } from './entry.ts'

export const voicemailErrors = {
  'voicemail-unavailable': error(
    'network',
    'The mailbox cannot be reached now.',
    'Look at health: its voicemail row says why, and when it is tried again.',
    'retryable',
  ),
  'voicemail-unknown': error('user', 'There is no such message any more.', 'List the messages again.'),
  'voicemail-refused': error('server', 'The mailbox did not do it.', 'The cause holds its answer.'),
  'voicemail-not-allowed': error(
    'admin',
    'The mailbox may not be read from here.',
    'Its class of service must allow IMAP with message bodies, or the web service; ask its administrator.',
  ),
  'voicemail-no-folder': error(
    'admin',
    'The mailbox has no folder of that name.',
    'Check voicemail.imap.inbox and voicemail.imap.trash; the detail tells which is missing.',
  ),
  'voicemail-sound-unusable': error(
    'server',
    'The message has no sound that can be played.',
    'Read it as the mailbox has it, or dial the mailbox; the detail tells what was found.',
  ),
  'voicemail-not-to-forward': error(
    'user',
    'The message is private or secure and is not forwarded.',
    'Ask who left it to send it themselves.',
  ),
  'playback-unknown': error('user', 'Nothing of that name is being played.', 'Look at the state of voicemail.'),
} as const
