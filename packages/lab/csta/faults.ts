// What can be made to go wrong with the control of the phones on desks.
import type { FaultEntry } from '../faults.ts'

const rows = [
  ['csta-refuse', 'server-refused', 'Nothing listens on the CSTA ports.'],
  ['csta-silent', 'server-silent', 'The CSTA server takes everything and answers nothing.'],
  ['csta-wrong-password', 'credentials-rejected', 'The password in the settings is not the right one.'],
  ['csta-cut', null, 'Connections are cut after so many frames of theirs.', 'count'],
] as const

export type CstaFaultName = (typeof rows)[number][0]

export const cstaFaults: readonly FaultEntry[] = rows.map(([name, code, doc, value]) => ({
  name,
  code,
  doc,
  ...(value ? { value } : {}),
  area: 'desk',
  journey: 'desk',
  doctor: false,
}))
