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
  'media.video': setting({
    doc: 'What becomes of video that the other side of a call asks for. `off`: it is refused. `ask`: it is refused until calls.addVideo. `accept`: theirs is shown at once, where a page can; a picture of this side goes out only when it is asked for here.',
    since: '0.1',
    schema: z.enum(['off', 'ask', 'accept']),
    default: 'ask',
    applies: 'next call',
  }),
  'media.video.codecs': setting({
    doc: 'The video codecs to offer, best first. Pictures go between the page and the other side as they are.',
    since: '0.1',
    schema: z.array(z.enum(['VP8', 'H264'])).min(1),
    default: ['VP8', 'H264'],
    applies: 'next call',
  }),
  'media.video.mostKbps': setting({
    doc: 'How much video takes at most each way, in kbit/s. The other side may want less.',
    since: '0.1',
    schema: z.number().int().min(64).max(20_000),
    default: 1500,
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
