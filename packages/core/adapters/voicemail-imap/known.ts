// What is known of the messages of a mailbox: where each lies, with which flags, and what it says of itself. No connection here.
import type { Kept } from '../../services/voicemail/port.ts'
import type { About } from './headers.ts'
import type { SoundPart } from './structure.ts'

/** inbox: the folder of messages; trash: that of the deleted ones. */
export type Where = 'inbox' | 'trash'

/** What a message says of itself is read once, wherever it goes. */
export interface Facts extends Omit<About, 'says'> {
  readonly secure: boolean
  readonly sound: SoundPart | undefined
}

export interface Mail {
  /** Undefined: it is no voice message. */
  readonly key: string | undefined
  readonly flags: ReadonlySet<string>
}

export interface Place {
  readonly where: Where
  readonly uid: number
  readonly flags: ReadonlySet<string>
}

/** What is known of one folder. */
export class Folder {
  uidValidity: bigint | undefined
  /** As far as it is known; undefined where the store does not count changes (RFC 7162). */
  modseq: bigint | undefined
  uidNext = 0
  readonly #mails = new Map<number, Mail>()
  readonly #uids = new Map<string, Set<number>>()

  get mails(): ReadonlyMap<number, Mail> {
    return this.#mails
  }

  /** The messages that lie here, by their keys. */
  get keys(): Iterable<string> {
    return this.#uids.keys()
  }

  uidsOf(key: string): Iterable<number> {
    return this.#uids.get(key) ?? []
  }

  put(uid: number, mail: Mail): void {
    if (this.#mails.get(uid)?.key !== mail.key) this.drop(uid)
    this.#mails.set(uid, mail)
    if (mail.key === undefined) return
    const uids = this.#uids.get(mail.key)
    if (uids) uids.add(uid)
    else this.#uids.set(mail.key, new Set([uid]))
  }

  drop(uid: number): void {
    const key = this.#mails.get(uid)?.key
    this.#mails.delete(uid)
    if (key === undefined) return
    const uids = this.#uids.get(key)
    uids?.delete(uid)
    if (uids?.size === 0) this.#uids.delete(key)
  }

  empty(): void {
    this.#mails.clear()
    this.#uids.clear()
  }

  /** It is another one now, or none. */
  forget(): void {
    this.empty()
    this.uidValidity = undefined
    this.modseq = undefined
    this.uidNext = 0
  }
}

export class Known {
  readonly folders: Readonly<Record<Where, Folder>> = { inbox: new Folder(), trash: new Folder() }
  readonly facts: Map<string, Facts> = new Map()

  places(key: string): Place[] {
    return wheres.flatMap((where) => {
      const folder = this.folders[where]
      return Array.from(folder.uidsOf(key), (uid) => ({ where, uid, flags: folder.mails.get(uid)?.flags ?? none }))
    })
  }

  /** All messages, each once, wherever and however often it lies. What lies nowhere any more is forgotten. */
  list(): Kept[] {
    const kept = new Map<string, Kept>()
    for (const key of wheres.flatMap((where) => [...this.folders[where].keys])) {
      const facts = this.facts.get(key)
      if (facts && !kept.has(key)) kept.set(key, keptOf(facts, this.places(key)))
    }
    for (const key of this.facts.keys()) if (!kept.has(key)) this.facts.delete(key)
    return [...kept.values()]
  }
}

export function isDeleted({ where, flags }: Place): boolean {
  return where === 'trash' || flags.has('\\Deleted')
}

function keptOf({ sound, secure, ...about }: Facts, places: readonly Place[]): Kept {
  const there = places.filter((place) => !isDeleted(place))
  const shown = there.length > 0 ? there : places
  return {
    ...about,
    ...(sound && sound.bytes > 0 ? { bytes: decodedBytes(sound) } : {}),
    secure,
    isNew: !shown.some(({ flags }) => flags.has('\\Seen')),
    deleted: there.length === 0,
  }
}

/** Base64 is written in lines of 76, mostly. */
export function decodedBytes({ encoding, bytes }: SoundPart): number {
  return encoding === 'base64' ? Math.floor(((bytes * 76) / 78) * 0.75) : bytes
}

const wheres: readonly Where[] = ['inbox', 'trash']
const none: ReadonlySet<string> = new Set()
