// What can be made to go wrong with the lab’s rooms for web conferences.
import type { FaultEntry } from '../faults.ts'

const rows = [
  ['room-gone', 'server-refused', 'Nothing listens where web conferences are.'],
  ['room-silent', 'server-silent', 'The server of web conferences takes everything and answers nothing.'],
  ['room-certificate', 'tls-untrusted', 'Its certificate is of an authority that nobody knows.'],
  ['room-refused', 'credentials-rejected', 'No secret is the right one.'],
  ['room-error', 'conference-refused-by-server', 'Nothing that a room is asked is done.'],
] as const

export type RoomFaultName = (typeof rows)[number][0]

export const roomFaults: readonly FaultEntry[] = rows.map(([name, code, doc]) => ({
  name,
  code,
  doc,
  area: 'conference',
  journey: 'conference',
  // A server that refuses what it is asked is there all the same.
  doctor: code !== 'conference-refused-by-server',
}))
