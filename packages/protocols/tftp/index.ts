export { errorCodes, type Malformed, type Options, type Packet, readPacket, writePacket } from './packet.ts'
