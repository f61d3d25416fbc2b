// What can be made to go wrong with mailboxes.
import type { FaultEntry } from '../faults.ts'

const rows = [
  ['voicemail-gone', 'server-refused', 'Nothing listens where the mailboxes are.'],
  ['voicemail-silent', 'server-silent', 'The mail store takes everything and answers nothing.'],
  ['voicemail-certificate', 'tls-untrusted', 'Its certificate is of an authority that nobody knows.'],
  ['voicemail-wrong-password', 'credentials-rejected', 'Every password of a mailbox is refused.'],
  ['voicemail-no-folder', 'voicemail-no-folder', 'Who looks into their folder of messages is told that there is none.'],
  ['voicemail-garbled', 'server-garbled', 'It answers as a web server does.'],
  ['voicemail-no-idle', null, 'It tells nothing by itself: it must be asked.'],
  ['voicemail-no-uidplus', null, 'It can neither move messages nor remove single ones (Exchange 2007).'],
  ['voicemail-no-condstore', null, 'It does not say what has changed since when.'],
  ['voicemail-cut-in-download', null, 'The first connection that fetches sound is cut in the middle of it, once.'],
  [
    'voicemail-slow-sound',
    null,
    'The second half of a sound comes so much later from the web service, or when this is switched off.',
  ],
] as const

export type VoicemailFaultName = (typeof rows)[number][0]

export const voicemailFaults: readonly FaultEntry[] = rows.map(([name, code, doc]) => ({
  name,
  code,
  doc,
  area: 'voicemail',
  journey: 'voicemail',
  doctor: code !== null,
  ...(name === 'voicemail-slow-sound' ? ({ value: 'ms' } as const) : {}),
}))
