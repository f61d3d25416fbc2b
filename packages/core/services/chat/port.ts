// What chat needs of the world: somebody who carries messages and files, and somewhere that keeps them. Types only.
import type { ErrorCode, Message, PeerCause } from '@openparley/contract'

export type Kind = 'person' | 'room'
/** Conversations whose address begins with `sip:` are SIP’s, all others XMPP’s. */
export type Carrier = 'xmpp' | 'sip'

/** To a web conference. */
export interface Invitation {
  readonly address: string
  readonly subject?: string | undefined
  readonly video: boolean
}

/** A message as it leaves. Its id is the one that the other side knows it by, however often it is sent. */
export interface Outgoing {
  readonly id: string
  readonly to: string
  readonly kind: Kind
  readonly text: string
  /** The ids that the others know the messages by. */
  readonly replyTo?: { readonly id: string; readonly from: string } | undefined
  readonly replaces?: string | undefined
  /** Where the file lies that it brings. */
  readonly file?: string | undefined
  readonly invitation?: Invitation | undefined
}

/** A message as it came, wherever from: just now, from another client of the person, out of an archive. */
export interface Incoming {
  readonly conversation: string
  readonly kind: Kind
  readonly direction: Message['direction']
  readonly from: string
  readonly at: string
  readonly text: string
  /** The id that its writer made for all its copies (XEP-0359): by it a copy is known. */
  readonly origin: string | undefined
  /** The id that its writer’s client gave it: receipts, corrections, reactions name it. */
  readonly wire: string | undefined
  /** The id that the archive gave it, and which archive that is: '' for the person’s own, else a room. */
  readonly archive: { readonly id: string; readonly of: string } | undefined
  readonly replyTo?: string | undefined
  readonly file?: Message['file']
  /** Its address is one that may be opened: of https, or of a conference server of the settings. */
  readonly invitation?: Invitation | undefined
  /** Whether the writer wants to know that it was delivered, or that it was read. */
  readonly asks?: 'delivered' | 'read' | undefined
}

export interface ChatPort {
  /** False: nobody carries it now; `ready` says when somebody does. */
  send(message: Outgoing): boolean
  typing(to: string, is: boolean): void
  /** Tells the writer what became of the message that they know by that id. */
  receipt(to: string, of: string, is: 'delivered' | 'read'): void
  react(to: string, kind: Kind, of: string, emoji: readonly string[]): boolean
  /** Takes back an invitation that the others know by that id. False: nobody carries it now. */
  withdraw(to: string, kind: Kind, of: string): boolean
  /** Rejects with a ParleyError: `chat-room-refused`, `chat-nickname-taken`, `chat-unavailable`, `server-silent`, `contact-invalid`. */
  join(room: string, nickname: string): Promise<void>
  leave(room: string): void
}

export type ChatEvent =
  /** Messages are carried by that one, and all that came meanwhile has been told. */
  | { readonly type: 'ready'; readonly by: Carrier }
  | { readonly type: 'away'; readonly by: Carrier }
  | { readonly type: 'message'; readonly message: Incoming }
  | {
      readonly type: 'correction'
      readonly conversation: string
      readonly from: string
      readonly replaces: string
      readonly text: string
      readonly at: string
    }
  /** All of that archive up to there has been told. */
  | { readonly type: 'archived'; readonly of: string; readonly place: string }
  /** The server has it. */
  | { readonly type: 'sent'; readonly id: string }
  /** The server may not have it: it is sent again. */
  | { readonly type: 'unsent'; readonly id: string }
  | { readonly type: 'refused'; readonly wire: string; readonly code: ErrorCode; readonly cause?: PeerCause }
  | { readonly type: 'receipt'; readonly conversation: string; readonly of: string; readonly is: 'delivered' | 'read' }
  /** Read on another client of the person. */
  | { readonly type: 'seen-elsewhere'; readonly conversation: string }
  | {
      readonly type: 'reaction'
      readonly conversation: string
      readonly from: string
      readonly of: string
      readonly emoji: readonly string[]
    }
  /** An invitation is taken back. */
  | { readonly type: 'withdrawn'; readonly conversation: string; readonly from: string; readonly of: string }
  | { readonly type: 'typing'; readonly conversation: string; readonly from: string; readonly is: boolean }
  | { readonly type: 'subject'; readonly room: string; readonly subject: string }
  | {
      readonly type: 'room'
      readonly room: string
      readonly state: 'joining' | 'in' | 'out'
      readonly occupants: readonly string[]
      readonly cause?: PeerCause | undefined
    }

/** A message with the ids that others know it by. */
export interface Kept {
  readonly message: Message
  readonly kind: Kind
  readonly origin: string | undefined
  readonly wire: string | undefined
  readonly archive: Incoming['archive']
  /** Which application asked for it, and under which id: asked again, it is this one, however much was lost in between. */
  readonly request?: string | undefined
  /** The copy of its file, until that is sent. */
  readonly copy?: string | undefined
}

export interface KeptConversation {
  readonly address: string
  readonly kind: Kind
  readonly unread: number
  readonly last: Message | undefined
  /** The nickname, while the person wants to be in the room. */
  readonly nickname: string | undefined
}

/** Each resolves when it is on disk, and fails with `store-unusable` or `store-newer`. */
export interface ChatStore {
  conversations(): Promise<KeptConversation[]>
  /** False: it was there already, by its origin or by its archive’s id. */
  add(kept: Kept): Promise<boolean>
  /** The message again, with what has changed. */
  put(kept: Kept): Promise<void>
  byId(id: string): Promise<Kept | undefined>
  byRequest(request: string): Promise<Kept | undefined>
  byOrigin(conversation: string, from: string, origin: string): Promise<Kept | undefined>
  /** The newest that others know by that id, be it from its writer’s client, its origin or a room. */
  byWire(conversation: string, wire: string): Promise<Kept | undefined>
  /** Own messages that are not sent yet, oldest first. */
  waiting(): Promise<Kept[]>
  /** Of those that others know. */
  newest(conversation: string, direction: Message['direction']): Promise<Kept | undefined>
  /** The copies of files that some message still needs. */
  copies(): Promise<string[]>
  /** Newest first. */
  list(conversation: string, before: string | undefined, limit: number): Promise<Page>
  search(words: string, conversation: string | undefined, before: string | undefined, limit: number): Promise<Page>
  /** Up to where all of that archive is here: an id and the time of it. A message that is added with its archive’s id moves it there. */
  placeIn(of: string): Promise<string | undefined>
  setPlace(of: string, place: string): Promise<void>
  read(conversation: string): Promise<void>
  setNickname(room: string, nickname: string | undefined): Promise<void>
  /** Messages of all conversations that stand before that place, newest first. */
  find(sought: Sought, before: Place, limit: number): Promise<Found[]>
  /**
   * Deletes what these say of it, all of them, and calls that stand in conversations, too; what is still to be sent stays.
   * `ids` name messages and calls. How many there were.
   */
  forget(which: Forgotten): Promise<{ readonly messages: number; readonly calls: number }>
}

/** Times are milliseconds since 1970. Calls in conversations are none of it. */
export interface Sought {
  /** In conversations of these addresses. */
  readonly who?: { readonly people: readonly string[] }
  /** That hold these words, or stand in conversations of these addresses. */
  readonly text?: { readonly words: string; readonly people: readonly string[] }
  /** Not before. */
  readonly from?: number
  /** Before. */
  readonly to?: number
}

export type Forgotten = Pick<Sought, 'who' | 'to'> & { readonly ids?: readonly string[] }

/** Among messages of the same `at` by `n`. */
export interface Place {
  readonly at: number
  readonly n: number
}

export interface Found {
  readonly message: Message
  /** Whose conversation it is in; absent of a room. */
  readonly person?: string
  readonly place: Place
}

export interface Page {
  readonly messages: Message[]
  readonly next?: string
}

export interface OwnFile {
  readonly name: string
  readonly type: string
  readonly content: Uint8Array
}

/** Brings files to where others can fetch them, and fetches those of others. */
export interface FilePort {
  /**
   * Returns where it lies then. Fails with `chat-unavailable` while there is no stream, and else with `chat-upload-unavailable`,
   * `chat-upload-refused`, `chat-file-too-large`, `chat-upload-failed` or what the network says.
   */
  upload(file: OwnFile, signal: AbortSignal): Promise<string>
  /** Fails with `chat-file-address-refused`, `chat-file-too-large` or `chat-file-unavailable`. */
  fetch(address: string, mostBytes: number, signal: AbortSignal): Promise<Uint8Array>
}

/** Files on this machine: what applications handed over, and copies of what waits to be sent. */
export interface FileCopies {
  /** Keeps what an application handed over until the session ends, the newest few. Returns a handle. Fails with `chat-file-unwritable`. */
  keep(file: OwnFile): Promise<string>
  /**
   * Copies what a handle or a path names, under a name of ours. It is on disk when this resolves, and outlives a crash. Fails with
   * `chat-file-unknown`, `chat-file-path-refused`, `chat-file-unreadable`, `chat-file-too-large` or `chat-file-unwritable`.
   */
  take(
    file: string,
    how: { readonly as: string; readonly mayNamePaths: boolean; readonly mostBytes: number },
  ): Promise<{ readonly name: string; readonly type: string | undefined; readonly bytes: number }>
  /** Fails with `chat-file-unreadable`. */
  read(copy: string): Promise<Uint8Array>
  /** Repeating it is harmless. */
  remove(copy: string): Promise<void>
  /** Removes all copies but these, and what was handed over to a session before: what a crash has left behind. */
  sweep(but: readonly string[]): Promise<void>
  /** Fails with `chat-file-unwritable`, also where there is a file and no `force`. */
  save(path: string, content: Uint8Array, force: boolean): Promise<void>
  /** As the interface carries them. Of the port, since it takes the core’s thread, and a machine has a quick way. */
  fromBase64(text: string): Uint8Array
  toBase64(content: Uint8Array): string
  /** Forgets what was handed over. */
  close(): Promise<void>
}
