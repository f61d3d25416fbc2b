// What a lab is given, and what can be done with it.
import type { Dice } from '@openparley/protocols/common'
import type { Algorithm, Hop } from '@openparley/protocols/sip'
import type { BigBlueButtonServer } from './bigbluebutton/server.ts'
import type { CalendarServer } from './caldav/server.ts'
import type { AmiServer } from './ami/server.ts'
import type { AriServer } from './ari/server.ts'
import type { CstaServer } from './csta/server.ts'
import type { UacstaServer } from './csta/sip.ts'
import type { Deployment } from './cucm/deployment.ts'
import type { Desk } from './desk/desk.ts'
import type { DirectoryServer } from './ldap/server.ts'
import type { VoicemailServer } from './imap/server.ts'
import type { LabRecord } from './record.ts'
import type { Mailbox } from './sip/lines.ts'
import type { RoomServer } from './rooms/server.ts'
import type { OldHold } from './sip/stranger.ts'
import type { PhoneMail } from './voicemail/house.ts'
import type { RosterSeed, XmppServer } from './xmpp/server.ts'

export interface LabOptions {
  /** UDP and TCP; TLS has the next one. Any free ones unless said. */
  readonly sipPort?: number
  readonly faults?: readonly { readonly name: string; readonly value?: string }[]
  /** The digest algorithms that it asks for, the one it likes best last; SHA-256 and MD5 unless said. */
  readonly digests?: readonly Algorithm[]
  /** A second call manager of the cluster, on which phones stand by. */
  readonly standby?: boolean
  /** Who is there: alice, bob and carol unless said. */
  readonly people?: readonly string[]
  /** Further numbers of people: each is one more line of their device. */
  readonly lines?: Readonly<Record<string, readonly string[]>>
  /** Whom a person has in their roster at the start: the first two each other, unless said. */
  readonly rosterOf?: (person: string) => readonly RosterSeed[]
  /** After so long, in milliseconds, or when they are refused, calls to people go to their voicemail: those alone of who has dialled *74, after ten seconds, unless said. */
  readonly voicemailAfterMs?: number
  /** How long a chat session waits for a stream that takes it up again: two minutes unless said. */
  readonly resumeMs?: number
  /** Chance for losses, tokens and passwords; the real one unless said. */
  readonly dice?: Dice
}

export interface LabPerson {
  readonly name: string
  /** Ready for a core. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The same person's for who knows a name and a password, and no server. */
  readonly signIn: Readonly<Record<string, unknown>>
  /** The same person's for chat. */
  readonly xmpp: Readonly<Record<string, unknown>>
  /** The same person's for their calendar. */
  readonly calendar: Readonly<Record<string, unknown>>
  /** The same person's for the directory. */
  readonly directory: Readonly<Record<string, unknown>>
  /** The same person's for their address book. */
  readonly cards: Readonly<Record<string, unknown>>
  /** The same person's for their mailbox. */
  readonly voicemail: Readonly<Record<string, unknown>>
  /** The same person's for web conferences: everybody's are the same. */
  readonly conferences: Readonly<Record<string, unknown>>
  /** The phone on their desk, controlled over CSTA; empty where they have none. */
  readonly desk: Readonly<Record<string, unknown>>
}

export interface Lab {
  readonly addresses: {
    readonly sip: { readonly udp: string; readonly tcp: string; readonly tls: string }
    /** Of the second server, where there is one. */
    readonly standby?: { readonly udp: string; readonly tcp: string; readonly tls: string }
    readonly xmpp: XmppServer['addresses']
    readonly calendar: string
    readonly directory: DirectoryServer['addresses']
    readonly voicemail: VoicemailServer['addresses']
    readonly bigbluebutton: string
    readonly rooms: string
    readonly csta: CstaServer['addresses']
    readonly uacsta: UacstaServer['addresses']
    readonly ami: string
    readonly ari: string
  } & Deployment['addresses']
  readonly rules: Deployment['rules']
  /** Who may read the call manager's database. */
  readonly administrator: Deployment['administrator']
  /** What the call manager's services were asked. */
  asked(): readonly string[]
  /** The authority of its certificates, PEM. */
  readonly ca: string
  readonly people: readonly LabPerson[]
  /** The control socket's path. */
  readonly control: string
  record(): LabRecord
  /** Tells the person's registered phones by service-control: reset, restart, apply-config. */
  notify(person: string, action: string): void
  /** Asks the person's registered phones by remote call control: one request, as its element. */
  refer(person: string, element: string): void
  /** Calls with the echo 607 are held from now on, in that way. */
  hold(how: OldHold): void
  /** An echo joins the call that the person is in (RFC 3911). */
  join(person: string): void
  /** So many messages wait for the person. */
  mailbox(person: string, mailbox: Mailbox): void
  /** The first SIP server is gone: its machine refuses. */
  go(): Promise<void>
  comeBack(): Promise<void>
  /** The phones on the desks of the first two people, with numbers of their own: desk-alice, desk-bob. */
  readonly desk: Pick<Desk, 'numbers' | 'calls' | 'line' | 'touch' | 'watch'>
  /** The control of those phones: over TLS, and its server’s going and coming back. */
  readonly csta: Pick<CstaServer, 'settings' | 'cut' | 'go' | 'comeBack'>
  /** The same in dialogs of SIP. */
  readonly uacsta: Pick<UacstaServer, 'settings' | 'cut' | 'go' | 'comeBack'>
  /** The same phones through a manager interface such as Asterisk’s. */
  readonly ami: Pick<AmiServer, 'settings' | 'cut'>
  /** The same phones, controlled as an Asterisk’s. */
  readonly ari: Pick<AriServer, 'settings' | 'cut'>
  /** Chat: stanzas of anybody's, what is in archives, cutting connections, the server's going and coming back, contacts that are imagined. */
  readonly xmpp: Pick<XmppServer, 'inject' | 'archive' | 'roomArchive' | 'cut' | 'go' | 'comeBack' | 'imagine'>
  /** People's calendars: events put there and taken away, what was asked, the server's going and coming back. */
  readonly calendar: Pick<CalendarServer, 'put' | 'remove' | 'asked' | 'go' | 'comeBack'>
  /** The directory, on two servers: entries put there and taken away, what was asked, the first server's going and coming back. */
  readonly directory: Pick<DirectoryServer, 'put' | 'remove' | 'asked' | 'connections' | 'go' | 'comeBack'>
  /** People's address books, at the same server: cards put there and taken away. */
  readonly cards: {
    put(person: string, vcard: string, name?: string): void
    remove(person: string, name?: string): void
  }
  /** People's mailboxes: messages left, what is in them, the server's going and coming back. */
  readonly voicemail: Pick<
    VoicemailServer,
    'leave' | 'put' | 'messages' | 'store' | 'asked' | 'cut' | 'go' | 'comeBack'
  >
  /** The same mailboxes at a web service such as Unity Connection’s, secure and dispatch messages among them. */
  readonly voicemailWeb: PhoneMail['web']
  /** Meetings at a BigBlueButton: settings for a core, who is in them, what was asked, the server's going and coming back. */
  readonly bigbluebutton: Pick<BigBlueButtonServer, 'settings' | 'meetings' | 'asked' | 'go' | 'comeBack'>
  /** Web conferences: who is in its rooms, what was asked, cutting connections, the server's going and coming back. */
  readonly rooms: Pick<RoomServer, 'rooms' | 'asked' | 'cut' | 'go' | 'comeBack'>
  setFault(name: string, value?: string): void
  clearFault(name: string): void
  /** The person's settings over another transport. */
  settingsOver(name: string, transport: Hop['transport']): Readonly<Record<string, unknown>>
  /** When somebody asked it to stop by the control socket. */
  readonly stopped: Promise<void>
  close(): Promise<void>
}
