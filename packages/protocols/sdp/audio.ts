// The audio stream in a session description: what one side of it says, apart from the text.
import { type Crypto, readCrypto, writeCrypto } from './crypto.ts'
import type { Direction, MediaSection, SessionDescription } from './description.ts'

export interface AudioCodec {
  readonly payloadType: number
  readonly name: string
  readonly clockRate: number
  /** Where a=rtpmap says more than one: Opus always says two (RFC 7587 §7). */
  readonly channels?: number
  readonly parameters?: string
  /** Of what is agreed: by which number it comes to us, where that is another than the one it goes by. */
  readonly receivedType?: number
}

export interface Audio {
  readonly address: string
  /** 0: refused, or removed. */
  readonly port: number
  readonly rtcpPort?: number
  readonly codecs: readonly AudioCodec[]
  /** As this side says it. */
  readonly direction: Direction
  readonly packetMs?: number
  /** The keys by which this side would protect what it sends, best first; none: it does not. */
  readonly crypto?: readonly Crypto[]
  /** Of our own side: nothing is sent without protection (RTP/SAVP). Else keys are offered, and it is up to the other side (RFC 8643). */
  readonly protected?: boolean
}

/** Reads one m= section. Codecs without a=rtpmap are those of RFC 3551 table 4; unknown numbers are left out. */
export function readAudio(description: SessionDescription, section: MediaSection): Audio | undefined {
  const connection = section.connection ?? description.connection
  if (!connection) return undefined
  const attribute = (name: string): string | undefined => section.attributes.find((each) => each.name === name)?.value
  const direction =
    directionIn(section.attributes.map(({ name }) => name)) ??
    directionIn(description.attributes.map(({ name }) => name)) ??
    'sendrecv'
  // The old way to hold (RFC 2543): an address to which nothing can be sent.
  const nowhere = connection.address === '0.0.0.0'
  const rtcp = /^(\d{1,5})\b/.exec(attribute('rtcp') ?? '')?.[1]
  const ptime = Number(attribute('ptime'))
  const crypto = section.attributes.flatMap(({ name, value }) =>
    name === 'crypto' ? (readCrypto(value ?? '') ?? []) : [],
  )
  return {
    address: connection.address.split('/')[0] as string,
    port: section.port,
    codecs: section.formats.flatMap((format) => readCodec(section, format)),
    direction: nowhere ? withoutReceiving(direction) : direction,
    ...(rtcp === undefined ? {} : { rtcpPort: Number(rtcp) }),
    ...(ptime > 0 && ptime <= 200 ? { packetMs: ptime } : {}),
    ...(crypto.length === 0 ? {} : { crypto }),
  }
}

/** The m= section that says what `audio` says. */
export function writeAudio(audio: Audio, protocol: string): MediaSection {
  const attributes = audio.codecs.flatMap(({ payloadType, name, clockRate, channels = 1, parameters }) => {
    const map = `${name}/${clockRate}${channels > 1 ? `/${channels}` : ''}`
    return [
      // What a number means by itself need not be said (RFC 8866 §6.6), and an INVITE has to go into a datagram.
      ...(staticTypes[payloadType] === map ? [] : [{ name: 'rtpmap', value: `${payloadType} ${map}` }]),
      ...(parameters === undefined ? [] : [{ name: 'fmtp', value: `${payloadType} ${parameters}` }]),
    ]
  })
  if (audio.packetMs !== undefined) attributes.push({ name: 'ptime', value: String(audio.packetMs) })
  if (audio.rtcpPort !== undefined && audio.rtcpPort !== audio.port + 1)
    attributes.push({ name: 'rtcp', value: String(audio.rtcpPort) })
  for (const crypto of audio.crypto ?? []) attributes.push({ name: 'crypto', value: writeCrypto(crypto) })
  return {
    kind: 'audio',
    port: audio.port,
    protocol,
    formats: audio.codecs.map(({ payloadType }) => String(payloadType)),
    bandwidth: [],
    attributes: [...attributes, { name: audio.direction }],
  }
}

/** What the other side's direction means for us (RFC 3264 §6.1). */
export function mirrored(direction: Direction): Direction {
  return direction === 'sendonly' ? 'recvonly' : direction === 'recvonly' ? 'sendonly' : direction
}

/** The direction that both allow: each seen from the same side. */
export function bothWays(a: Direction, b: Direction): Direction {
  const sends = sendsIn(a) && sendsIn(b)
  const receives = receivesIn(a) && receivesIn(b)
  return sends ? (receives ? 'sendrecv' : 'sendonly') : receives ? 'recvonly' : 'inactive'
}

export function sendsIn(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly'
}

export function receivesIn(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly'
}

function withoutReceiving(direction: Direction): Direction {
  return sendsIn(direction) ? 'sendonly' : 'inactive'
}

function directionIn(names: readonly string[]): Direction | undefined {
  return (['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const).find((direction) => names.includes(direction))
}

function readCodec(section: MediaSection, format: string): AudioCodec[] {
  if (!/^\d{1,3}$/.test(format) || Number(format) > 127) return []
  const payloadType = Number(format)
  const ofType = (name: string): string | undefined => {
    const attribute = section.attributes.find((each) => each.name === name && each.value?.startsWith(`${format} `))
    return attribute?.value?.slice(format.length + 1).trim()
  }
  const map = /^([\w.+-]+)\/(\d{1,6})(?:\/(\d{1,2}))?$/.exec(ofType('rtpmap') ?? staticTypes[payloadType] ?? '')
  if (!map) return []
  const parameters = ofType('fmtp')
  const channels = Number(map[3] ?? 1)
  return [
    {
      payloadType,
      name: map[1] as string,
      clockRate: Number(map[2]),
      ...(channels > 1 ? { channels } : {}),
      ...(parameters === undefined ? {} : { parameters }),
    },
  ]
}

/** RFC 3551 table 4, as far as anybody still speaks them. */
const staticTypes: Record<number, string> = {
  0: 'PCMU/8000',
  3: 'GSM/8000',
  4: 'G723/8000',
  8: 'PCMA/8000',
  9: 'G722/8000',
  13: 'CN/8000',
  15: 'G728/8000',
  18: 'G729/8000',
}
