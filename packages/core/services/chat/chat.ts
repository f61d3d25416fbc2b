// Chat: what is accepted is on disk first, is sent in its order, and is shown once, however often it came.
import {
  type ChangeOf,
  errorValue,
  type HistoryEntry,
  type Message,
  ParleyError,
  type Settings,
  type services,
  type StateOf,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'
import { newId, type World } from '../../runtime/world.ts'
import { Book } from './book.ts'
import { called } from './called.ts'
import { type Accept, type ChatFiles, chatFiles } from './files.ts'
import type {
  Carrier,
  ChatEvent,
  ChatPort,
  ChatStore,
  FileCopies,
  FilePort,
  Forgotten,
  Incoming,
  Kept,
  Kind,
} from './port.ts'
import { type Inviting, inviting } from './inviting.ts'
import { carrierOf, chatRooms } from './rooms.ts'
import { type Acts, correction, reaction, receipt, refusal, uninvited, withdrawal } from './changes.ts'

type Service = (typeof services)['chat']

export interface ChatService extends ServiceBody<Service> {
  readonly state: Broadcast<StateOf<Service>, ChangeOf<Service>>
  take(event: ChatEvent): void
  /** A call with that person is over. */
  called(entry: HistoryEntry, person: string): void
  /** For the record of everything. */
  readonly record: Pick<ChatStore, 'find'> & {
    /** How many messages there were. */
    forget(which: Forgotten): Promise<number>
  }
  /** Whose conversation a message is in; undefined of a room. */
  personOf(message: Message): string | undefined
  /** To web conferences: asking people, and telling them that it is over. */
  readonly invitations: Pick<Inviting, 'ask' | 'takeBack'>
  /** Waits until all that was taken is on disk, then ends the watches. */
  close(): Promise<void>
}

export interface ChatNeeds {
  readonly store: ChatStore
  /** Undefined: nothing carries messages, and they wait. */
  readonly port: (by: Carrier) => ChatPort | undefined
  readonly settings: () => Settings
  /** Undefined: nobody is signed in who could bring or fetch files. */
  readonly filePort: () => FilePort | undefined
  readonly copies: FileCopies
  /** The person’s own address. */
  readonly own: (by: Carrier) => string
  /** Somebody asks the person into a web conference: which it is; undefined: it leads to no server of the settings. */
  readonly invited: (by: {
    readonly address: string
    readonly from: string
    readonly subject?: string | undefined
  }) => string | undefined
  /** And has taken that back. */
  readonly withdrawn: (address: string, from: string) => void
  /** Why the store cannot be used, and undefined when it can again. */
  readonly failed: (error: ParleyError | undefined) => void
}

export function chat(world: World, epoch: string, needs: ChatNeeds): ChatService {
  const { store, settings } = needs
  const port = (conversation: string): ChatPort | undefined => needs.port(carrierOf(conversation))
  const own = (conversation: string): string => needs.own(carrierOf(conversation))
  const book = new Book()
  const state = broadcast<StateOf<Service>, ChangeOf<Service>>(epoch, () => ({ conversations: book.all() }))
  /** Handed over, and not known to have arrived: they are not handed over again until they are known to be lost. */
  const underWay = new Set<string>()
  const carriers = new Set<Carrier>()
  /** How often each has gone: who comes back later is told of later. */
  const departures = new Map<Carrier, number>()
  /**
   * What happens is taken in its turn, and that somebody goes at once: they may be back before that turn, and nothing goes with them
   * before what was lost has been handed over again.
   */
  const take = (event: ChatEvent): void => {
    if (event.type === 'away') {
      carriers.delete(event.by)
      departures.set(event.by, departuresOf(event.by) + 1)
    }
    const departed = 'by' in event ? departuresOf(event.by) : 0
    later(() => happened(event, departed))
  }
  const departuresOf = (by: Carrier): number => departures.get(by) ?? 0
  let waiting = 0

  const tell = (conversation: ReturnType<Book['find']>): void => {
    if (conversation) state.publish({ type: 'conversation', conversation })
  }
  const added = (message: Message, kind: Kind): void => {
    state.publish({ type: 'message', message })
    tell(book.added(message, kind))
  }
  const changed = async (kept: Kept, before?: Message['state']): Promise<void> => {
    if (before === 'queued' && kept.message.state !== 'queued') {
      waiting--
      underWay.delete(kept.message.id)
    }
    // What is sent, or never will be, needs its copy no more.
    const isOver = kept.copy !== undefined && kept.message.state !== 'queued'
    await store.put(isOver ? { ...kept, copy: undefined } : kept)
    if (isOver) await attached.remove(kept)
    state.publish({ type: 'message', message: kept.message })
    tell(book.changed(kept.message))
  }

  // One after the other: the order in which messages come is the order in which they are kept.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act)
    last = turn.catch(() => {})
    return turn
  }
  const begun = inTurn(async () => {
    book.load(await store.conversations())
    waiting = (await store.waiting()).length
    await attached.begin()
  })
  let isBroken = false
  const works = (): void => {
    if (isBroken) needs.failed(undefined)
    isBroken = false
  }
  const failed = (error: unknown): void => {
    isBroken = true
    needs.failed(error instanceof ParleyError ? error : new ParleyError('store-unusable', String(error)))
  }
  begun.catch(failed)
  const later = (act: () => Promise<void>): void => {
    inTurn(act).then(works, failed)
  }

  const hand = async (kept: Kept): Promise<void> => {
    const { message, kind } = kept
    if (!carriers.has(carrierOf(message.conversation)) || underWay.has(message.id)) return
    if (attached.holdsUp(kept)) return
    const { replyTo, id, conversation: to, text, invitation } = message
    const answered = replyTo === undefined ? undefined : await store.byId(replyTo)
    if (!carriers.has(carrierOf(to))) return
    const named = answered && { id: nameOf(answered), from: answered.message.from }
    underWay.add(id)
    const file = message.file?.address
    if (!port(to)?.send({ id, to, kind, text, replyTo: named, file, invitation })) underWay.delete(id)
  }
  const handAll = async (): Promise<void> => {
    for (const kept of await store.waiting()) await hand(kept)
  }
  const acts: Acts = { store, changed }

  const find = async (id: string): Promise<Kept> => {
    const kept = await store.byId(id)
    if (!kept) throw new ParleyError('message-unknown', id)
    return kept
  }
  const accept: Accept = async ({ to, replyTo, request }, what) => {
    await begun
    const before = await store.byRequest(request)
    if (before) return { message: before.message.id }
    const conversation = to.toLowerCase()
    if (!address.test(conversation)) throw new ParleyError('contact-invalid', to)
    const kind = book.kindOf(conversation) ?? 'person'
    if (kind === 'room' && book.nicknameIn(conversation) === undefined) throw new ParleyError('chat-room-not-in', to)
    if (waiting >= mostWaiting) throw new ParleyError('chat-too-many-waiting', String(waiting))
    if (replyTo !== undefined) await find(replyTo)
    const from = kind === 'room' ? (book.nicknameIn(conversation) as string) : own(conversation)
    const id = newId(world, 'message')
    const { copy, ...said } = await what(id)
    const message: Message = {
      ...{ id, conversation, direction: 'outgoing', from, at: world.wall(), ...said, state: 'queued' as const },
      ...(replyTo === undefined ? {} : { replyTo }),
    }
    const kept: Kept = { message, kind, origin: id, wire: id, archive: undefined, request, copy }
    waiting++
    await inTurn(async () => {
      try {
        await store.add(kept)
      } catch (error) {
        waiting--
        throw error
      }
      added(message, kind)
      await hand(kept)
    })
    return { message: id }
  }
  const attached: ChatFiles = chatFiles(world, {
    ...{ store, settings, changed, later, accept, find },
    copies: needs.copies,
    port: needs.filePort,
    hand: handAll,
  })

  const rooms = chatRooms({ store, book, port, begun, tell })
  const invitations = inviting({
    accept,
    isCarried: (to) => port(to.toLowerCase()) !== undefined,
    withdraw: (kept) => {
      const { conversation } = kept.message
      return port(conversation)?.withdraw(conversation, kept.kind, nameOf(kept)) ?? true
    },
    over: (id) =>
      inTurn(async () => {
        const kept = await store.byId(id)
        const { conversation, from, state: is } = kept?.message ?? {}
        if (!kept || conversation === undefined || from === undefined) return undefined
        await withdrawal(acts, { type: 'withdrawn', conversation, from, of: nameOf(kept) })
        if (is !== 'queued' || underWay.has(id)) return kept
        // It never left, and must not when it is too late.
        await refusal(acts, id, errorValue('chat-unavailable'))
        return undefined
      }),
    newRequest: () => newId(world, 'request'),
    nowMs: () => Date.parse(world.wall()),
    invited: needs.invited,
  })

  const arrived = async (incoming: Incoming): Promise<void> => {
    const { conversation, kind, direction, from, at, text, origin, wire, archive } = incoming
    // One’s own, come back. A room has given it to all; that it lies in one’s own archive says nothing of the other side’s, and until the
    // server has acknowledged it, it is sent again.
    const mine = origin !== undefined && direction === 'outgoing' ? await store.byId(origin) : undefined
    if (mine) {
      const { state: before } = mine.message
      const message: Message = { ...mine.message, state: before === 'queued' && kind === 'room' ? 'sent' : before }
      return changed({ ...mine, archive: archive ?? mine.archive, message }, before)
    }
    const answered = incoming.replyTo === undefined ? undefined : await store.byWire(conversation, incoming.replyTo)
    const invitation = invitations.received(incoming)
    const message: Message = {
      id: newId(world, 'message'),
      ...{ conversation, direction, from, at, text },
      state: direction === 'incoming' ? 'received' : 'sent',
      ...(answered ? { replyTo: answered.message.id } : {}),
      ...(incoming.file ? { file: incoming.file } : {}),
      ...(invitation ? { invitation } : {}),
    }
    if (await store.add({ message, kind, origin, wire, archive })) added(message, kind)
    // Of a copy, too: the archive may have been read before the message itself came, and who sends again has heard of nothing.
    const wanted = settings()['chat.receipts']
    if (incoming.asks && direction === 'incoming' && kind === 'person' && wanted !== 'none' && wire !== undefined)
      port(conversation)?.receipt(conversation, wire, 'delivered')
  }

  const happened = async (event: ChatEvent, departed: number): Promise<void> => {
    switch (event.type) {
      case 'ready':
        if (departed !== departuresOf(event.by)) return
        carriers.add(event.by)
        invitations.again()
        if (event.by === 'xmpp') {
          attached.again()
          rooms.again()
        }
        return handAll()
      case 'away':
        if (event.by !== 'xmpp') return
        for (const conversation of book.away()) tell(conversation)
        return
      case 'message':
        return arrived(event.message)
      case 'archived':
        return store.setPlace(event.of, event.place)
      case 'sent': {
        underWay.delete(event.id)
        const kept = await store.byId(event.id)
        if (kept?.message.state !== 'queued') return
        return changed({ ...kept, message: { ...kept.message, state: 'sent' } }, 'queued')
      }
      case 'unsent':
        underWay.delete(event.id)
        return
      case 'refused':
        return refusal(acts, event.wire, errorValue(event.code, undefined, event.cause))
      case 'correction':
        return correction(acts, event)
      case 'reaction':
        return reaction(acts, event)
      case 'receipt':
        return receipt(acts, event)
      case 'withdrawn': {
        const address = await withdrawal(acts, event)
        if (address !== undefined) needs.withdrawn(address, event.from)
        return
      }
      case 'seen-elsewhere':
        await store.read(event.conversation)
        return tell(book.read(event.conversation))
      case 'typing':
        return tell(book.typing(event.conversation, event.from, event.is))
      case 'subject':
        return tell(book.subject(event.room, event.subject))
      case 'room':
        return tell(book.room(event))
    }
  }

  return {
    state,
    take,
    invitations,
    called: (entry, person) =>
      later(async () => {
        const kept = called(entry, person, { id: newId(world, 'message'), own: own(person) })
        if (await store.add(kept)) added(kept.message, kept.kind)
      }),
    record: {
      find: async (...sought) => {
        await begun
        return store.find(...sought)
      },
      forget: (which) =>
        inTurn(async () => {
          const gone = await store.forget(which)
          if (gone.messages + gone.calls > 0)
            for (const conversation of book.reload(await store.conversations())) tell(conversation)
          return gone.messages
        }),
    },
    personOf: ({ conversation }) => (book.kindOf(conversation) === 'room' ? undefined : conversation),
    close: async () => {
      attached.end()
      await last
      await needs.copies.close()
      state.close()
    },
    handlers: {
      ...attached.handlers,
      ...rooms.handlers,
      send: ({ to, text, replyTo, requestId }, { name }) =>
        accept({ to, replyTo, request: `${name}\n${requestId}` }, async () => ({ text })),
      correct: async ({ message: id, text }) => {
        const kept = await find(id)
        if (kept.message.file) throw new ParleyError('message-is-file')
        const newest = await store.newest(kept.message.conversation, 'outgoing')
        if (newest?.message.id !== id) throw new ParleyError('message-not-last')
        // The correction is a message of its own on the way, and none where it is kept.
        const { conversation: to } = kept.message
        const correcting = { id: newId(world, 'message'), to, kind: kept.kind, text, replaces: id }
        if (!port(to)?.send(correcting)) throw new ParleyError('chat-unavailable')
        await inTurn(() => changed({ ...kept, message: { ...uninvited(kept.message), text, editedAt: world.wall() } }))
        return {}
      },
      react: async ({ message: id, emoji }) => {
        const kept = await find(id)
        const { conversation } = kept.message
        if (!port(conversation)?.react(conversation, kept.kind, nameOf(kept), emoji))
          throw new ParleyError('chat-unavailable')
        const from = kept.kind === 'room' ? (book.nicknameIn(conversation) ?? own(conversation)) : own(conversation)
        await inTurn(() => reaction(acts, { type: 'reaction', conversation, from, of: nameOf(kept), emoji }))
        return {}
      },
      typing: ({ conversation, typing }) => {
        if (settings()['chat.typing']) port(conversation.toLowerCase())?.typing(conversation.toLowerCase(), typing)
        return {}
      },
      read: async ({ conversation }) => {
        const at = conversation.toLowerCase()
        await inTurn(async () => {
          const before = book.find(at)
          await store.read(at)
          tell(book.read(at))
          if (!before || before.unread === 0 || before.kind === 'room' || settings()['chat.receipts'] !== 'read') return
          const newest = await store.newest(at, 'incoming')
          if (newest?.wire !== undefined) port(at)?.receipt(at, newest.wire, 'read')
        })
        return {}
      },
      list: async ({ conversation, cursor, limit }) => store.list(conversation.toLowerCase(), cursor, limit),
      search: async ({ words, conversation, cursor, limit }) =>
        store.search(words, conversation?.toLowerCase(), cursor, limit),
    },
  }
}

/** The id that others know a message by: in a room the one that the room gave it (XEP-0444, XEP-0461). */
function nameOf({ kind, archive, wire, message }: Kept): string {
  return (kind === 'room' ? archive?.id : wire) ?? wire ?? message.id
}

const address = /^(sip:)?[^\s@/<>"'&:]{1,1023}@[^\s@/<>"'&]{1,1023}$/
const mostWaiting = 10_000
