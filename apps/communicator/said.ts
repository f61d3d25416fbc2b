// What is said of a message: by whom, when, what became of it, and who reacted.
import type { Conversation, Message } from '@openparley/sdk/browser'
import { chatMessages } from './chat-messages.ts'
import type { Model } from './model.ts'
import { timeOfDay } from './time.ts'

export interface Reaction {
  readonly sign: string
  readonly names: readonly string[]
  /** Whether the person is among them. */
  readonly isOwn: boolean
}

/** As the person calls them; a room by what stands before its server. */
export function calledIn({ people }: Model, address: string): string {
  const contact = people.contacts.value.get(address)
  if (contact) return contact.name
  return conversationOf({ people }, address)?.kind === 'room' ? (address.split('@')[0] as string) : address
}

export function conversationOf({ people }: Pick<Model, 'people'>, address: string): Conversation | undefined {
  return people.conversations.value.find((one) => one.address === address)
}

export function textOf({ text }: Message): string {
  return text === '' ? chatMessages.takenBack : text
}

/** Who wrote it. */
export function writerOf(message: Message, model: Model): string {
  return message.direction === 'outgoing' ? chatMessages.you : nameIn(message, message.from, model)
}

/** When, whether it was said otherwise, and what became of it. */
export function fateOf({ at, editedAt, state }: Message): string {
  const edited = editedAt === undefined ? '' : chatMessages.edited(timeOfDay(editedAt))
  return [timeOfDay(at), edited, chatMessages.states[state]].filter(Boolean).join(' · ')
}

/** All of it, for who does not see it. */
export function spokenOf(message: Message, model: Model): string {
  const { error } = message
  return [
    `${writerOf(message, model)}: ${cut(textOf(message))}`,
    fateOf(message),
    ...(error ? [`${error.sentence} ${error.next}`] : []),
    ...reactionsOf(message, model).map(({ sign, names }) => chatMessages.reacted(sign, names)),
  ].join('. ')
}

/** What most say first. */
export function reactionsOf(message: Message, model: Model): readonly Reaction[] {
  const bySign = Map.groupBy(message.reactions ?? [], ({ emoji }) => emoji)
  return [...bySign]
    .map(([sign, those]) => ({
      sign,
      names: those.map(({ from }) => (isOwn(message, from, model) ? chatMessages.you : nameIn(message, from, model))),
      isOwn: those.some(({ from }) => isOwn(message, from, model)),
    }))
    .toSorted((a, b) => b.names.length - a.names.length)
    .slice(0, mostSigns)
}

export function ownReactions(message: Message, model: Model): readonly string[] {
  return (message.reactions ?? []).filter(({ from }) => isOwn(message, from, model)).map(({ emoji }) => emoji)
}

/** The last that the person wrote there, and that others may have: only it can be corrected. */
export function correctable(messages: readonly Message[]): Message | undefined {
  const last = messages.findLast(({ direction }) => direction === 'outgoing')
  return last && last.text !== '' && last.state !== 'failed' && !isBySip(last.conversation) ? last : undefined
}

/** Such messages can neither be corrected nor reacted to (RFC 3428). */
export function isBySip(conversation: string): boolean {
  return conversation.startsWith('sip:')
}

/** One line of it. */
export function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > mostCut ? `${line.slice(0, mostCut)} …` : line
}

/** Who are two: whoever is not the other is the person. In a room names tell. */
function isOwn({ conversation }: Message, from: string, model: Model): boolean {
  const there = conversationOf(model, conversation)
  return there?.kind === 'room' ? from === there.room?.nickname : from !== conversation
}

/** Nicknames of a room are nobody's addresses. */
function nameIn({ conversation }: Message, from: string, model: Model): string {
  return conversationOf(model, conversation)?.kind === 'room' ? from : calledIn(model, from)
}

const mostCut = 200
const mostSigns = 12
