// Settings of sound.
import { z } from 'zod'
import { setting } from './entry.ts'

export const mediaSettings = {
  'media.codecs': setting({
    doc: 'The codecs to offer, best first. opus and G722 carry speech up to 8 kHz, PCMU and PCMA (G.711) up to 4, as telephones do; opus alone makes good for packets that are lost.',
    since: '0.1',
    schema: z.array(z.enum(['opus', 'G722', 'PCMU', 'PCMA'])).min(1),
    default: ['opus', 'G722', 'PCMU', 'PCMA'],
    applies: 'next call',
  }),
  'media.digits': setting({
    doc: 'How keys that are pressed in a call are sent. `rtp`: as events beside the sound. `info`: by SIP INFO. `inband`: as tones in the sound. `auto`: `rtp` where both sides have it, else `info` where the other side takes it, else `inband`. Keys of the other side are taken in each of these ways.',
    since: '0.1',
    schema: z.enum(['auto', 'rtp', 'info', 'inband']),
    default: 'auto',
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
  'media.folder': setting({
    doc: 'The folder that names of recordings are in; media in the data folder unless said.',
    since: '0.1',
    schema: z.string().max(4096),
    applies: 'next call',
  }),
} as const
