// Errors of calls.
import { error } from './entry.ts'

export const callErrors = {
  'call-unknown': error('user', 'There is no such call.', 'Look at calls.get; it may have ended.'),
  'call-claimed': error('user', 'Another application has taken the call.', 'Nothing: it is handled there.'),
  'call-wrong-state': error(
    'user',
    'The call is not in a state in which this can be done.',
    'Look at the call’s capabilities.',
  ),
  'call-too-many': error('user', 'There are too many calls at once.', 'End one, or raise calls.max.'),
  'call-budget-spent': error(
    'admin',
    'Too many calls were dialled in the last minute.',
    'Wait, or raise calls.maxPerMinute.',
    'retryable',
  ),
  'number-invalid': error('user', 'That cannot be dialled.', 'Give a number, a user name or a sip: address.'),
  'number-unknown': error('user', 'The number does not exist.', 'Check the number.'),
  'number-incomplete': error('user', 'The number is not complete.', 'Check the number.'),
  'number-moved': error('user', 'The person has moved to another number.', 'The detail holds the new one.'),
  'number-denied': error('admin', 'This number may not be dialled.', 'Ask the administrator; see calls.deny.'),
  'call-busy': error('user', 'The other side is busy.', 'Try again later.', 'retryable'),
  'call-declined': error('user', 'The other side declined the call.', 'Nothing.'),
  'call-unanswered': error('user', 'Nobody answered.', 'Try again later.', 'retryable'),
  'call-unreachable': error('user', 'The other side cannot be reached now.', 'Try again later.', 'retryable'),
  'call-forbidden': error(
    'admin',
    'The server does not allow this call.',
    'Ask the administrator what the account may dial.',
  ),
  'call-incompatible': error(
    'server',
    'The two sides have no codec or protection in common.',
    'Compare the codecs of both sides.',
  ),
  'call-unprotected': error(
    'server',
    'The two sides do not agree on whether the sound is protected.',
    'See media.srtp: require refuses sound that is not protected, off that which must be.',
  ),
  'video-no-page': error(
    'user',
    'This call is joined to nothing that can show video.',
    'Open a page with video (openSound with video: true) and join the call to it.',
  ),
  'video-refused': error(
    'server',
    'The other side does not take this video.',
    'Go on with sound; compare media.video.codecs with what the other side has.',
  ),
  'call-lost': error(
    'network',
    'The other side is gone: the connection broke in the call.',
    'Dial again.',
    'retryable',
  ),
  'call-preempted': error(
    'user',
    'A more important call took the place of this one.',
    'Dial again when that is over.',
    'retryable',
  ),
  'precedence-invalid': error(
    'user',
    'There is no such precedence, or this phone may not use it.',
    'Give a level of calls.precedence.namespaces, not above calls.precedence.highest.',
  ),
  'precedence-refused': error(
    'server',
    'The other side or the server does not know this precedence.',
    'Use one that it accepts: the detail holds them.',
  ),
  'call-back-refused': error('server', 'Nothing tells when the other side can be called.', 'Try again later by hand.'),
  'transfer-refused': error(
    'server',
    'The other side does not let itself be transferred.',
    'Give it the number, or connect both in a conference.',
  ),
  'conference-refused': error(
    'server',
    'The server does not make this conference, or does not change it so.',
    'Look at calls.conference.factory; the cause holds the server’s answer.',
  ),
  'call-failed': error('server', 'The call failed.', 'The cause holds the server’s answer.'),
  'call-taken-elsewhere': error('user', 'The call was answered on another phone.', 'Nothing.'),
  'digits-invalid': error('user', 'Only 0–9, *, #, A–D and commas can be sent as digits.', 'Check the digits.'),
} as const
