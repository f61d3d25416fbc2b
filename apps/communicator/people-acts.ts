// What a person does with people: their own availability, contacts, and messages.
import type { Contact, Session } from '@openparley/sdk/browser'
import type { Acting } from './acting.ts'
import { focus, places } from './focus.ts'
import type { ContactRequest, OwnPresence } from './people-model.ts'

export type Choice = OwnPresence['choice']

export interface PeopleActs {
  choosePresence(choice: Choice): void
  note(note: string): void
  explain(): Promise<Awaited<ReturnType<Session['presence']['explain']>>>
  /** `done` when it is: what was refused can be typed otherwise. */
  addContact(address: string, name: string, done: () => void): void
  rename(contact: Contact, name: string): void
  toggleFavourite(contact: Contact): void
  removeContact(contact: Contact): void
  toggleBlock(contact: Contact): void
  accept(request: ContactRequest): void
  declineContact(request: ContactRequest): void
  /** Opens the conversation with them. */
  message(address: string): void
  send(conversation: string, text: string): void
  typing(conversation: string, isTyping: boolean): void
  markRead(conversation: string): void
  olderMessages(): void
}

export function openPeopleActs({ session, model, face, once, failed }: Acting): PeopleActs {
  const { presence, contacts, chat } = session
  const { people } = model
  return {
    choosePresence: (choice) => once('presence', () => presence.set({ choice })),
    note: (note) => once('note', () => presence.set({ note })),
    explain: () => presence.explain(),
    addContact: (address, name, done) =>
      once('add contact', async () => {
        await contacts.add({ address, ...(name === '' ? {} : { name }) })
        people.contact.value = address.toLowerCase()
        done()
        focus(places.contacts, places.people)
      }),
    rename: ({ address }, name) =>
      once(`rename ${address}`, async () => {
        await contacts.update({ address, name })
        focus(places.contacts, places.people)
      }),
    toggleFavourite: ({ address, favourite }) =>
      once(`favourite ${address}`, () => contacts.update({ address, favourite: !favourite })),
    removeContact: ({ address }) =>
      once(`remove ${address}`, async () => {
        await contacts.remove({ address })
        people.contact.value = undefined
        focus(places.contacts, places.people)
      }),
    toggleBlock: ({ address, blocked }) =>
      once(`block ${address}`, () => (blocked ? contacts.unblock({ address }) : contacts.block({ address }))),
    accept: ({ from }) =>
      once(`request ${from}`, async () => {
        await contacts.accept({ address: from })
        focus(places.contacts, places.people)
      }),
    declineContact: ({ from }) =>
      once(`request ${from}`, async () => {
        await contacts.decline({ address: from })
        focus(places.contacts, places.people)
      }),
    message: (address) => {
      people.talk.open(address)
      face.go('chat')
      focus(places.message)
    },
    send: (to, text) => {
      // Not `once`: each counts, and the connection keeps their order.
      void chat.send({ to, text }).catch((thrown: unknown) => {
        failed(thrown)
        // What was not taken is not lost.
        const typed = people.drafts.value.get(to) ?? ''
        people.drafts.value = new Map(people.drafts.value).set(to, typed === '' ? text : typed)
      })
    },
    typing: (conversation, typing) => {
      void chat.typing({ conversation, typing }).catch(() => undefined)
    },
    markRead: (conversation) => {
      void chat.read({ conversation }).catch(failed)
    },
    olderMessages: () => once('older messages', () => people.talk.older()),
  }
}
