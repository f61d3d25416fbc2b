export { type Audio, type AudioCodec, bothWays, mirrored, readAudio, receivesIn, sendsIn, writeAudio } from './audio.ts'
export type { Crypto } from './crypto.ts'
export type { Attribute, Connection, Direction, MediaSection, SessionDescription } from './description.ts'
export {
  type Agreed,
  type AgreedVideo,
  answer,
  asksVideo,
  begin,
  offer,
  type Refusal,
  readAnswer,
  type Said,
  unanswerable,
  withdrawn,
} from './exchange.ts'
export { parseSdp, type SdpMalformed, writeSdp } from './parse.ts'
export type { Video, VideoCodec } from './video.ts'
