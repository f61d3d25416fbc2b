// Media: sound files and sound streams for calls.
import { z } from 'zod'
import { deviceErrors } from './errors/devices.ts'
import { ApplicationId, BrowserId, DeviceName, DurationMs, ErrorValue, StreamId, Time } from './values.ts'
import { change, method, service } from './vocabulary.ts'

export const PageSound = z
  .object({
    browser: BrowserId,
    /** The application that opened it, and alone may use it. */
    application: ApplicationId,
    /** connecting: its offer is answered, or it uses the answer; connected: sound flows; lost: nothing has come for 10 s, it may come back. */
    state: z.enum(['connecting', 'connected', 'lost']),
    since: Time,
  })
  .describe('A page’s microphone and speaker, and how its connection stands.')
export type PageSound = z.output<typeof PageSound>

export const SoundDevice = z
  .object({
    /** Its name at the sound server. Text from others, as `name` is. */
    device: DeviceName,
    /** As it is shown to people. */
    name: z.string(),
    kind: z.enum(['input', 'output']),
    /** The system’s own choice. */
    default: z.boolean(),
    /** Whether it can be used: false where nothing is plugged into it. */
    available: z.boolean(),
  })
  .describe('A microphone (input) or a speaker (output) of this machine.')
export type SoundDevice = z.output<typeof SoundDevice>

export const SoundCard = z
  .object({
    /** unasked: nobody has looked yet; failed: `error` says why nothing is heard or said. */
    is: z.enum(['unasked', 'ready', 'failed']),
    devices: z.array(SoundDevice),
    /** What is in use now, or would be, of media.microphone and what is there. */
    microphone: DeviceName.optional(),
    speaker: DeviceName.optional(),
    /** Whether a call or a voice message is joined to it. */
    used: z.boolean(),
    /** unavailable: media.echoCancel asks for it, and the sound server cannot. */
    echoCancel: z.enum(['on', 'off', 'unavailable']),
    error: ErrorValue.optional(),
    /** Sound goes on, and not as it was chosen. */
    warning: ErrorValue.optional(),
  })
  .describe('The microphones and speakers of this machine, and which are used.')
export type SoundCard = z.output<typeof SoundCard>

export const media = service({
  doc: 'Sound for calls: uploaded files, streams of PCM over the application’s own connection, pages with microphone and speaker, and the sound card of this machine.',
  perSession: true,
  watched: {
    scope: 'media.use',
    state: z
      .object({ browsers: z.array(PageSound), soundCard: SoundCard })
      .describe(
        'The pages whose sound is joined, and the sound card, which is looked at from the first time on that it is asked for.',
      ),
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
      soundCard: change({
        doc: 'A device came or went, another one is used, or it stands otherwise: the whole of it.',
        since: '0.1',
        payload: z.object({ soundCard: SoundCard }),
      }),
      deviceMoved: change({
        doc: 'In a call sound goes on at another device. gone: the one before was unplugged; failed: it is there and stopped; chosen: by the settings, by an application, or at the sound server.',
        since: '0.1',
        payload: z.object({
          kind: z.enum(['input', 'output']),
          from: DeviceName,
          to: DeviceName,
          why: z.enum(['gone', 'failed', 'chosen']),
        }),
      }),
      levels: change({
        doc: 'How loud it is at the sound card, ten times a second at most, while an application has asked by `media.showLevels`: the loudest since the last time, in dB, 0 is the most there is and -100 silence.',
        since: '0.1',
        payload: z.object({ microphone: z.number(), speaker: z.number() }),
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
      params: z.object({ offer: z.string().max(65_536).describe('The page’s offer, as SDP with one audio stream.') }),
      result: z.object({ browser: BrowserId, answer: z.string() }),
      errors: ['call-too-many', 'media-browser-failed'],
      example: { offer: 'v=0\r\n…' },
    }),
    devices: method({
      doc: 'The microphones and speakers of this machine, and which would be used. From then on `media.watch` tells what comes and goes.',
      since: '0.1',
      scope: 'media.use',
      params: z.object({}),
      result: SoundCard,
      errors: [],
      example: {},
    }),
    showLevels: method({
      doc: 'Whether `media.watch` tells how loud it is, as long as this application is there and the sound card is used. Repeating it is harmless.',
      since: '0.1',
      scope: 'media.use',
      params: z.object({ on: z.boolean() }),
      result: z.object({}),
      errors: [],
      example: { on: true },
    }),
    testDevices: method({
      doc: 'Play a tone at the speaker and listen at the microphone; answers when that is over, with the loudest that was heard. `media.watch` tells the levels meanwhile.',
      since: '0.1',
      scope: 'media.use',
      params: z.object({ durationMs: DurationMs.min(200).max(10_000).default(2000) }),
      result: z.object({
        microphone: DeviceName,
        speaker: DeviceName,
        heard: z.number().describe('dB, 0 is the most there is and -100 silence.'),
      }),
      errors: [...deviceErrors, 'media-device-in-call'],
      example: { durationMs: 1000 },
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
