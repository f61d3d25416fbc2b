// What can be made to go wrong with web conferences elsewhere.
import type { FaultEntry } from '../faults.ts'

const rows = [
  ['conference-silent', 'server-silent', 'The BigBlueButton server takes everything and answers nothing.'],
  ['conference-wrong-checksum', 'conference-refused-by-server', 'The BigBlueButton server has another shared secret.'],
] as const

export type BigBlueButtonFaultName = (typeof rows)[number][0]

export const bigBlueButtonFaults: readonly FaultEntry[] = rows.map(([name, code, doc]) => ({
  ...{ name, code, doc },
  area: 'conference',
  journey: 'conference',
  // Nothing is asked before somebody makes a conference.
  doctor: false,
}))
