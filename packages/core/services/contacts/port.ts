// What contacts need of the world: a list that is kept at a server, and who tells of people's availability. Types only.
import type { Card, ContactNumber, ContactRequest, DirectoryEntry, Photo, Presence } from '@openparley/contract'

/** A person as the list has them. */
export interface Listed {
  readonly address: string
  readonly name: string | undefined
  readonly groups: readonly string[]
  readonly sees: 'none' | 'asked' | 'to' | 'from' | 'both'
}

/** Each rejects with a ParleyError: `contacts-unavailable`, `contact-refused`, `server-silent`, `contact-invalid`. */
export interface ContactsPort {
  /** Adds or changes. What is left out stays as it is. */
  put(contact: { address: string; name?: string | undefined; groups: readonly string[] }): Promise<void>
  remove(address: string): Promise<void>
  /** Asks to see their availability. */
  ask(address: string): Promise<void>
  accept(address: string): Promise<void>
  decline(address: string): Promise<void>
  block(address: string): Promise<void>
  unblock(address: string): Promise<void>
  /** Undefined: they say nothing of themselves. */
  card(address: string): Promise<Card | undefined>
  /** Undefined: it is not there any more, or is not what it is said to be. */
  photo(address: string, id: string): Promise<Photo | undefined>
  publishCard(card: Card): Promise<void>
  /** Rejects with `contact-photo-unusable`, too. */
  publishPhoto(photo: Photo): Promise<void>
}

export type ContactsEvent =
  /** The whole list, as the server has it now. */
  | { readonly type: 'list'; readonly contacts: readonly Listed[] }
  | { readonly type: 'listed'; readonly contact: Listed }
  | { readonly type: 'unlisted'; readonly address: string }
  /** `source`: which of those that may know of the same person; undefined: it knows nothing any more. */
  | {
      readonly type: 'presence'
      readonly address: string
      readonly source: string
      readonly presence: Presence | undefined
    }
  /** The picture that somebody shows now; undefined: none. */
  | { readonly type: 'photo'; readonly address: string; readonly photo: string | undefined }
  /** What a directory has of the one with that address; undefined: nobody. */
  | { readonly type: 'known'; readonly address: string; readonly entry: DirectoryEntry | undefined }
  /** A call was with them. */
  | { readonly type: 'called'; readonly address: string; readonly number: ContactNumber }
  | { readonly type: 'request'; readonly request: ContactRequest }
  | { readonly type: 'request-over'; readonly address: string }
  | { readonly type: 'blocked'; readonly addresses: readonly string[] }
  /** Nothing is told any more: sources of that kind know nothing, and the list may be old. */
  | { readonly type: 'away'; readonly source: string }
