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
