// Errors of the interface itself.
import { error } from './entry.ts'

export const interfaceErrors = {
  'request-malformed': error(
    'user',
    'The request is not of the form that the contract describes.',
    'Compare it with docs/reference; the detail names the field.',
  ),
  'method-unknown': error(
    'user',
    'The core knows no method of that name.',
    'Check the spelling, and that the core is of the same contract version.',
  ),
  'session-unknown': error(
    'user',
    'No session of that name is open.',
    'Open one with session.open, or list them with session.list.',
  ),
  'contract-unsupported': error(
    'user',
    'The core does not speak that version of the contract.',
    'Update the application or the core, so that their major versions are the same or one apart.',
  ),
  'token-rejected': error('user', 'The token is wrong, expired or revoked.', 'Ask the core for a new one.'),
  'scope-missing': error(
    'user',
    'This application is not allowed to do that.',
    'Give its token the scope that the detail names.',
  ),
  'origin-refused': error(
    'user',
    'A page of that origin may not talk to the core.',
    'Open the page from the address that the core printed.',
  ),
  'too-many-requests': error(
    'user',
    'Too many requests are waiting for an answer.',
    'Wait for answers before asking more.',
    'retryable',
  ),
  cancelled: error(
    'user',
    'The act was cancelled before it was done.',
    'Nothing; do it again if it is still wanted.',
    'retryable',
  ),
  internal: error('us', 'Parley made a mistake.', 'Report it with the log; the detail is there.'),
  'core-stopping': error('us', 'The core is stopping.', 'Start it again, or wait until it is back.', 'retryable'),
  'core-unreachable': error(
    'us',
    'The core does not run or does not answer.',
    'Start it with `parley start` and look at `parley log`.',
    'retryable',
  ),
  'core-start-failed': error(
    'us',
    'The core could not be started.',
    'Run `parley start` by hand and read what it says.',
  ),
} as const
