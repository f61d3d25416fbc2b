// Rooms: entered, left, and entered again after each connection.
import { type Handlers, ParleyError, type services } from '@openparley/contract'
import type { Caller } from '../../runtime/service.ts'
import type { Book } from './book.ts'
import type { Carrier, ChatPort, ChatStore } from './port.ts'

export interface RoomsParts {
  readonly store: Pick<ChatStore, 'setNickname'>
  readonly book: Book
  readonly port: (conversation: string) => ChatPort | undefined
  /** What was kept has been read. */
  readonly begun: Promise<void>
  readonly tell: (conversation: ReturnType<Book['find']>) => void
}

export interface ChatRooms {
  readonly handlers: Pick<Handlers<(typeof services)['chat'], Caller>, 'join' | 'leave'>
  /** There is a connection again. */
  again(): void
}

export function chatRooms({ store, book, port, begun, tell }: RoomsParts): ChatRooms {
  return {
    again: () => {
      for (const { room, nickname } of book.rooms())
        port(room)
          ?.join(room, nickname)
          .catch(() => {})
    },
    handlers: {
      join: async ({ room, nickname }) => {
        await begun
        const at = room.toLowerCase()
        if (carrierOf(at) === 'sip') throw new ParleyError('contact-invalid', `${room} is no room`)
        const to = port(at)
        if (!to) throw new ParleyError('chat-unavailable')
        tell(book.wanted(at, nickname))
        try {
          await to.join(at, nickname)
        } catch (error) {
          await store.setNickname(at, undefined)
          tell(book.wanted(at, undefined))
          throw error
        }
        await store.setNickname(at, nickname)
        return {}
      },
      leave: async ({ room }) => {
        const at = room.toLowerCase()
        if (book.nicknameIn(at) === undefined) throw new ParleyError('chat-room-not-in', room)
        port(at)?.leave(at)
        await store.setNickname(at, undefined)
        tell(book.wanted(at, undefined))
        return {}
      },
    },
  }
}

/** Who carries what is said there. */
export function carrierOf(conversation: string): Carrier {
  return conversation.startsWith('sip:') ? 'sip' : 'xmpp'
}
