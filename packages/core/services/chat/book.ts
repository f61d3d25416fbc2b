// The conversations as they are shown: what is in the store, and what is only now (who writes, who is in a room).
import { type Conversation, errorValue, type Message } from '@openparley/contract'
import type { ChatEvent, KeptConversation, Kind } from './port.ts'

interface Entry extends KeptConversation {
  readonly typing: ReadonlySet<string>
  readonly room: Conversation['room']
}

export class Book {
  readonly #entries = new Map<string, Entry>()

  load(kept: readonly KeptConversation[]): void {
    for (const each of kept)
      this.#entries.set(each.address, {
        ...each,
        typing: new Set(),
        room: roomOf(each.nickname, this.#entries.get(each.address)),
      })
  }

  /** What is in the store now, after some of it was deleted; the conversations that show it. */
  reload(kept: readonly KeptConversation[]): Conversation[] {
    return kept.flatMap(({ address, unread, last }) => {
      const entry = this.#entries.get(address)
      if (!entry || (entry.last?.id === last?.id && entry.unread === unread)) return []
      return this.#set({ ...entry, unread, last })
    })
  }

  all(): Conversation[] {
    return [...this.#entries.values()].map(shown)
  }

  find(address: string): Conversation | undefined {
    const entry = this.#entries.get(address)
    return entry && shown(entry)
  }

  kindOf(address: string): Kind | undefined {
    return this.#entries.get(address)?.kind
  }

  nicknameIn(room: string): string | undefined {
    return this.#entries.get(room)?.nickname
  }

  /** The rooms that the person wants to be in. */
  rooms(): { room: string; nickname: string }[] {
    return [...this.#entries.values()].flatMap(({ address, nickname }) =>
      nickname === undefined ? [] : [{ room: address, nickname }],
    )
  }

  /** A message that is new here. */
  added(message: Message, kind: Kind): Conversation {
    const entry = this.#at(message.conversation, kind)
    const unread = entry.unread + (isUnread(message) ? 1 : 0)
    const typing = new Set([...entry.typing].filter((who) => who !== message.from))
    return this.#set({ ...entry, last: message, unread, typing })
  }

  /** A message that was there, as it is now; undefined: it is not the last one, and nothing shown is different. */
  changed(message: Message): Conversation | undefined {
    const entry = this.#entries.get(message.conversation)
    return entry?.last?.id === message.id ? this.#set({ ...entry, last: message }) : undefined
  }

  read(address: string): Conversation | undefined {
    const entry = this.#entries.get(address)
    return entry && entry.unread > 0 ? this.#set({ ...entry, unread: 0 }) : undefined
  }

  typing(address: string, from: string, is: boolean): Conversation | undefined {
    const entry = this.#entries.get(address)
    // Who never wrote has no conversation, and makes none by writing.
    if (!entry || entry.typing.has(from) === is || (is && entry.typing.size >= mostTyping)) return undefined
    const typing = new Set(entry.typing)
    if (is) typing.add(from)
    else typing.delete(from)
    return this.#set({ ...entry, typing })
  }

  wanted(room: string, nickname: string | undefined): Conversation {
    const entry = { ...this.#at(room, 'room'), nickname }
    return this.#set({ ...entry, room: roomOf(nickname, entry) })
  }

  room(event: Extract<ChatEvent, { type: 'room' }>): Conversation | undefined {
    const entry = this.#entries.get(event.room)
    if (!entry?.room) return undefined
    const { state, occupants, cause } = event
    const { error: _, ...before } = entry.room
    const room = {
      ...before,
      state,
      occupants: occupants.slice(0, mostOccupants),
      ...(state === 'out' && cause ? { error: errorValue('chat-room-refused', undefined, cause) } : {}),
    }
    return this.#set({ ...entry, room })
  }

  subject(address: string, subject: string): Conversation | undefined {
    const entry = this.#entries.get(address)
    return entry?.room && this.#set({ ...entry, room: { ...entry.room, subject } })
  }

  /** Nobody carries anything now: nobody is seen to write, and no room is entered. */
  away(): Conversation[] {
    const told: Conversation[] = []
    for (const entry of this.#entries.values()) {
      if (entry.typing.size === 0 && entry.room?.state !== 'in') continue
      const room = entry.room && { ...entry.room, state: 'joining' as const, occupants: [] }
      told.push(this.#set({ ...entry, typing: new Set(), room }))
    }
    return told
  }

  #at(address: string, kind: Kind): Entry {
    return (
      this.#entries.get(address) ?? {
        ...{ address, kind, unread: 0, last: undefined, nickname: undefined },
        typing: new Set(),
        room: undefined,
      }
    )
  }

  #set(entry: Entry): Conversation {
    this.#entries.set(entry.address, entry)
    return shown(entry)
  }
}

function isUnread({ direction, state }: Message): boolean {
  return direction === 'incoming' && state === 'received'
}

function roomOf(nickname: string | undefined, before: Pick<Entry, 'room'> | undefined): Conversation['room'] {
  if (nickname === undefined) return before?.room && { ...before.room, state: 'out', occupants: [] }
  return { state: 'joining', nickname, occupants: [] }
}

function shown({ address, kind, unread, typing, last, room }: Entry): Conversation {
  return { address, kind, unread, typing: [...typing], ...(last ? { last } : {}), ...(room ? { room } : {}) }
}

const mostTyping = 50
const mostOccupants = 1000
