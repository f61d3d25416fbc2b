// The video stream in a session description, and what two sides have in common of it: VP8 (RFC 7741), H.264 (RFC 6184), feedback
// (RFC 4585, RFC 5104) and bounds (RFC 3890).
import { type Audio, type AudioCodec, readAudio, writeAudio } from './audio.ts'
import type { MediaSection, SessionDescription } from './description.ts'
import { commonH264 } from './h264.ts'

export interface VideoCodec extends AudioCodec {
  /** What one may ask by RTCP, as a=rtcp-fb has it: nack pli, ccm fir. */
  readonly feedback?: readonly string[]
}

export interface Video extends Omit<Audio, 'codecs' | 'packetMs'> {
  readonly codecs: readonly VideoCodec[]
  /** What this side wants to receive at most, in bit/s, without the headers of its packets. */
  readonly mostBitsPerS?: number
}

export function readVideo(description: SessionDescription, section: MediaSection): Video | undefined {
  const stream = readAudio(description, section)
  if (!stream) return undefined
  const { packetMs: _, ...read } = stream
  const session = description.lines.filter((line) => line.startsWith('b=')).map((line) => line.slice(2))
  const bounds = [...section.bandwidth, ...session].flatMap(readBound)
  return {
    ...read,
    codecs: read.codecs.map((codec) => ({ ...codec, feedback: feedbackOf(section, codec.payloadType) })),
    ...(bounds.length === 0 ? {} : { mostBitsPerS: Math.min(...bounds) }),
  }
}

export function writeVideo(video: Video, protocol: string): MediaSection {
  const { codecs, mostBitsPerS } = video
  const section = writeAudio(video, protocol)
  const feedback = codecs.flatMap(({ payloadType, feedback = [] }) =>
    feedback.map((each) => ({ name: 'rtcp-fb', value: `${payloadType} ${each}` })),
  )
  return {
    ...section,
    kind: 'video',
    bandwidth:
      mostBitsPerS === undefined
        ? []
        : [`AS:${Math.ceil(mostBitsPerS / headerless / 1000)}`, `TIAS:${Math.floor(mostBitsPerS)}`],
    attributes: [...section.attributes, ...feedback],
  }
}

/** In their order and with their numbers; the parameters are those of whoever answers them. */
export function videoInCommon(theirs: readonly VideoCodec[], ours: readonly VideoCodec[]): VideoCodec[] {
  return theirs.flatMap((their) => {
    const own = ours.filter(({ name, clockRate }) => isSame(name, their.name) && clockRate === their.clockRate)
    for (const our of own) {
      const feedback = (their.feedback ?? []).filter((each) => our.feedback?.includes(each))
      const { payloadType, clockRate } = their
      const common = { payloadType, name: our.name, clockRate, feedback }
      if (!isSame(our.name, 'H264')) return [common]
      const parameters = commonH264(their.parameters, our.parameters)
      if (parameters !== undefined) return [{ ...common, parameters }]
    }
    return []
  })
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function feedbackOf(section: MediaSection, payloadType: number): string[] {
  return section.attributes.flatMap(({ name, value = '' }) => {
    const [, of, what = ''] = (name === 'rtcp-fb' && /^(\*|\d{1,3}) +(.{1,64})$/.exec(value)) || []
    return of === '*' || of === String(payloadType) ? [what.trim().toLowerCase()] : []
  })
}

/** AS counts the headers of packets, too, and in thousands (RFC 3890 §1.1). */
function readBound(text: string): number[] {
  const [, kind, amount] = /^(AS|TIAS):(\d{1,10})$/.exec(text) ?? []
  if (kind === undefined) return []
  return [kind === 'TIAS' ? Number(amount) : Math.floor(Number(amount) * 1000 * headerless)]
}

/** Of packets of some thousand bytes, 40 are headers. */
const headerless = 0.96
