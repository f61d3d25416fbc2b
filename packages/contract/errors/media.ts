// Errors of sound.
import { error } from './entry.ts'

export const mediaErrors = {
  'media-no-port': error(
    'admin',
    'No free port for sound could be found.',
    'Widen media.portRange, or end other programs.',
  ),
  'media-file-unreadable': error(
    'user',
    'The sound file cannot be read.',
    'Give a WAV file of 8 or 16 kHz, 16 bit, mono.',
  ),
  'media-file-unwritable': error(
    'user',
    'The recording cannot be written.',
    'Check the folder; an existing file is only replaced with force.',
  ),
  'media-handle-unknown': error(
    'user',
    'There is no uploaded sound of that name.',
    'Upload it with media.upload in this session.',
  ),
  'media-path-refused': error(
    'user',
    'This application may not name files by path.',
    'Upload the sound with media.upload and use its handle.',
  ),
  'media-too-large': error('user', 'The sound is too long.', 'Cut it; the detail tells the limit.'),
  'media-worker-lost': error(
    'us',
    'The part that carries sound has failed.',
    'It is started again by itself; dial again. Report it with the log.',
    'retryable',
  ),
  'media-browser-failed': error(
    'network',
    'The page’s sound could not be joined to the core.',
    'Reload the page; it must run on the machine of the core, and the detail tells what was missing.',
    'retryable',
  ),
  'media-browser-lost': error(
    'network',
    'The connection to the page’s sound is over.',
    'Open the page’s sound again and attach it to the calls that go on.',
    'retryable',
  ),
  'media-stun-unreachable': error(
    'network',
    'No STUN server answers: how this machine is seen from outside is not known.',
    'Check media.stun.servers, and whether UDP to them is let through.',
    'retryable',
  ),
  'media-relay-unreachable': error(
    'network',
    'No relay for sound answers.',
    'Check media.turn.servers, and whether the way to them is let through; turns: on port 443 is let through most often.',
    'retryable',
  ),
  'media-relay-rejected': error(
    'user',
    'The relay for sound does not accept the user name and password.',
    'Check media.turn.user and media.turn.password.',
  ),
  'media-relay-refused': error(
    'server',
    'The relay for sound gives no address.',
    'The detail tells its own words; its administrator can raise quotas.',
    'retryable',
  ),
  'media-no-way': error(
    'network',
    'No way for sound to the other side was found.',
    'Set a relay (media.turn.servers), or have the server carry sound; dial again from another network.',
    'retryable',
  ),
} as const
