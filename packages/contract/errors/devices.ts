// Errors of the sound card: why there is none, or why it does not work.
import { error } from './entry.ts'

export const deviceErrorEntries = {
  'media-sound-unsupported': error(
    'us',
    'On this system no sound card can be used yet.',
    'Use a page with microphone and speaker, or a stream of the application’s own.',
  ),
  'media-sound-tools-missing': error(
    'admin',
    'What talks to the sound server is not installed.',
    'Install pulseaudio-utils; the detail names the program that is missing.',
  ),
  'media-no-sound-server': error(
    'user',
    'No sound server runs.',
    'Start PulseAudio or PipeWire (pipewire-pulse) as this user; PULSE_SERVER names another one.',
    'retryable',
  ),
  'media-sound-refused': error(
    'admin',
    'The sound server lets this program in no further.',
    'Run both as the same user, or give this one the server’s cookie (PULSE_COOKIE).',
  ),
  'media-no-device': error(
    'user',
    'There is no microphone or no speaker.',
    'Plug one in; the detail says which is missing. `parley devices` lists what is there.',
    'retryable',
  ),
  'media-device-unknown': error(
    'user',
    'There is no microphone or speaker of that name.',
    'Look at `parley devices`, and name one of them in media.microphone or media.speaker.',
  ),
  'media-device-busy': error(
    'user',
    'Another program has the microphone or the speaker for itself.',
    'End that program, or choose another device.',
    'retryable',
  ),
  'media-device-failed': error(
    'server',
    'The microphone or the speaker does not work.',
    'Unplug it and plug it in again, or choose another; the detail holds the sound server’s words.',
    'retryable',
  ),
  'media-device-in-call': error(
    'user',
    'The microphone and the speaker are in a call.',
    'Try them when the call is over.',
    'retryable',
  ),
} as const

/** What a method may answer that joins sound to the sound card. */
export const deviceErrors = [
  'media-sound-unsupported',
  'media-sound-tools-missing',
  'media-no-sound-server',
  'media-sound-refused',
  'media-no-device',
  'media-device-unknown',
  'media-device-busy',
  'media-device-failed',
] as const
