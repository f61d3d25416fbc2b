// Errors of signing in.
import { error } from './entry.ts'

export const signInErrors = {
  'credentials-rejected': error(
    'user',
    'The server does not accept the user name or the password.',
    'Check softphone.user, softphone.authUser and softphone.password; for chat xmpp.user and xmpp.password, for the calendar calendar.user and calendar.password.',
  ),
  'credentials-missing': error(
    'user',
    'The server asks for a password and there is none.',
    'Set softphone.password, for chat xmpp.password, for the calendar calendar.password.',
  ),
  'digest-unsupported': error(
    'admin',
    'The server asks for a proof of the password that cannot or must not be given.',
    'Check the server’s digest algorithms and realm.',
  ),
  'account-forbidden': error(
    'admin',
    'The server knows the account and does not allow it.',
    'Ask the administrator whether the account may register from here.',
  ),
  'account-unknown': error('user', 'The server does not know the account.', 'Check softphone.user.'),
  'registration-refused': error(
    'server',
    'The server refuses the registration.',
    'The cause holds the server’s answer.',
  ),
  'phone-unavailable': error(
    'network',
    'No phone is ready.',
    'Look at `parley status`: it says what the phone waits for.',
    'retryable',
  ),
  'phone-untold': error(
    'admin',
    'Neither the phone nor its server tells of the phone’s calls.',
    'Have one of them take subscriptions to dialog events (RFC 4235); the cause holds its answer.',
    'retryable',
  ),
  'call-move-failed': error(
    'server',
    'The call did not arrive at the other phone.',
    'It goes on where it was, unless its other side has hung up; try again.',
    'retryable',
  ),
  'phone-not-allowed': error(
    'admin',
    'The person may not use that phone here.',
    'The detail says why; ask whoever runs the server.',
  ),
  'phone-line-refused': error(
    'server',
    'The phone’s line could not be set to that.',
    'The cause holds the server’s answer; `sets` of the phone says what can be set of it.',
  ),
  'phone-unknown': error('user', 'There is no phone of that name.', 'List them with phones.get.'),
} as const
