// People who see each other and write to each other: what journeys of presence and chat wait for.
import type { Contact, Message } from '@openparley/sdk'
import type { Person } from './person.ts'
import type { Stage } from './scenario.ts'

/** A person signed in to chat alone, or with a phone or a calendar beside it. */
export async function chatter(
  stage: Stage,
  name: string,
  how: 'chat' | 'chat and calls' | 'chat and calendar' = 'chat',
  others: Readonly<Record<string, unknown>> = {},
): Promise<Person> {
  const known = stage.lab.people.find((each) => each.name === name)
  const more = { chat: {}, 'chat and calls': known?.settings, 'chat and calendar': known?.calendar }[how]
  const person = await stage.person(name, { ...more, ...known?.xmpp, ...others })
  await person.session.until('presence', ({ published }) => published, signInMs)
  await person.session.until('contacts', ({ current }) => current, signInMs)
  return person
}

export function addressOf(stage: Stage, name: string): string {
  return String(stage.lab.people.find((each) => each.name === name)?.xmpp['xmpp.user'])
}

/** What the person sees of another, when it is so; undefined: it does not become so. */
export async function sees(
  stage: Stage,
  person: Person,
  other: string,
  is: (contact: Contact) => boolean,
): Promise<Contact | undefined> {
  const address = addressOf(stage, other)
  const find = (contacts: readonly Contact[]): Contact | undefined =>
    contacts.find((each) => each.address === address && is(each))
  const begun = performance.now()
  try {
    const { contacts } = await person.session.until('contacts', (state) => find(state.contacts) !== undefined, waitMs)
    return find(contacts)
  } catch {
    stage.check(`${person.name} sees ${other} so`, 'in time', `not in ${Math.round(performance.now() - begun)} ms`)
    return undefined
  }
}

/** How long it takes until the person sees the other as they are, in milliseconds. */
export async function seenAfter(
  stage: Stage,
  person: Person,
  other: string,
  availability: Contact['presence']['availability'],
): Promise<number> {
  const begun = performance.now()
  const seen = await sees(stage, person, other, ({ presence }) => presence.availability === availability)
  return seen ? performance.now() - begun : Infinity
}

/** The last message of the conversation, when it is so; undefined: it does not become so. */
export async function lastIn(
  stage: Stage,
  person: Person,
  conversation: string,
  is: (message: Message) => boolean,
): Promise<Message | undefined> {
  try {
    const state = await person.session.until(
      'chat',
      ({ conversations }) => conversations.some(({ address, last }) => address === conversation && !!last && is(last)),
      waitMs,
    )
    return state.conversations.find(({ address }) => address === conversation)?.last
  } catch {
    stage.check(`${person.name} has such a message`, 'in time', 'not in time')
    return undefined
  }
}

/** All that is said in the conversation, oldest first. */
export async function said(person: Person, conversation: string): Promise<string[]> {
  const { messages } = await person.session.chat.list({ conversation, limit: 500 })
  return messages.map(({ text }) => text).toReversed()
}

/** The texts that the lab’s server has sent to that person. */
export function delivered(stage: Stage, name: string): string[] {
  return (stage.lab.record().xmpp.stanzas[name] ?? []).flatMap(({ kind, body }) =>
    kind === 'message' && body !== undefined ? [body] : [],
  )
}

/** The last availability of somebody that the lab’s server has told that person of. */
export function told(stage: Stage, name: string): number {
  return (stage.lab.record().xmpp.stanzas[name] ?? []).filter(({ kind }) => kind === 'presence').length
}

const waitMs = 8000
const signInMs = 15_000
