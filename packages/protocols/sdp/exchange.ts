// Offers and answers for one audio stream and one of video, RFC 3264. Other streams are refused, each in its place.
import { type Audio, type AudioCodec, bothWays, mirrored, readAudio, writeAudio } from './audio.ts'
import { type Crypto, keyLength } from './crypto.ts'
import type { Direction, MediaSection, SessionDescription } from './description.ts'
import { parseSdp, writeSdp } from './parse.ts'
import { readVideo, type Video, videoInCommon, writeVideo } from './video.ts'

/** What we have said in this session so far; made once a session, then handed on from exchange to exchange. */
export interface Said {
  readonly sessionId: string
  /** Grows with each description that differs (RFC 3264 §8). */
  readonly sessionVersion: number
  /** The sections of the last description that both sides know, in order. */
  readonly sections: readonly {
    readonly kind: string
    readonly protocol: string
    readonly formats: readonly string[]
  }[]
  readonly text: string
  /** Which of the sections is our video, once there was any. */
  readonly video?: number
}

interface AgreedOn<Stream> {
  /** The other side: where to send, and the codecs that both have, best first, with the numbers to send them by. */
  readonly remote: Stream
  /** As we see it. */
  readonly direction: Direction
  /** By which each side protects what it sends; absent: nothing is protected. */
  readonly protection?: { readonly suite: string; readonly ours: Crypto; readonly theirs: Crypto }
}

export type AgreedVideo = AgreedOn<Video>

export interface Agreed extends AgreedOn<Audio> {
  /** Absent where there is none, or none that both can do. */
  readonly video?: AgreedVideo
}

export type Refusal = {
  readonly refused: 'malformed' | 'no-audio' | 'no-codec' | 'protection'
  readonly detail?: string
}

/** `number`: unguessable and unique enough for a session, up to 2⁵³. */
export function begin(number: number): Said {
  return { sessionId: String(number), sessionVersion: 0, sections: [], text: '' }
}

/** An offer of our audio, and video where there is to be some; later ones keep the places of the streams that were offered before (RFC 3264 §8). */
export function offer(said: Said, local: Audio, video?: Video): { readonly text: string; readonly said: Said } {
  const place = Math.max(
    said.sections.findIndex(({ kind }) => kind === 'audio'),
    0,
  )
  const sections = said.sections.map(
    ({ kind, protocol, formats }): MediaSection => refusedSection(kind, protocol, formats),
  )
  const before = said.sections[place]?.protocol ?? 'RTP/AVP'
  const protocolOf = (was: string): string => (local.protected && !isSecure(was) ? 'RTP/SAVP' : was)
  sections[place] = writeAudio(local, protocolOf(before))
  if (!video) return describe(said, local.address, sections, said.video)
  const known = said.video ?? said.sections.findIndex(({ kind }) => kind === 'video')
  const pictures = known < 0 ? sections.length : known
  sections[pictures] = writeVideo(video, protocolOf(said.sections[pictures]?.protocol ?? 'RTP/AVP'))
  return describe(said, local.address, sections, pictures)
}

/** What was offered was refused as a whole: what was said before it stands (RFC 3264 §8), and the next version is a new one. */
export function withdrawn(said: Said, { sections, video }: Said): Said {
  const { video: _, ...rest } = said
  return { ...rest, sections, text: '', ...(video === undefined ? {} : { video }) }
}

/** Whether an offer has video that one who has these codecs could take. */
export function asksVideo(text: string, codecs: Video['codecs']): boolean {
  const offered = parseSdp(text)
  if ('malformed' in offered) return false
  return streamsIn(offered, 'video').some((section) => {
    const video = readVideo(offered, section)
    return video !== undefined && isSeenBy({ codecs })(video)
  })
}

/** Answers an offer: codecs in the offerer's order and with its numbers (RFC 3264 §6.1), what we do not have left out. */
export function answer(
  said: Said,
  text: string,
  local: Audio,
  video?: Video,
): { readonly text: string; readonly said: Said; readonly agreed: Agreed } | Refusal {
  const offered = parseSdp(text)
  if ('malformed' in offered) return { refused: 'malformed', detail: offered.malformed }
  const found = find('audio', readAudio, offered, local, canTake)
  if ('refused' in found) return found
  const { section, stream: audio, protection } = found
  const codecs = inCommon(audio.codecs, local.codecs)
  if (!codecs.some(isSound)) return { refused: 'no-codec', detail: audio.codecs.map(({ name }) => name).join(' ') }
  const direction = bothWays(mirrored(audio.direction), local.direction)
  // The answer bears the tag of the line that it takes (RFC 4568 §5.1.2).
  const { crypto: _, ...plain } = { ...local, codecs, direction }
  const ours: Audio = protection ? { ...plain, crypto: [{ ...protection.ours, tag: protection.theirs.tag }] } : plain
  const pictures = video && answerVideo(offered, video)
  const sections = offered.media.map((each) => {
    if (each === section) return writeAudio(ours, each.protocol)
    if (each === pictures?.section) return writeVideo(pictures.ours, each.protocol)
    return refusedSection(each.kind, each.protocol, each.formats)
  })
  const agreed: Agreed = {
    remote: { ...audio, codecs },
    direction,
    ...(protection ? { protection } : {}),
    ...(pictures ? { video: pictures.agreed } : {}),
  }
  const place = pictures ? offered.media.indexOf(pictures.section) : said.video
  return { ...describe(said, local.address, sections, place), agreed }
}

function answerVideo(
  offered: SessionDescription,
  local: Video,
): { readonly section: MediaSection; readonly ours: Video; readonly agreed: AgreedVideo } | undefined {
  const found = find('video', readVideo, offered, local, canTake, isSeenBy(local))
  if ('refused' in found) return undefined
  const { section, stream, protection } = found
  const codecs = videoInCommon(stream.codecs, local.codecs)
  const direction = bothWays(mirrored(stream.direction), local.direction)
  const { crypto: _, ...plain } = { ...local, codecs, direction }
  const ours = protection ? { ...plain, crypto: [{ ...protection.ours, tag: protection.theirs.tag }] } : plain
  return {
    section,
    ours,
    agreed: { remote: { ...stream, codecs }, direction, ...(protection ? { protection } : {}) },
  }
}

/** Why an offer can have no answer, by what is known before there are addresses and keys of ours; undefined: it may have one. */
export function unanswerable(
  text: string,
  {
    codecs,
    suites,
    ...ours
  }: { readonly codecs: readonly string[]; readonly suites: readonly string[] } & Pick<Audio, 'protected'>,
): Refusal | undefined {
  const offered = parseSdp(text)
  if ('malformed' in offered) return { refused: 'malformed', detail: offered.malformed }
  const crypto = suites.map((suite, i) => ({ tag: i + 1, suite, key: '' }))
  const found = find('audio', readAudio, offered, { ...ours, crypto }, (our, theirs) => our.suite === theirs.suite)
  if ('refused' in found) return found
  const theirs = found.stream.codecs
  const isOurs = (name: string): boolean => codecs.some((own) => own.toLowerCase() === name.toLowerCase())
  if (theirs.some((codec) => isSound(codec) && isOurs(codec.name))) return undefined
  return { refused: 'no-codec', detail: theirs.map(({ name }) => name).join(' ') }
}

/** Reads the answer to our offer of `local`, and of `video` where we have offered some. */
export function readAnswer(text: string, local: Audio, video?: Video): Agreed | Refusal {
  const answered = parseSdp(text)
  if ('malformed' in answered) return { refused: 'malformed', detail: answered.malformed }
  const found = find('audio', readAudio, answered, local, isTaken)
  if ('refused' in found) return found
  const { stream: audio, protection } = found
  // The answer's numbers are those that the other side wants to receive by.
  const codecs = inCommon(audio.codecs, local.codecs)
  if (!codecs.some(isSound)) return { refused: 'no-codec', detail: audio.codecs.map(({ name }) => name).join(' ') }
  const direction = bothWays(local.direction, mirrored(audio.direction))
  const pictures = video && readVideoAnswer(answered, video)
  return {
    remote: { ...audio, codecs },
    direction,
    ...(protection ? { protection } : {}),
    ...(pictures ? { video: pictures } : {}),
  }
}

function readVideoAnswer(answered: SessionDescription, local: Video): AgreedVideo | undefined {
  const found = find('video', readVideo, answered, local, isTaken, isSeenBy(local))
  if ('refused' in found) return undefined
  const { stream, protection } = found
  const codecs = videoInCommon(stream.codecs, local.codecs)
  const direction = bothWays(local.direction, mirrored(stream.direction))
  return { remote: { ...stream, codecs }, direction, ...(protection ? { protection } : {}) }
}

interface Found<Stream> {
  readonly section: MediaSection
  readonly stream: Stream
  readonly protection?: NonNullable<Agreed['protection']>
}

/** The first stream of its kind that is not refused and whose protection, or lack of it, we can do with: a protected one before others. */
function find<Stream extends Pick<Audio, 'crypto'>>(
  kind: 'audio' | 'video',
  read: (description: SessionDescription, section: MediaSection) => Stream | undefined,
  description: SessionDescription,
  local: Pick<Audio, 'crypto' | 'protected'>,
  fits: (ours: Crypto, theirs: Crypto) => boolean,
  suits: (stream: Stream) => boolean = () => true,
): Found<Stream> | Refusal {
  const streams = streamsIn(description, kind)
  if (streams.length === 0) return { refused: 'no-audio' }
  let plain: Found<Stream> | undefined
  for (const section of streams) {
    if (!/^RTP\/S?AVPF?$/.test(section.protocol)) continue
    const stream = read(description, section)
    if (!stream) return { refused: 'malformed', detail: 'there is no c= line' }
    if (!suits(stream)) continue
    for (const theirs of stream.crypto ?? []) {
      const ours = local.crypto?.find((each) => fits(each, theirs))
      if (ours) return { section, stream, protection: { suite: ours.suite, ours, theirs } }
    }
    if (!isSecure(section.protocol) && !local.protected) plain ??= { section, stream }
  }
  return plain ?? { refused: 'protection', detail: streams.map(({ protocol }) => protocol).join(' ') }
}

function streamsIn({ media }: SessionDescription, wanted: 'audio' | 'video'): MediaSection[] {
  return media.filter(({ kind, port }) => kind === wanted && port !== 0)
}

function isSeenBy(local: Pick<Video, 'codecs'>): (stream: Video) => boolean {
  return ({ codecs }) => videoInCommon(codecs, local.codecs).length > 0
}

/** Of keys that are offered: whether ours go with theirs. */
function canTake(ours: Crypto, theirs: Crypto): boolean {
  return ours.suite === theirs.suite && isAsLong(ours, theirs)
}

/** Of keys that we have offered: whether these are what they answered by. */
function isTaken(ours: Crypto, theirs: Crypto): boolean {
  return canTake(ours, theirs) && ours.tag === theirs.tag
}

function isAsLong(ours: Crypto, theirs: Crypto): boolean {
  return keyLength(ours) === keyLength(theirs)
}

function isSecure(protocol: string): boolean {
  return protocol.startsWith('RTP/SAVP')
}

function inCommon(theirs: readonly AudioCodec[], ours: readonly AudioCodec[]): AudioCodec[] {
  const same = (a: AudioCodec, b: AudioCodec): boolean =>
    a.name.toLowerCase() === b.name.toLowerCase() && a.clockRate === b.clockRate
  const common = theirs.filter((codec) => ours.some((own) => same(codec, own)))
  const sound = common.filter(isSound)
  // Digits and noise belong to a codec's clock (RFC 4733 §2.1): such as go with no sound are dropped.
  return common.filter((codec) => isSound(codec) || sound.some(({ clockRate }) => clockRate === codec.clockRate))
}

function isSound({ name }: AudioCodec): boolean {
  return !/^(telephone-event|CN)$/i.test(name)
}

function refusedSection(kind: string, protocol: string, formats: readonly string[]): MediaSection {
  return { kind, port: 0, protocol, formats: [...formats], bandwidth: [], attributes: [] }
}

function describe(said: Said, address: string, media: MediaSection[], video?: number): { text: string; said: Said } {
  const family = address.includes(':') ? 'IP6' : 'IP4'
  const write = (version: number): string =>
    writeSdp({
      version: 0,
      origin: { username: '-', sessionId: said.sessionId, sessionVersion: String(version), family, address },
      name: '-',
      connection: { family, address },
      lines: ['t=0 0'],
      attributes: [],
      media,
    })
  const same = said.sessionVersion > 0 && write(said.sessionVersion) === said.text
  const sessionVersion = same ? said.sessionVersion : said.sessionVersion + 1
  const text = write(sessionVersion)
  const sections = media.map(({ kind, protocol, formats }) => ({ kind, protocol, formats }))
  return { text, said: { ...said, sessionVersion, sections, text, ...(video === undefined ? {} : { video }) } }
}
