// What stands in a voice message that the lab has made itself (imap/voice-message.ts): who left it, and its sound. No general reader of mail.
import { wavStream } from '@openparley/media'

export interface VoiceMail {
  /** Its Message-ID without the brackets. */
  readonly id: string
  readonly number: string | undefined
  readonly name: string | undefined
  readonly atMs: number
  readonly urgent: boolean
  readonly private: boolean
  readonly secure: boolean
  readonly dispatch: boolean
  /** A WAV file; undefined where it is kept elsewhere. */
  readonly wav: Uint8Array | undefined
}

/** Undefined where it is no such message. */
export function readVoiceMail(bytes: Uint8Array): VoiceMail | undefined {
  const text = Buffer.from(bytes).toString('latin1')
  const head = text.slice(0, Math.max(0, text.indexOf('\r\n\r\n'))).replace(/\r\n[ \t]+/g, ' ')
  const field = (name: string): string => new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''
  const [, id] = /^<([^@>]+)@/.exec(field('Message-ID')) ?? []
  if (id === undefined) return undefined
  const [, shown = '', local = ''] = /^(.*?)<?([^<@\s]*)@/.exec(field('From')) ?? []
  const name = decoded(shown.trim())
  const number = local === 'unityconnection' || local === '' ? undefined : local
  return {
    id,
    number,
    name: name === '' || name === number ? undefined : name,
    atMs: Date.parse(field('Date')),
    urgent:
      field('X-Priority') === '1' || field('Importance') === 'High' || field('X-Asterisk-VM-Priority') === 'Urgent',
    private: field('Sensitivity') === 'Private',
    secure: field('X-CiscoUnity-MessageType').startsWith('secure'),
    dispatch: field('X-CiscoUnity-Dispatch') === 'true',
    wav: soundIn(text),
  }
}

/** In samples at 8 kHz. */
export function samplesOf(wav: Uint8Array): Int16Array {
  const stream = wavStream()
  const samples = stream.push(wav)
  const rest = stream.end()
  const all = new Int16Array(samples.length + rest.length)
  all.set(samples)
  all.set(rest, samples.length)
  return all
}

function soundIn(text: string): Uint8Array | undefined {
  const [, base64] = /^Content-Type: audio\/[^]*?\r\n\r\n([A-Za-z0-9+/=\r\n]*)/m.exec(text) ?? []
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64')
}

function decoded(name: string): string {
  const [, words] = /^=\?utf-8\?B\?([\w+/=]*)\?=$/i.exec(name) ?? []
  if (words !== undefined) return Buffer.from(words, 'base64').toString()
  return name.replace(/^"(.*)"$/, '$1').replace(/\\(.)/g, '$1')
}
