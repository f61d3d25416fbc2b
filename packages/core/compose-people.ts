// Presence, contacts and chat of one session: the services, and the stream and adapters that serve them while somebody is signed in.
import {
  type DiagnosisStep,
  type DirectoryEntry,
  errorValue,
  type HealthRow,
  type HistoryEntry,
  type Lamp,
  type Message,
  personOf,
  type Photo,
  type Presence,
  type Settings,
} from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { chatFiles } from './adapters/chat-files/index.ts'
import { chatStore } from './adapters/chat-store/index.ts'
import { sipChat } from './adapters/chat-sip/index.ts'
import { xmppChat, xmppFiles } from './adapters/chat-xmpp/index.ts'
import { xmppContacts } from './adapters/contacts-xmpp/index.ts'
import { type SipPresence, sipPresence } from './adapters/presence-sip/index.ts'
import { xmppPresence } from './adapters/presence-xmpp/index.ts'
import { calendarOfSession } from './compose-calendar.ts'
import { knownBy } from './compose-known.ts'
import type { ConferencesOfSession } from './compose-conferences.ts'
import type { SharedLink } from './links/sip/index.ts'
import type { Store } from './links/store/index.ts'
import { type XmppLink, type XmppState, xmppLink } from './links/xmpp/index.ts'
import { stepOf } from './runtime/step.ts'
import type { World } from './runtime/world.ts'
import type { AnyServiceBody } from './runtime/service.ts'
import { type ChatPort, type ChatService, chat, type FilePort } from './services/chat/index.ts'
import { type ContactsEvent, type ContactsPort, type ContactsService, contacts } from './services/contacts/index.ts'
import { type PresencePort, type PresenceService, presence } from './services/presence/index.ts'
import { secretOf } from './runtime/secret.ts'
import type { VoicemailNeeds } from './services/voicemail/index.ts'

export interface People {
  readonly bodies: Readonly<Record<'presence' | 'contacts' | 'chat', AnyServiceBody>>
  /** The settings are as complete as they get: signs in where they name a server and a person, once. */
  signIn(): void
  signOut(): Promise<void>
  /** A setting has changed that needs no new sign-in. */
  look(): void
  callsUp(count: number): void
  /** The lines of others, as they are now. */
  lamps(all: readonly Lamp[]): void
  /** A call is over. */
  called(entry: HistoryEntry): void
  /** How signing in to the chat server went; undefined: nobody signs in to one. */
  chatDiagnosis(): Promise<DiagnosisStep | undefined>
  readonly list: Pick<ContactsService, 'reach' | 'personAt' | 'contact' | 'waysTo' | 'named'>
  /** What was written, for the record of everything. */
  readonly messages: ChatService['record']
  /** The directory may know others now. */
  lookAgain(): void
  /** Calls of before. */
  calledBefore(entries: readonly HistoryEntry[]): void
  /** The contact who has that number. */
  nameOf(number: string): { readonly person: string; readonly name?: string } | undefined
  /** Sends a file in chat, on behalf of an application. */
  readonly sendFile: VoicemailNeeds['send']
  released(application: string): void
  /** To web conferences, by chat. */
  readonly invitations: ChatService['invitations']
  /** How the calendar was read; undefined: nobody wants it read. */
  calendarDiagnosis(): Promise<DiagnosisStep | undefined>
  close(): Promise<void>
}

export interface PeopleParts {
  readonly world: World
  readonly epoch: string
  readonly settings: () => Settings
  readonly store: Store
  /** Where files that wait to be sent lie; undefined: in none that outlives the session. */
  readonly filesFolder: string | undefined
  readonly dns: () => DnsResolver
  /** A message is new or has changed; `person` is absent where it is of a room. */
  readonly said: (message: Message, person: string | undefined) => void
  /** The link of the person's own phone. */
  readonly sip: SharedLink
  /** What a directory has of who has that address, and the picture of an entry. */
  readonly directory: DirectoryOfContacts
  /** What the session's web conferences make of an invitation. */
  readonly conferences: () => Pick<ConferencesOfSession, 'isJoinable' | 'invited' | 'withdrawn' | 'planned'>
  readonly row: (service: string, row: Omit<HealthRow, 'service' | 'since'>) => void
}

export interface DirectoryOfContacts {
  at(address: string): Promise<DirectoryEntry | undefined>
  photo(entry: string): Promise<Photo | undefined>
}

interface SignedIn {
  readonly link: XmppLink
  readonly presence: PresencePort
  readonly contacts: ContactsPort
  readonly chat: ChatPort
  readonly files: FilePort
}

export function people({
  world,
  epoch,
  settings,
  store,
  filesFolder,
  dns,
  said,
  sip,
  directory,
  conferences,
  row,
}: PeopleParts): People {
  let signedIn: SignedIn | undefined
  let overSip: SipPresence | undefined
  let own: Parameters<PresencePort['publish']>[0] | undefined
  const kept = chatStore(store)
  /** The servers that tell others of the person now. */
  const tellers = new Set<string>()
  const published = (by: string, is: boolean): void => {
    if (is) tellers.add(by)
    else tellers.delete(by)
    availability.published(tellers.size > 0)
  }
  const availability: PresenceService = presence(world, epoch, {
    port: {
      publish: (next) => {
        own = next
        signedIn?.presence.publish(next)
        overSip?.publish(next)
      },
    },
    settings,
  })
  const calendar = calendarOfSession({
    world,
    settings,
    dns,
    tell: (meetings) => availability.meetings(meetings),
    tellPlanned: (planned) => conferences().planned(planned),
    row: (rest) => row('calendar', rest),
  })
  const list = contacts(world, epoch, {
    port: () => signedIn?.contacts,
    settings,
    own: () => signedIn?.link.bare ?? xmppUserIn(settings()),
    directoryPhoto: (entry) => directory.photo(entry),
  })
  const folk = knownBy({
    ask: (address) => directory.at(address),
    tell: (address, entry) => list.take({ type: 'known', address, entry }),
  })
  const calledNow = ({ person, remote }: HistoryEntry): void => {
    // Who was called by an address or a name has told no number.
    if (person !== undefined && /^\+?[\d\s().-]{3,}$/.test(remote.number))
      list.take({ type: 'called', address: person, number: { number: remote.number, kind: 'other', from: 'history' } })
  }
  const lines = linesOf((number, presence) => {
    const address = list.personAt({ number })
    if (address !== undefined) list.take({ type: 'presence', address, source: `line/${number}`, presence })
  })
  const listed = (event: ContactsEvent): void => {
    list.take(event)
    if (event.type !== 'list' && event.type !== 'listed') return
    folk.look(event.type === 'list' ? list.addresses() : [event.contact.address])
    overSip?.again()
    lines.again()
  }
  overSip = sipPresence({
    world,
    link: sip,
    settings,
    published: (is) => published('sip', is),
    tell: (event) => listed(event),
    isList: () => signedIn === undefined,
  })
  if (own) overSip.publish(own)
  const talk = chat(world, epoch, {
    store: kept,
    port: (by) => (by === 'sip' ? overSipChat : signedIn?.chat),
    filePort: () => signedIn?.files,
    copies: chatFiles(() => world.dice.token(128), filesFolder),
    settings,
    own: (by) => (by === 'sip' ? sip.own : (signedIn?.link.bare ?? xmppUserIn(settings()))) ?? '',
    invited: (by) => conferences().invited(by),
    withdrawn: (address, from) => conferences().withdrawn(address, from),
    failed: (error) => {
      if (error) row('chat', { state: 'failed', error: errorValue(error.code, error.detail), without: 'messages' })
      else if (signedIn) row('chat', rowOf(signedIn.link.state))
    },
  })

  talk.state.follow((change) => {
    if (change.type === 'message') said(change.message, talk.personOf(change.message))
  })

  const overSipChat = sipChat({ link: sip, wall: world.wall, tell: (event) => talk.take(event) })
  const begin = (user: string): SignedIn => {
    const link = xmppLink({
      world,
      settings,
      user,
      password: () => secretOf(settings()['xmpp.password'] ?? settings()['user.password']),
      dns,
      tell: (state) => row('chat', rowOf(state)),
    })
    const made: SignedIn = {
      link,
      presence: xmppPresence(link, (is) => published('xmpp', is)),
      contacts: xmppContacts({ link, wall: world.wall, tell: listed }),
      chat: xmppChat({
        link,
        world,
        tell: (event) => talk.take(event),
        placeIn: (of) => kept.placeIn(of),
        isJoinable: (address) => conferences().isJoinable(address),
      }),
      files: xmppFiles({ link, settings, dns }),
    }
    if (own) made.presence.publish(own)
    return made
  }
  return {
    bodies: { presence: availability, contacts: list, chat: talk },
    signIn: () => {
      calendar.signIn()
      const user = xmppUserIn(settings())
      if (signedIn || user === undefined || settings()['xmpp.servers'] === undefined) return
      // That the person's own password is missing is told by the step that needs it first.
      if (
        settings()['xmpp.user'] === undefined &&
        secretOf(settings()['xmpp.password'] ?? settings()['user.password']) === undefined
      )
        return
      signedIn = begin(user)
      overSip?.look()
      signedIn.link.start()
    },
    signOut: async () => {
      const before = signedIn
      signedIn = undefined
      await Promise.all([before?.link.stop(), calendar.signOut()])
    },
    look: () => {
      availability.look()
      calendar.look()
      overSip?.look()
    },
    callsUp: (count) => availability.callsUp(count),
    lamps: lines.are,
    lookAgain: () => {
      folk.clear()
      folk.look(list.addresses())
    },
    calledBefore: (entries) => {
      for (const entry of entries.toReversed()) calledNow(entry)
    },
    called: (entry) => {
      calledNow(entry)
      if (entry.person !== undefined) talk.called(entry, entry.person)
    },
    chatDiagnosis: async () => {
      const begunMs = world.clock.now()
      const state = await signedIn?.link.settled()
      if (state === undefined || state.is === 'off') return undefined
      const { server: address, error } = state
      const ms = world.clock.now() - begunMs
      return stepOf('chat', { ms, address, well: 'signed in' }, error)
    },
    list,
    messages: talk.record,
    nameOf: (number) => {
      const person = list.personAt({ number })
      if (person === undefined) return undefined
      const name = list.contact(person)?.name
      return { person, ...(name === undefined ? {} : { name }) }
    },
    sendFile: async ({ to, name, type, content }, requestId, caller) => {
      const bytes = Buffer.from(content.buffer, content.byteOffset, content.length)
      const { handle } = await talk.handlers.upload({ content: bytes.toString('base64'), name, type }, caller)
      return talk.handlers.sendFile({ to, file: handle, requestId: `voicemail ${requestId}` }, caller)
    },
    released: (application) => availability.released(application),
    invitations: talk.invitations,
    calendarDiagnosis: () => calendar.diagnosis(),
    close: async () => {
      await Promise.all([signedIn?.link.stop(), calendar.signOut()])
      signedIn = undefined
      folk.clear()
      await talk.close()
      list.close()
      availability.close()
    },
  }
}

/** That a line is busy says of its person that they talk; that it is not says nothing. */
function linesOf(tell: (number: string, presence: Presence | undefined) => void) {
  const busy = new Set<string>()
  const again = (): void => {
    for (const number of busy) tell(number, { availability: 'on-the-phone' })
  }
  const are = (all: readonly Lamp[]): void => {
    const now = new Set(all.flatMap(({ number, is }) => (is === 'busy' ? [number] : [])))
    for (const number of busy) {
      if (now.has(number)) continue
      busy.delete(number)
      tell(number, undefined)
    }
    for (const number of now) busy.add(number)
    again()
  }
  return { again, are }
}

/** Who signs in to the XMPP server. */
export function xmppUserIn(settings: Settings): string | undefined {
  const { name, domain } = personOf(settings)
  return settings['xmpp.user'] ?? (name === undefined || domain === undefined ? undefined : `${name}@${domain}`)
}

function rowOf(state: XmppState): Omit<HealthRow, 'service' | 'since'> {
  const word = ({ off: 'off', connecting: 'starting', online: 'ok', waiting: 'degraded', failed: 'failed' } as const)[
    state.is
  ]
  return {
    state: word,
    ...(state.server === undefined ? {} : { address: state.server }),
    ...(state.error ? { error: state.error } : {}),
    ...(state.nextTryAt === undefined ? {} : { nextTryAt: state.nextTryAt }),
    ...(state.is === 'waiting' || state.is === 'failed'
      ? {
          without: 'presence, contacts and chat',
          works: 'calls, what was said before, and messages that wait to be sent',
          nextTry: state.is === 'waiting' ? 'connecting again' : 'at the next sign-in',
        }
      : {}),
  }
}
