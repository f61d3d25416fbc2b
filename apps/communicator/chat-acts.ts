// What a person does in conversations: writing, answering, correcting, reacting, searching, and coming into rooms.
import type { Message, Session } from '@openparley/sdk/browser'
import type { Acting } from './acting.ts'
import { chatMessages } from './chat-messages.ts'
import { focus, places } from './focus.ts'
import { circleOf, ownReactions, textOf } from './said.ts'
import { save } from './save.ts'

type Found = Awaited<ReturnType<Session['chat']['search']>>

export interface ChatActs {
  /** Opens the conversation with them. */
  message(address: string): void
  /** `answered`: what it answers. */
  send(conversation: string, text: string, answered?: Message): void
  /** What failed, once more, as a message of its own. */
  sendAgain(message: Message): void
  typing(conversation: string, isTyping: boolean): void
  markRead(conversation: string): void
  olderMessages(): void
  /** Goes to it in the open conversation. */
  reach(message: string): void
  beginReply(message: Message): void
  /** Begins to say it otherwise. */
  beginCorrection(message: Message): void
  /** What is typed takes the message's place. */
  correct(): void
  toggleReaction(message: Message, sign: string): void
  copy(message: Message): void
  sendFile(conversation: string, file: File): void
  /** Fetches it, and hands it to the browser to be saved. */
  saveFile(message: Message): void
  /** Undefined where it could not be had. */
  search(conversation: string, words: string, cursor?: string): Promise<Found | undefined>
  /** `done` when it is: what was refused can be typed otherwise. */
  joinRoom(room: string, nickname: string, done: () => void): void
  leaveRoom(room: string): void
}

export function openChatActs({ session, model, face, once, failed }: Acting): ChatActs {
  const { chat } = session
  const { people } = model
  const { talk, drafts } = people
  const open = (address: string): void => {
    talk.open(address)
    face.go('chat')
    focus(places.message, places.chat)
  }
  const send = (to: string, text: string, answered?: Message): void => {
    const replyTo = answered === undefined ? {} : { replyTo: answered.id }
    // Not `once`: each counts, and the connection keeps their order.
    void chat.send({ to, text, ...replyTo }).catch((thrown: unknown) => {
      failed(thrown)
      // What was not taken is not lost.
      const typed = drafts.value.get(to) ?? ''
      drafts.value = new Map(drafts.value).set(to, typed === '' ? text : typed)
      if (talk.address.value === to) talk.answered.value ??= answered
    })
  }
  return {
    message: open,
    send,
    sendAgain: ({ conversation, text }) => send(conversation, text),
    typing: (conversation, typing) => {
      void chat.typing({ conversation, typing }).catch(() => undefined)
    },
    markRead: (conversation) => {
      void chat.read({ conversation }).catch(failed)
    },
    olderMessages: () => once('older messages', () => talk.older()),
    reach: (message) =>
      once(`reach ${message}`, async () => {
        if (!(await talk.reach(message))) model.news.value = { text: chatMessages.tooFar, isUrgent: true }
      }),
    beginReply: (message) => {
      talk.correction.value = undefined
      talk.answered.value = message
      focus(places.message)
    },
    beginCorrection: (message) => {
      talk.correction.value = { message, text: message.text }
      focus(places.message)
    },
    correct: () => {
      const { correction } = talk
      if (correction.value === undefined) return
      const { message, text } = correction.value
      const isOver = (): void => {
        if (correction.value?.message.id === message.id) correction.value = undefined
      }
      if (text.trim() === '' || text === message.text) return isOver()
      once(`correct ${message.id}`, async () => {
        await chat.correct({ message: message.id, text })
        isOver()
      })
    },
    toggleReaction: (message, sign) => {
      const before = ownReactions(message, circleOf(model, message.conversation))
      const emoji = before.includes(sign) ? before.filter((each) => each !== sign) : [...before, sign].slice(-mostOwn)
      once(`react ${message.id}`, () => chat.react({ message: message.id, emoji }))
    },
    copy: (message) => once('copy', () => navigator.clipboard.writeText(textOf(message))),
    sendFile: (to, file) =>
      once(`file ${to} ${file.name}`, async () => {
        const content = base64Of(new Uint8Array(await file.arrayBuffer()))
        const { handle } = await chat.upload({ content, name: file.name })
        await chat.sendFile({ to, file: handle })
      }),
    saveFile: (message) =>
      once(`save ${message.id}`, async () => {
        const { name, type, content = '' } = await chat.fetchFile({ message: message.id })
        save(name, new Blob([Uint8Array.from(atob(content), (each) => each.charCodeAt(0))], { type }))
      }),
    search: (conversation, words, cursor) =>
      chat
        .search({ conversation, words, limit: pageOfFound, ...(cursor === undefined ? {} : { cursor }) })
        .catch((thrown: unknown) => {
          failed(thrown)
          return undefined
        }),
    joinRoom: (room, nickname, done) =>
      once(`join ${room}`, async () => {
        await chat.join({ room, nickname })
        done()
        open(room.toLowerCase())
      }),
    leaveRoom: (room) =>
      once(`leave ${room}`, async () => {
        await chat.leave({ room })
        focus(places.chat)
      }),
  }
}

function base64Of(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(binary)
}

/** As the core takes at most. */
const mostOwn = 8
const pageOfFound = 20
