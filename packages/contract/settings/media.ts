// Settings of sound.
import { z } from 'zod'
import { secret, setting } from './entry.ts'

const stun = z
  .string()
  .regex(/^stun:(\[[\da-f:.]+\]|[^\s:?/@[\]]+)(:\d{1,5})?$/i)
  .describe('stun:host:port')
const turn = z
  .string()
  .regex(/^turns?:(\[[\da-f:.]+\]|[^\s:?/@[\]]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/i)
  .describe('turn:host:port?transport=udp|tcp')

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
  'media.ice': setting({
    doc: 'Whether a way for sound is looked for between all addresses of both sides (ICE). `answer`: where the other side offers that. `offer`: it is offered in every call, too, which makes an INVITE about 600 bytes longer. `answer` unless said, or `offer` where media.stun.servers or media.turn.servers are set.',
    since: '0.1',
    schema: z.enum(['off', 'answer', 'offer']),
    applies: 'next call',
  }),
  'media.ice.only': setting({
    doc: '`relay`: sound goes through a relay of media.turn.servers and in no other way, and the other side does not learn where one is. All ways unless said.',
    since: '0.1',
    schema: z.enum(['relay']),
    applies: 'next call',
  }),
  'media.stun.servers': setting({
    doc: 'Servers that tell how we are seen from outside, best first: stun:host:port. The next one is asked where one does not answer. A string is a list of one.',
    since: '0.1',
    schema: z.union([stun.transform((one) => [one]), z.array(stun).min(1).max(8)]),
    applies: 'next call',
  }),
  'media.turn.servers': setting({
    doc: 'Relays for sound, best first: turn:host:port?transport=udp|tcp, or turns:host:port for TLS. The next one is asked where one does not answer. A string is a list of one.',
    since: '0.1',
    schema: z.union([turn.transform((one) => [one]), z.array(turn).min(1).max(8)]),
    applies: 'next call',
  }),
  'media.turn.user': setting({
    doc: 'The user name at the relays.',
    since: '0.1',
    schema: z.string().min(1).max(508),
    applies: 'next call',
  }),
  'media.turn.password': setting({
    doc: 'The password at the relays, or {"env": NAME} to read it from an environment variable.',
    since: '0.1',
    schema: secret,
    secret: true,
    applies: 'next call',
  }),
  'media.turn.tls.ca': setting({
    doc: 'The authorities that relays by TLS are believed by, as PEM or a file; those of the system unless said.',
    since: '0.1',
    schema: z.string().max(65_536),
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
