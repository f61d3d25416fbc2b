// Media: sound files and sound streams for calls.
import { z } from 'zod'
import { BrowserId, StreamId } from './values.ts'
import { method, service } from './vocabulary.ts'

export const media = service({
  doc: 'Sound for calls: uploaded files, streams of PCM over the application’s own connection, and pages with microphone and speaker.',
  perSession: true,
  methods: {
    upload: method({
      doc: 'Give the core a WAV file to play in calls of this session. It is forgotten with the session.',
      since: '0.1',
      scope: 'media.use',
      params: z.object({
        wav: z.string().max(12_000_000).describe('The file in base64: 8 or 16 kHz, 16 bit, mono, at most 4 minutes.'),
      }),
      result: z.object({ handle: z.string() }),
      errors: ['media-file-unreadable', 'media-too-large'],
      example: { wav: 'UklGRg==' },
    }),
    openStream: method({
      doc: 'Open a stream for a call’s sound. Frames of 20 ms flow as `media.frame` notifications in both directions: signed 16-bit little-endian PCM, mono, in base64. A frame that comes too early waits (at most 100 do, the oldest is dropped); one that is missing is silence.',
      since: '0.1',
      scope: 'media.use',
      params: z.object({
        sampleRate: z
          .union([z.literal(8000), z.literal(16_000)])
          .default(16_000)
          .describe('Hz'),
      }),
      result: z.object({ stream: StreamId }),
      errors: ['call-too-many'],
      example: { sampleRate: 16_000 },
    }),
    closeStream: method({
      doc: 'Close a stream; a call that is joined to it falls silent. Repeating it is harmless.',
      since: '0.1',
      scope: 'media.use',
      params: z.object({ stream: StreamId }),
      result: z.object({}),
      errors: [],
      example: { stream: 'stream_AAAAAAAAAAAAAAAAAAAAAA' },
    }),
    openBrowser: method({
      doc: 'Join the microphone and speaker of a page by WebRTC, to be the endpoint of calls, one after the other. Both descriptions are whole: candidates are gathered before they are handed over. It is over with the connection, with the application, or after `media.closeBrowser`.',
      since: '0.1',
      scope: 'media.use',
      params: z.object({ offer: z.string().max(65_536).describe('The page’s offer, as SDP with one audio stream.') }),
      result: z.object({ browser: BrowserId, answer: z.string() }),
      errors: ['call-too-many', 'media-browser-failed'],
      example: { offer: 'v=0\r\n…' },
    }),
    closeBrowser: method({
      doc: 'Close a page’s sound; a call that is joined to it falls silent. Repeating it is harmless.',
      since: '0.1',
      scope: 'media.use',
      params: z.object({ browser: BrowserId }),
      result: z.object({}),
      errors: [],
      example: { browser: 'browser_AAAAAAAAAAAAAAAAAAAAAA' },
    }),
  },
})
