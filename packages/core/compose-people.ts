// Presence, contacts and chat of one session: the services, and the stream and adapters that serve them while somebody is signed in.
import { errorValue, type HealthRow, personOf, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { chatFiles } from './adapters/chat-files/index.ts'
import { chatStore } from './adapters/chat-store/index.ts'
import { sipChat } from './adapters/chat-sip/index.ts'
import { xmppChat, xmppFiles } from './adapters/chat-xmpp/index.ts'
import { xmppContacts } from './adapters/contacts-xmpp/index.ts'
import { type SipPresence, sipPresence } from './adapters/presence-sip/index.ts'
import { xmppPresence } from './adapters/presence-xmpp/index.ts'
import type { SharedLink } from './links/sip/index.ts'
import type { Store } from './links/store/index.ts'
import { type XmppLink, type XmppState, xmppLink } from './links/xmpp/index.ts'
import type { World } from './runtime/world.ts'
import type { AnyServiceBody } from './runtime/service.ts'
import { type ChatPort, chat, type FilePort } from './services/chat/index.ts'
import { type ContactsEvent, type ContactsPort, contacts } from './services/contacts/index.ts'
import { type PresencePort, type PresenceService, presence } from './services/presence/index.ts'

export interface People {
  readonly bodies: Readonly<Record<'presence' | 'contacts' | 'chat', AnyServiceBody>>
  /** The settings are as complete as they get: signs in where they name a server and a person, once. */
  signIn(): void
  signOut(): Promise<void>
  /** A setting has changed that needs no new sign-in. */
  look(): void
  callsUp(count: number): void
  released(application: string): void
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
  /** The link of the person's own phone. */
  readonly sip: SharedLink
  readonly row: (service: string, row: Omit<HealthRow, 'service' | 'since'>) => void
}

interface SignedIn {
  readonly link: XmppLink
  readonly presence: PresencePort
  readonly contacts: ContactsPort
  readonly chat: ChatPort
  readonly files: FilePort
}

export function people({ world, epoch, settings, store, filesFolder, dns, sip, row }: PeopleParts): People {
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
  const list = contacts(epoch, { port: () => signedIn?.contacts, settings })
  overSip = sipPresence({
    world,
    link: sip,
    settings,
    published: (is) => published('sip', is),
    tell: (event) => list.take(event),
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
    failed: (error) => {
      if (error) row('chat', { state: 'failed', error: errorValue(error.code, error.detail), without: 'messages' })
      else if (signedIn) row('chat', rowOf(signedIn.link.state))
    },
  })

  const listed = (event: ContactsEvent): void => {
    list.take(event)
    if (event.type === 'list' || event.type === 'listed') overSip?.again()
  }
  const overSipChat = sipChat({ link: sip, wall: world.wall, tell: (event) => talk.take(event) })
  const begin = (user: string): SignedIn => {
    const link = xmppLink({
      world,
      settings,
      user,
      password: () => passwordIn(settings()),
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
      }),
      files: xmppFiles({ link, settings, dns }),
    }
    if (own) made.presence.publish(own)
    return made
  }
  return {
    bodies: { presence: availability, contacts: list, chat: talk },
    signIn: () => {
      const user = xmppUserIn(settings())
      if (signedIn || user === undefined || settings()['xmpp.servers'] === undefined) return
      // That the person's own password is missing is told by the step that needs it first.
      if (settings()['xmpp.user'] === undefined && passwordIn(settings()) === undefined) return
      signedIn = begin(user)
      overSip?.look()
      signedIn.link.start()
    },
    signOut: async () => {
      const before = signedIn
      signedIn = undefined
      await before?.link.stop()
    },
    look: () => {
      availability.look()
      overSip?.look()
    },
    callsUp: (count) => availability.callsUp(count),
    released: (application) => availability.released(application),
    close: async () => {
      await signedIn?.link.stop()
      signedIn = undefined
      await talk.close()
      list.close()
      availability.close()
    },
  }
}

/** Who signs in to the XMPP server. */
export function xmppUserIn(settings: Settings): string | undefined {
  const { name, domain } = personOf(settings)
  return settings['xmpp.user'] ?? (name === undefined || domain === undefined ? undefined : `${name}@${domain}`)
}

function passwordIn(settings: Settings): string | undefined {
  const given = settings['xmpp.password'] ?? settings['user.password']
  if (given === undefined || typeof given === 'string') return given
  return process.env[given.env]
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
