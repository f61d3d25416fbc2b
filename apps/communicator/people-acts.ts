// What a person does with people: their own availability and their contacts.
import type { Contact, Session } from '@openparley/sdk/browser'
import type { Acting } from './acting.ts'
import { focus, places } from './focus.ts'
import type { ContactRequest, OwnPresence } from './people-model.ts'

export type Choice = OwnPresence['choice']
export type Card = Awaited<ReturnType<Session['contacts']['card']>>['card']

export interface PeopleActs {
  choosePresence(choice: Choice): void
  note(note: string): void
  explain(): Promise<Awaited<ReturnType<Session['presence']['explain']>>>
  /** `done` when it is: what was refused can be typed otherwise. */
  addContact(address: string, name: string, done: () => void): void
  rename(contact: Contact, name: string): void
  toggleFavourite(contact: Contact): void
  setGroups(contact: Contact, groups: readonly string[]): void
  removeContact(contact: Contact): void
  toggleBlock(contact: Contact): void
  accept(request: ContactRequest): void
  declineContact(request: ContactRequest): void
  /** As a data: address; undefined where it could not be had. */
  photoOf(address: string): Promise<string | undefined>
  /** Undefined where they say nothing, or nobody can be asked now. */
  cardOf(address: string): Promise<Card | undefined>
}

export function openPeopleActs({ session, model, once }: Acting): PeopleActs {
  const { presence, contacts } = session
  const { people } = model
  return {
    choosePresence: (choice) => once('presence', () => presence.set({ choice })),
    note: (note) => once('note', () => presence.set({ note })),
    // What is nice to have and is not there is no failure of what the person does.
    photoOf: (address) =>
      contacts.photo({ address }).then(
        ({ photo: { type, content } }) => `data:${type};base64,${content}`,
        () => undefined,
      ),
    cardOf: (address) =>
      contacts.card({ address }).then(
        ({ card }) => card,
        () => undefined,
      ),
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
    setGroups: ({ address }, groups) =>
      once(`groups ${address}`, () => contacts.update({ address, groups: [...groups] })),
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
  }
}
