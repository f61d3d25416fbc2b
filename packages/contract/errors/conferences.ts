// Errors of web conferences.
import { error } from './entry.ts'

export const conferenceErrors = {
  'conference-no-server': error(
    'admin',
    'No server for web conferences is known.',
    'Give one in conferences.janus.servers, conferences.bigbluebutton.servers, conferences.jitsi.servers or conferences.webex.token.',
  ),
  'conference-unknown': error('user', 'There is no such web conference.', 'Look at the state of conferences.'),
  'conference-unavailable': error(
    'network',
    'The conference server cannot be reached now.',
    'Look at health: its conferences row says why, and when it is tried again.',
    'retryable',
  ),
  'conference-refused-by-server': error(
    'server',
    'The conference server did not do it.',
    'The cause holds its answer.',
  ),
  'conference-invitation-unusable': error(
    'user',
    'The invitation leads to no server that is known here.',
    'Only those of the person’s own settings are joined, and addresses of https are opened; ask who sent it.',
  ),
  'conference-full': error('server', 'The conference is full.', 'Wait until somebody leaves.', 'retryable'),
  'conference-elsewhere': error(
    'user',
    'The person is in the conference by another application already.',
    'Leave it there first.',
  ),
  'conference-not-joined': error('user', 'This application is not in the conference.', 'Join it first.'),
  'conference-member-unknown': error('user', 'Nobody of that name is in the conference.', 'Look at its members.'),
  'conference-not-possible': error(
    'server',
    'That cannot be done at this conference.',
    'What can be stands in its `can`.',
  ),
} as const
