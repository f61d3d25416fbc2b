// Offers and answers for one audio stream, RFC 3264. Other streams are refused, each in its place.
import { type Audio, type AudioCodec, bothWays, mirrored, readAudio, writeAudio } from './audio.ts'
import { type Crypto, keyLength } from './crypto.ts'
import type { Direction, MediaSection, SessionDescription } from './description.ts'
import { parseSdp, writeSdp } from './parse.ts'

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
}

export interface Agreed {
  /** The other side: where to send, and the codecs that both have, best first, with the numbers to send them by. */
  readonly remote: Audio
  /** As we see it. */
  readonly direction: Direction
  /** By which each side protects what it sends; absent: nothing is protected. */
  readonly protection?: { readonly suite: string; readonly ours: Crypto; readonly theirs: Crypto }
}

export type Refusal = {
  readonly refused: 'malformed' | 'no-audio' | 'no-codec' | 'protection'
  readonly detail?: string
}

/** `number`: unguessable and unique enough for a session, up to 2⁵³. */
export function begin(number: number): Said {
  return { sessionId: String(number), sessionVersion: 0, sections: [], text: '' }
}

/** An offer of our audio; later ones keep the places of the streams that were offered before (RFC 3264 §8). */
export function offer(said: Said, local: Audio): { readonly text: string; readonly said: Said } {
  const place = Math.max(
    said.sections.findIndex(({ kind }) => kind === 'audio'),
    0,
  )
  const sections = said.sections.map(
    ({ kind, protocol, formats }): MediaSection => refusedSection(kind, protocol, formats),
  )
  const before = said.sections[place]?.protocol ?? 'RTP/AVP'
  sections[place] = writeAudio(local, local.protected && !isSecure(before) ? 'RTP/SAVP' : before)
  return describe(said, local.address, sections)
}

/** Answers an offer: codecs in the offerer's order and with its numbers (RFC 3264 §6.1), what we do not have left out. */
export function answer(
  said: Said,
  text: string,
  local: Audio,
): { readonly text: string; readonly said: Said; readonly agreed: Agreed } | Refusal {
  const offered = parseSdp(text)
  if ('malformed' in offered) return { refused: 'malformed', detail: offered.malformed }
  const found = findAudio(offered, local, (ours, theirs) => ours.suite === theirs.suite && isAsLong(ours, theirs))
  if ('refused' in found) return found
  const { section, audio, protection } = found
  const codecs = inCommon(audio.codecs, local.codecs)
  if (!codecs.some(isSound)) return { refused: 'no-codec', detail: audio.codecs.map(({ name }) => name).join(' ') }
  const direction = bothWays(mirrored(audio.direction), local.direction)
  // The answer bears the tag of the line that it takes (RFC 4568 §5.1.2).
  const { crypto: _, ice, rtcpMux, ...bare } = { ...local, codecs, direction }
  // Only what was offered is answered (RFC 8839 §4.3.1, RFC 5761 §5.1.1).
  const ways = audio.ice === 'mismatch' || !audio.ice ? audio.ice : ice
  const plain: Audio = { ...bare, ...(ways ? { ice: ways } : {}), ...(audio.rtcpMux && rtcpMux ? { rtcpMux } : {}) }
  const ours: Audio = protection ? { ...plain, crypto: [{ ...protection.ours, tag: protection.theirs.tag }] } : plain
  const sections = offered.media.map((each) =>
    each === section ? writeAudio(ours, each.protocol) : refusedSection(each.kind, each.protocol, each.formats),
  )
  const agreed: Agreed = { remote: { ...audio, codecs }, direction, ...(protection ? { protection } : {}) }
  return { ...describe(said, local.address, sections), agreed }
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
  const found = findAudio(offered, { ...ours, crypto }, (our, theirs) => our.suite === theirs.suite)
  if ('refused' in found) return found
  const theirs = found.audio.codecs
  const isOurs = (name: string): boolean => codecs.some((own) => own.toLowerCase() === name.toLowerCase())
  if (theirs.some((codec) => isSound(codec) && isOurs(codec.name))) return undefined
  return { refused: 'no-codec', detail: theirs.map(({ name }) => name).join(' ') }
}

/** Reads the answer to our offer of `local`. */
export function readAnswer(text: string, local: Audio): Agreed | Refusal {
  const answered = parseSdp(text)
  if ('malformed' in answered) return { refused: 'malformed', detail: answered.malformed }
  const found = findAudio(
    answered,
    local,
    (ours, theirs) => ours.suite === theirs.suite && ours.tag === theirs.tag && isAsLong(ours, theirs),
  )
  if ('refused' in found) return found
  const { audio, protection } = found
  // The answer's numbers are those that the other side wants to receive by.
  const codecs = inCommon(audio.codecs, local.codecs)
  if (!codecs.some(isSound)) return { refused: 'no-codec', detail: audio.codecs.map(({ name }) => name).join(' ') }
  const direction = bothWays(local.direction, mirrored(audio.direction))
  return { remote: { ...audio, codecs }, direction, ...(protection ? { protection } : {}) }
}

interface Found {
  readonly section: MediaSection
  readonly audio: Audio
  readonly protection?: NonNullable<Agreed['protection']>
}

/** The first audio stream that is not refused and whose protection, or lack of it, we can do with: a protected one before others. */
function findAudio(
  description: SessionDescription,
  local: Pick<Audio, 'crypto' | 'protected'>,
  fits: (ours: Crypto, theirs: Crypto) => boolean,
): Found | Refusal {
  const streams = description.media.filter(({ kind, port }) => kind === 'audio' && port !== 0)
  if (streams.length === 0) return { refused: 'no-audio' }
  let plain: Found | undefined
  for (const section of streams) {
    if (!/^RTP\/S?AVPF?$/.test(section.protocol)) continue
    const audio = readAudio(description, section)
    if (!audio) return { refused: 'malformed', detail: 'there is no c= line' }
    for (const theirs of audio.crypto ?? []) {
      const ours = local.crypto?.find((each) => fits(each, theirs))
      if (ours) return { section, audio, protection: { suite: ours.suite, ours, theirs } }
    }
    if (!isSecure(section.protocol) && !local.protected) plain ??= { section, audio }
  }
  return plain ?? { refused: 'protection', detail: streams.map(({ protocol }) => protocol).join(' ') }
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

function describe(said: Said, address: string, media: MediaSection[]): { text: string; said: Said } {
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
  return { text, said: { ...said, sessionVersion, sections, text } }
}
