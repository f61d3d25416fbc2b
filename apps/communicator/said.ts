// What is said of a message: by whom, when, what became of it, and who reacted.
import type { Conversation, Message } from '@openparley/sdk/browser'
import { chatMessages } from './chat-messages.ts'
import type { Model } from './model.ts'
import { duration, timeOfDay } from './time.ts'

export interface Reaction {
  readonly sign: string
  readonly names: readonly string[]
  /** Whether the person is among them. */
  readonly isOwn: boolean
}

/** Between whom it is said: enough to tell who wrote what. */
export interface Circle {
  readonly isRoom: boolean
  /** The other side, as the person calls it. */
  readonly name: string
  /** The person’s own name in a room that they are in. */
  readonly nickname: string | undefined
}

export function circleOf(model: Pick<Model, 'people'>, address: string): Circle {
  const conversation = conversationOf(model, address)
  return {
    isRoom: conversation?.kind === 'room',
    name: calledIn(model, address),
    nickname: conversation?.room?.nickname,
  }
}

/** As the person calls them; a room by what stands before its server. */
export function calledIn({ people }: Pick<Model, 'people'>, address: string): string {
  const contact = people.contacts.value.get(address)
  if (contact) return contact.name
  return conversationOf({ people }, address)?.kind === 'room' ? (address.split('@')[0] as string) : address
}

export function conversationOf({ people }: Pick<Model, 'people'>, address: string): Conversation | undefined {
  return people.conversations.value.find((one) => one.address === address)
}

export function textOf({ text, call, file, direction }: Message): string {
  if (file) return chatMessages.file(file.name)
  if (!call) return text === '' ? chatMessages.takenBack : text
  if (call.missed) return chatMessages.call.missed
  const { talkedMs } = call
  if (talkedMs === undefined) return direction === 'incoming' ? chatMessages.call.refused : chatMessages.call.unanswered
  return chatMessages.call.talked(direction, duration(talkedMs))
}

/** Who wrote it. */
export function writerOf(message: Message, circle: Circle): string {
  return message.direction === 'outgoing' ? chatMessages.you : nameIn(message.from, circle)
}

/** When, whether it was said otherwise, and what became of it. */
export function fateOf({ at, editedAt, state, call }: Message): string {
  if (call) return timeOfDay(at)
  const edited = editedAt === undefined ? '' : chatMessages.edited(timeOfDay(editedAt))
  return [timeOfDay(at), edited, chatMessages.states[state]].filter(Boolean).join(' · ')
}

/** What went wrong, what to do, and what the server or the other side answered. */
export function failureOf({ sentence, next, peer }: Exclude<Message['error'], undefined>): string {
  const answer = peer?.text ?? peer?.status
  return [sentence, next, ...(answer === undefined ? [] : [`(${answer})`])].join(' ')
}

/** All of it, for who does not see it. */
export function spokenOf(message: Message, circle: Circle): string {
  const { error } = message
  return [
    `${writerOf(message, circle)}: ${cut(textOf(message))}`,
    fateOf(message),
    ...(error ? [failureOf(error)] : []),
    ...reactionsOf(message, circle).map(({ sign, names }) => chatMessages.reacted(sign, names)),
  ].join('. ')
}

/** What most say first. */
export function reactionsOf(message: Message, circle: Circle): readonly Reaction[] {
  const bySign = Map.groupBy(message.reactions ?? [], ({ emoji }) => emoji)
  return [...bySign]
    .map(([sign, those]) => ({
      sign,
      names: those.map(({ from }) => (isOwn(message, from, circle) ? chatMessages.you : nameIn(from, circle))),
      isOwn: those.some(({ from }) => isOwn(message, from, circle)),
    }))
    .toSorted((a, b) => b.names.length - a.names.length)
    .slice(0, mostSigns)
}

export function ownReactions(message: Message, circle: Circle): readonly string[] {
  return (message.reactions ?? []).filter(({ from }) => isOwn(message, from, circle)).map(({ emoji }) => emoji)
}

/** The last that the person wrote there, and that others may have: only it can be corrected. */
export function correctable(messages: readonly Message[]): Message | undefined {
  const last = messages.findLast(({ direction, call }) => direction === 'outgoing' && !call)
  return last && last.text !== '' && !last.file && last.state !== 'failed' && !isBySip(last.conversation)
    ? last
    : undefined
}

/** Such messages can neither be corrected nor reacted to (RFC 3428). */
export function isBySip(conversation: string): boolean {
  return conversation.startsWith('sip:')
}

/** 12 kB, 3.4 MB */
export function sizeOf(bytes: number): string {
  const unit = bytes < 1_000_000 ? 'kB' : 'MB'
  const size = bytes / (unit === 'kB' ? 1000 : 1_000_000)
  return `${size < 10 ? Math.max(0.1, size).toFixed(1) : Math.round(size)} ${unit}`
}

/** One line of it. */
export function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > mostCut ? `${line.slice(0, mostCut)} …` : line
}

/** Of two, whoever is not the other is the person. In a room names tell. */
function isOwn({ conversation }: Message, from: string, { isRoom, nickname }: Circle): boolean {
  return isRoom ? from === nickname : from !== conversation
}

/** Nicknames of a room are nobody's addresses. */
function nameIn(from: string, { isRoom, name }: Circle): string {
  return isRoom ? from : name
}

const mostCut = 200
const mostSigns = 12
