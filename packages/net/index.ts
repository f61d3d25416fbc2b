export { type Certificate, type CertificateRequest, makeCertificate } from './certificate.ts'
export { realClock, realDice } from './clock.ts'
export { type DnsResolver, dnsResolver, type NaptrRecord, type SrvAnswer, type SrvRecord } from './dns.ts'
export { type Driven, drive, type Turn } from './drive.ts'
export { type NetCause, NetFailure, netFailure } from './failure.ts'
export { type HttpAnswer, type HttpRequest, httpRequest } from './http.ts'
export { type HttpStream, type HttpStreamRequest, httpStream } from './http-stream.ts'
export {
  type ConnectOptions,
  connectSocket,
  connectStream,
  type Listener,
  type ListenOptions,
  listenStream,
  type Stream,
  type StreamEvents,
} from './stream.ts'
export { type Network, type NetworkChange, systemNetwork, watching } from './network.ts'
export { addressOf, placeOf } from './place.ts'
export { isPublicAddress } from './public-address.ts'
export type { Trust } from './trust.ts'
export { isUdpRefused, localAddressFor, openUdp, type UdpOptions, type UdpSocket } from './udp.ts'
