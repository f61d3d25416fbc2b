// A session description as data, RFC 8866. Unknown attributes and lines survive a round trip in their order.

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

export interface Attribute {
  readonly name: string
  /** Absent for a property attribute (a=recvonly). */
  readonly value?: string
}

export interface Connection {
  readonly family: 'IP4' | 'IP6'
  /** An address or a host name; a TTL or count suffix of a multicast address is kept in it. */
  readonly address: string
}

export interface MediaSection {
  /** audio, video, application, … */
  kind: string
  /** 0 means refused or removed (RFC 3264 §6, §8.2). */
  port: number
  /** Number of ports where m=audio 4000/2 says so. */
  portCount?: number
  /** RTP/AVP, RTP/SAVP, UDP/TLS/RTP/SAVPF, … */
  protocol: string
  /** Payload types or other formats as written. */
  formats: string[]
  title?: string
  connection?: Connection
  bandwidth: string[]
  attributes: Attribute[]
}

export interface SessionDescription {
  version: 0
  origin: { username: string; sessionId: string; sessionVersion: string; family: 'IP4' | 'IP6'; address: string }
  name: string
  connection?: Connection
  /** Lines that we carry and do not read (i= u= e= p= b= t= r= z= k=), as written, in order. */
  lines: string[]
  attributes: Attribute[]
  media: MediaSection[]
}
