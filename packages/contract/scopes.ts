// What an application may be allowed to do. Each token carries a list of these for one session; each method names one.

export const scopes = {
  'system.read': 'See which core runs, who is attached and how each service is.',
  'system.control': 'Stop the core, keep it running, read its log.',
  'session.manage': 'Sign people in and out.',
  'session.read': 'See who is signed in.',
  'config.read': 'Read settings; secrets are never among them.',
  'config.write': 'Change settings.',
  'phones.read': 'See the phones and their state.',
  'phones.control': 'Choose which phone acts for the person, where its calls are sent on to, and whether it rings.',
  'calls.read': 'See calls and who is on them.',
  'calls.control': 'Dial, answer and end calls. This can cost money.',
  'media.use': 'Hear and speak in calls, record them, read statistics.',
  'presence.read': 'See the person’s own availability, and why it is that.',
  'presence.write': 'Choose the person’s availability.',
  'contacts.read': 'See the contacts and how available they are.',
  'contacts.write': 'Change the contacts, and who may see the person.',
  'chat.read': 'Read conversations.',
  'chat.write': 'Write as the person, and join rooms.',
  'history.read': 'Read the record of past calls, messages, voicemail and conferences.',
  'history.write': 'Delete from that record.',
  'voicemail.read': 'See the voice messages, and hear them.',
  'voicemail.write': 'Mark, delete and forward voice messages: forwarding writes to others as the person.',
  'directory.read': 'Find people in the directory.',
  'conferences.read': 'See the web conferences and who is in them.',
  'conferences.use': 'Make web conferences, ask people into them, and be heard and seen there.',
} as const

export type Scope = keyof typeof scopes

export const scopeNames: readonly Scope[] = Object.keys(scopes) as Scope[]
