// Media: sound files and sound streams for calls.
import { z } from 'zod'
import { ApplicationId, BrowserId, ErrorValue, StreamId, Time } from './values.ts'
import { change, method, service } from './vocabulary.ts'

export const PageSound = z
  .object({
    browser: BrowserId,
    /** The application that opened it, and alone may use it. */
    application: ApplicationId,
    /** connecting: its offer is answered, or it uses the answer; connected: sound flows; lost: nothing has come for 10 s, it may come back. */
    state: z.enum(['connecting', 'connected', 'lost']),
    since: Time,
    /** Present where the page can send and show video. */
    video: z
      .object({
        /** What its camera is to be sent in; absent while no call with video is joined to it. */
        codec: z.enum(['VP8', 'H264']).optional(),
      })
      .optional(),
  })
  .describe('A page’s microphone and speaker, and how its connection stands.')
export type PageSound = z.output<typeof PageSound>

export const media = service({
  doc: 'Sound for calls: uploaded files, streams of PCM over the application’s own connection, and pages with microphone and speaker.',
  perSession: true,
  watched: {
    scope: 'media.use',
    state: z.object({ browsers: z.array(PageSound) }).describe('The pages whose sound is joined.'),
    changes: {
      browser: change({
        doc: 'A page’s sound is new, or its connection stands otherwise.',
        since: '0.1',
        payload: z.object({ browser: PageSound }),
      }),
      removed: change({
        doc: 'A page’s sound is over: `error` says why, and is absent where it was closed. Calls that it was joined to go on in silence.',
        since: '0.1',
        payload: z.object({ browser: BrowserId, error: ErrorValue.optional() }),
      }),
    },
  },
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
      doc: 'Join the microphone and speaker of a page by WebRTC, to be the endpoint of calls, one after the other. Both descriptions are whole: candidates are gathered before they are handed over. `media.watch` says when it is connected, lost and over: with the connection, with the application, or after `media.closeBrowser`.',
      since: '0.1',
      scope: 'media.use',
      params: z.object({
        offer: z
          .string()
          .max(65_536)
          .describe('The page’s offer, as SDP with one audio stream, and one of video where it can show that.'),
      }),
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
