export { type Audio, type AudioCodec, bothWays, mirrored, readAudio, receivesIn, sendsIn, writeAudio } from './audio.ts'
export type { Attribute, Connection, Direction, MediaSection, SessionDescription } from './description.ts'
export { type Agreed, answer, begin, offer, type Refusal, readAnswer, type Said } from './exchange.ts'
export { parseSdp, type SdpMalformed, writeSdp } from './parse.ts'
