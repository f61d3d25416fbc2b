// Settings of files in conversations.
import { z } from 'zod'
import { setting } from './entry.ts'

const pattern = z.string().regex(/^!?(\*\/\*|[\w.+-]{1,127}\/(\*|[\w.+-]{1,127}))$/)

export const chatFileSettings = {
  'chat.files.mostBytes': setting({
    doc: 'The largest file that is sent or fetched, in bytes. The server may take less.',
    since: '0.1',
    schema: z.number().int().min(1).max(100_000_000),
    default: 10_000_000,
    applies: 'now',
  }),
  'chat.files.types': setting({
    doc: 'The media types that are sent and fetched: image/png, image/*, */*; with ! before it one that is not, whatever else says. Both the type that is said and the one of the name’s ending count. Everything but programs unless said.',
    since: '0.1',
    schema: z.union([pattern.transform((one) => [one]), z.array(pattern).max(64)]),
    default: [
      '*/*',
      '!application/x-msdownload',
      '!application/x-executable',
      '!application/x-sh',
      '!application/java-archive',
      '!application/vnd.android.package-archive',
      '!application/vnd.debian.binary-package',
    ] as string[],
    applies: 'now',
  }),
} as const
