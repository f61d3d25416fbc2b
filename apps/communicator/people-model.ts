// What the page knows of people: the person's own presence, their contacts, their conversations, and the one that is open.
import type { Contact, Conversation, HealthRow, Session } from '@openparley/sdk/browser'
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { chatMessages } from './chat-messages.ts'
import { openTalk, type Talk } from './talk.ts'

export type OwnPresence = Awaited<ReturnType<Session['presence']['get']>>['state']
export type ContactRequest = Awaited<ReturnType<Session['contacts']['get']>>['state']['requests'][number]
export type Availability = Contact['presence']['availability']

export interface PeopleModel {
  /** Whether there is a chat server for the person, and the page may speak to it. */
  readonly isSetUp: ReadonlySignal<boolean>
  /** What is wrong with it. */
  readonly trouble: ReadonlySignal<string | undefined>
  readonly presence: ReadonlySignal<OwnPresence | undefined>
  readonly contacts: ReadonlySignal<ReadonlyMap<string, Contact>>
  readonly requests: ReadonlySignal<readonly ContactRequest[]>
  /** The one that was written in last first. */
  readonly conversations: ReadonlySignal<readonly Conversation[]>
  readonly unread: ReadonlySignal<number>
  /** The contact that is chosen, the conversation that is open. */
  readonly contact: Signal<string | undefined>
  readonly talk: Talk
  /** What is typed and not sent, by conversation. */
  readonly drafts: Signal<ReadonlyMap<string, string>>
}

interface Parts {
  readonly session: Session
  readonly scopes: readonly string[]
  readonly services: ReadonlySignal<ReadonlyMap<string, HealthRow>>
  readonly until: AbortSignal
  /** Said to who does not see it. */
  readonly tell: (text: string) => void
  readonly follow: (watching: () => Promise<void>) => void
}

export function openPeople({ session, scopes, services, until, tell, follow }: Parts): PeopleModel {
  const presence = signal<OwnPresence | undefined>(undefined)
  const requests = signal<readonly ContactRequest[]>([])
  const conversations = signal<ReadonlyMap<string, Conversation>>(new Map())
  const contacts = openContacts()
  const talk = openTalk(session)
  const isAllowed = needed.every((scope) => scopes.includes(scope))
  const watching: readonly (() => Promise<void>)[] = [
    async () => {
      for await (const seen of session.presence.watch({ signal: until }))
        presence.value = seen.type === 'snapshot' ? seen.state : seen.change
    },
    async () => {
      for await (const seen of session.contacts.watch({ signal: until })) {
        if (seen.type === 'snapshot') {
          contacts.set(seen.state.contacts)
          requests.value = seen.state.requests
          continue
        }
        const { change } = seen
        if (change.type === 'contact') contacts.put(change.contact)
        else if (change.type === 'removed') contacts.remove(change.address)
        else if (change.type === 'request') {
          const { request } = change
          requests.value = [...requests.value.filter(({ from }) => from !== request.from), request]
        } else if (change.type === 'requestOver')
          requests.value = requests.value.filter(({ from }) => from !== change.from)
      }
    },
    async () => {
      for await (const seen of session.chat.watch({ signal: until })) {
        if (seen.type === 'snapshot') {
          conversations.value = new Map(seen.state.conversations.map((one) => [one.address, one]))
          talk.reload()
        } else if (seen.change.type === 'message') talk.take(seen.change.message)
        else {
          const { conversation } = seen.change
          const { address, unread } = conversation
          // The open one is read out as it grows.
          if (
            !(talk.isShown.value && address === talk.address.value) &&
            unread > (conversations.value.get(address)?.unread ?? 0)
          )
            tell(chatMessages.came(contacts.all.value.get(address)?.name ?? address))
          conversations.value = new Map(conversations.value).set(conversation.address, conversation)
        }
      }
    },
  ]
  if (isAllowed) for (const each of watching) follow(each)
  const row = computed(() => services.value.get('chat'))
  return {
    isSetUp: computed(() => isAllowed && row.value !== undefined && row.value.state !== 'off'),
    trouble: computed(() => row.value?.error?.sentence),
    presence,
    contacts: contacts.all,
    requests,
    conversations: computed(() =>
      [...conversations.value.values()].sort((a, b) => ((a.last?.at ?? '') < (b.last?.at ?? '') ? 1 : -1)),
    ),
    unread: computed(() => [...conversations.value.values()].reduce((sum, { unread }) => sum + unread, 0)),
    contact: signal(undefined),
    talk,
    drafts: signal<ReadonlyMap<string, string>>(new Map()),
  }
}

interface Contacts {
  readonly all: ReadonlySignal<ReadonlyMap<string, Contact>>
  set(contacts: readonly Contact[]): void
  put(contact: Contact): void
  remove(address: string): void
}

/** Thousands come online in a second, and putting them in their order takes a while: it is done a few times a second. */
function openContacts(): Contacts {
  let known = new Map<string, Contact>()
  const all = signal<ReadonlyMap<string, Contact>>(known)
  let isAwaited = false
  const show = (): void => {
    if (isAwaited) return
    isAwaited = true
    setTimeout(() => {
      isAwaited = false
      all.value = new Map(known)
    }, shownAfterMs)
  }
  return {
    all,
    set: (contacts) => {
      known = new Map(contacts.map((one) => [one.address, one]))
      all.value = new Map(known)
    },
    put: (contact) => {
      known.set(contact.address, contact)
      show()
    },
    remove: (address) => {
      known.delete(address)
      show()
    },
  }
}

const shownAfterMs = 100
const needed = [
  'presence.read',
  'presence.write',
  'contacts.read',
  'contacts.write',
  'chat.read',
  'chat.write',
] as const
