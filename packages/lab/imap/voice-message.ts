// A voice message as voicemail systems put it into a mailbox: the bytes of one message (RFC 5322, RFC 2045), in the manner of Unity
// Connection, of VPIM (RFC 3801) or of Asterisk.
import { aLaw, muLaw, type Sound, writeWav } from '@openparley/media'

export interface VoiceMessageOptions {
  /** What it is known by wherever it lies, without the angle brackets. */
  readonly id: string
  /** Who left it; nothing: who hid their number. */
  readonly from: { readonly number?: string; readonly name?: string }
  /** Whose mailbox it is. */
  readonly to: string
  readonly atMs: number
  readonly sound: Sound
  /** How the sound is written; mulaw unless said, as most do. */
  readonly as?: 'mulaw' | 'alaw' | 'pcm16'
  readonly manner?: 'unity' | 'vpim' | 'asterisk'
  readonly urgent?: boolean
  readonly private?: boolean
  /** Its sound stays where it is: a decoy text comes in its place. */
  readonly secure?: boolean
  /** One of several who were sent it is to take it. */
  readonly dispatch?: boolean
}

export function voiceMessage(options: VoiceMessageOptions): Uint8Array {
  const { id, from, to, atMs, sound, as = 'mulaw', manner = 'unity' } = options
  const lengthS = Math.ceil(sound.samples.length / sound.sampleRate)
  const boundary = `=_${id.replace(/\W/g, '').slice(0, 24)}_voice`
  const number = from.number ?? ''
  const shown = from.name ?? (number === '' ? 'unknown caller' : number)
  const said = `${lengthS}-second voice message from ${shown}`
  const type = manner === 'asterisk' ? 'audio/x-wav' : 'audio/wav'
  const audio = options.secure
    ? []
    : [
        `--${boundary}`,
        `Content-Type: ${type}; name="${manner === 'asterisk' ? 'msg0000.wav' : 'VoiceMessage.wav'}"`,
        'Content-Transfer-Encoding: base64',
        `Content-Duration: ${lengthS}`,
        ...(manner === 'vpim' ? ['Content-Description: Voice message'] : []),
        `Content-Disposition: ${manner === 'vpim' ? 'inline; voice=Voice-Message' : 'attachment'}; filename="VoiceMessage.wav"`,
        '',
        base64Lines(waveOf(sound, as)),
      ]
  const lines = [
    `Return-Path: <${address(number)}>`,
    ...(number === '' && from.name === undefined
      ? ['From: unityconnection@lab.example']
      : [`From: ${mailboxName(shown)} <${address(number)}>`]),
    `To: <${to}@lab.example>`,
    `Subject: ${encoded(`Voice message from ${shown}`)}`,
    `Date: ${new Date(atMs).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}@lab.example>`,
    ...manners[manner](options, lengthS),
    `Content-Type: multipart/${manner === 'vpim' ? 'voice-message; version=2.0' : 'mixed'}; boundary="${boundary}"`,
    '',
    'This is a message in MIME format.',
    ...(manner === 'vpim' && !options.secure
      ? []
      : [
          `--${boundary}`,
          'Content-Type: text/plain; charset=utf-8',
          'Content-Transfer-Encoding: base64',
          '',
          base64Lines(
            Buffer.from(
              options.secure
                ? 'This message is secure: hear it in an application that may play it, or by phone.'
                : said,
            ),
          ),
        ]),
    ...audio,
    `--${boundary}--`,
    '',
  ]
  return Buffer.from(lines.join('\r\n'))
}

const manners: Readonly<
  Record<'unity' | 'vpim' | 'asterisk', (options: VoiceMessageOptions, lengthS: number) => string[]>
> = {
  unity: (options) => [
    'MIME-Version: 1.0',
    'Message-Context: voice-message',
    `X-Priority: ${options.urgent ? '1' : '3'}`,
    `Importance: ${options.urgent ? 'High' : 'Normal'}`,
    ...(options.private ? ['Sensitivity: Private'] : []),
    `X-CiscoUnity-MessageType: ${options.secure ? 'secure-' : ''}voice`,
    ...(options.dispatch ? ['X-CiscoUnity-Dispatch: true'] : []),
  ],
  vpim: (options, lengthS) => [
    'MIME-Version: 1.0 (Voice 2.0)',
    'Message-Context: voice-message',
    `Content-Duration: ${lengthS}`,
    ...(options.urgent ? ['Importance: High'] : []),
    ...(options.private ? ['Sensitivity: Private'] : []),
  ],
  asterisk: ({ from, to, atMs, urgent }, lengthS) => [
    'MIME-Version: 1.0',
    'X-Asterisk-VM-Message-Num: 1',
    'X-Asterisk-VM-Server-Name: lab',
    'X-Asterisk-VM-Context: default',
    `X-Asterisk-VM-Extension: ${to}`,
    `X-Asterisk-VM-Priority: ${urgent ? 'Urgent' : ''}`,
    'X-Asterisk-VM-Callback-Number: ',
    `X-Asterisk-VM-Caller-ID-Num: ${from.number ?? ''}`,
    `X-Asterisk-VM-Caller-ID-Name: ${from.name ?? from.number ?? ''}`,
    `X-Asterisk-VM-Duration: ${lengthS}`,
    `X-Asterisk-VM-Flag: ${urgent ? 'Urgent' : ''}`,
    `X-Asterisk-VM-Orig-time: ${Math.floor(atMs / 1000)}`,
  ],
}

/** A WAV file of 16 bit, or of G.711 (format 7 and 6), which has no PCM in it. */
function waveOf(sound: Sound, as: 'mulaw' | 'alaw' | 'pcm16'): Uint8Array {
  if (as === 'pcm16') return writeWav(sound)
  const { samples, sampleRate } = sound
  const bytes = new Uint8Array(headerBytes + samples.length)
  const view = new DataView(bytes.buffer)
  const text = (at: number, word: string): void => void new TextEncoder().encodeInto(word, bytes.subarray(at))
  text(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 18, true)
  view.setUint16(20, as === 'mulaw' ? 7 : 6, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate, true)
  view.setUint16(32, 1, true)
  view.setUint16(34, 8, true)
  text(38, 'fact')
  view.setUint32(42, 4, true)
  view.setUint32(46, samples.length, true)
  text(50, 'data')
  view.setUint32(54, samples.length, true)
  const law = as === 'mulaw' ? muLaw : aLaw
  law.encode(samples, bytes, headerBytes)
  return bytes
}

function base64Lines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64')
  return (text.match(/.{1,76}/g) ?? []).join('\r\n')
}

function address(number: string): string {
  return `${number === '' ? 'unityconnection' : number.replace(/[^\w.+-]/g, '')}@lab.example`
}

function mailboxName(name: string): string {
  return isPlain.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : encoded(name)
}

/** RFC 2047, where it is not plain. */
function encoded(text: string): string {
  return isPlain.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
}

const isPlain = /^[ -~]*$/
const headerBytes = 58
