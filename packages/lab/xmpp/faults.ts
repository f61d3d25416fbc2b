// What can be made to go wrong with chat.
import type { FaultEntry } from '../faults.ts'

const rows = [
  ['xmpp-refuse', 'server-refused', 'Nothing listens on the XMPP ports.'],
  ['xmpp-silent', 'server-silent', 'The XMPP server takes everything and answers nothing.'],
  ['xmpp-wrong-certificate', 'tls-untrusted', 'Its certificate is of an authority that nobody knows.'],
  ['xmpp-wrong-password', 'credentials-rejected', 'The password in the settings is not the right one.'],
  ['xmpp-no-tls', 'chat-no-encryption', 'The XMPP server offers no TLS where it is to be asked for.'],
  ['xmpp-cut', null, 'Connections are cut after so many stanzas of theirs.', 'count'],
  ['xmpp-spoofed-carbon', null, 'With each message comes a copy from somebody who may not send copies.'],
  ['xmpp-spoofed-archive', null, 'With each page of an archive comes a message from somebody whose archive it is not.'],
  ['xmpp-wrong-correction', null, 'After each message somebody else corrects it.'],
  ['xmpp-huge-message', null, 'With each message comes one of two million characters.'],
  ['xmpp-drop-acks', null, 'What was received is never acknowledged.'],
  ['xmpp-no-files', null, 'The server takes no files.'],
  ['xmpp-file-refused', null, 'A file is given a place and is then too large for it.'],
  [
    'xmpp-file-headers',
    null,
    'A place bears headers that are not the server’s to set; who sends one of them is refused.',
  ],
  ['xmpp-file-huge', null, 'A file that is fetched has no end.'],
  ['xmpp-file-elsewhere', null, 'Who fetches a file is sent on to a place without TLS.'],
] as const

export type XmppFaultName = (typeof rows)[number][0]

export const xmppFaults: readonly FaultEntry[] = rows.map(([name, code, doc, value]) => ({
  name,
  code,
  doc,
  ...(value ? { value } : {}),
  area: 'xmpp',
  journey: 'chat',
  doctor: code !== null,
}))
