// Settings of sound.
import { z } from 'zod'
import { setting } from './entry.ts'

export const mediaSettings = {
  'media.codecs': setting({
    doc: 'The codecs to offer, best first.',
    since: '0.1',
    schema: z.array(z.enum(['PCMU', 'PCMA'])).min(1),
    default: ['PCMU', 'PCMA'],
    applies: 'next call',
  }),
  'media.srtp': setting({
    doc: 'Whether sound is protected (SRTP, with keys by SDES). `offer`: keys are offered where they are themselves protected on their way (TLS), and what the other side offers is taken. `require`: what is not protected is refused, and never sent.',
    since: '0.1',
    schema: z.enum(['off', 'offer', 'require']),
    default: 'offer',
    applies: 'next call',
  }),
  'media.srtp.suites': setting({
    doc: 'The suites that protect sound, best first; others are neither offered nor taken.',
    since: '0.1',
    schema: z
      .array(
        z.enum([
          'AEAD_AES_256_GCM',
          'AEAD_AES_128_GCM',
          'AES_256_CM_HMAC_SHA1_80',
          'AES_256_CM_HMAC_SHA1_32',
          'AES_CM_128_HMAC_SHA1_80',
          'AES_CM_128_HMAC_SHA1_32',
        ]),
      )
      .min(1),
    default: ['AEAD_AES_256_GCM', 'AEAD_AES_128_GCM', 'AES_CM_128_HMAC_SHA1_80'],
    applies: 'next call',
  }),
  'media.portRange': setting({
    doc: 'The UDP ports for sound, first and last; [0, 0] lets the system choose.',
    since: '0.1',
    schema: z.tuple([z.number().int().min(0).max(65_535), z.number().int().min(0).max(65_535)]),
    default: [0, 0] as [number, number],
    applies: 'sign-in',
  }),
  'media.microphone': setting({
    doc: 'The microphone of the sound card: devices by their own or their shown names, best first; `default` is the system’s. The first that is there is taken, in a call too as it comes and goes; where none is, the system’s, or any.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(256)).min(1).max(16),
    default: ['default'],
    applies: 'now',
  }),
  'media.speaker': setting({
    doc: 'The speaker of the sound card, chosen as the microphone is.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(256)).min(1).max(16),
    default: ['default'],
    applies: 'now',
  }),
  'media.echoCancel': setting({
    doc: 'Whether what the speaker says is taken out of what the microphone hears. `auto`: where the sound server can (PulseAudio with module-filter-heuristics and module-filter-apply); the state of media says whether it can.',
    since: '0.1',
    schema: z.enum(['auto', 'off']),
    default: 'auto',
    applies: 'now',
  }),
  'media.folder': setting({
    doc: 'The folder that names of recordings are in; media in the data folder unless said.',
    since: '0.1',
    schema: z.string().max(4096),
    applies: 'next call',
  }),
} as const
