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

export interface FolderKnown {
  uidValidity: bigint | undefined
  /** As far as it is known; undefined where the store does not count changes (RFC 7162). */
  modseq: bigint | undefined
  uidNext: number
  readonly mails: Map<number, Mail>
}

export interface Place {
  readonly where: Where
  readonly uid: number
  readonly flags: ReadonlySet<string>
}

export class Known {
  readonly folders: Readonly<Record<Where, FolderKnown>> = { inbox: nothing(), trash: nothing() }
  readonly facts: Map<string, Facts> = new Map()
  #told = new Map<string, string>()

  places(key: string): Place[] {
    return wheres.flatMap((where) =>
      [...this.folders[where].mails].flatMap(([uid, mail]) =>
        mail.key === key ? [{ where, uid, flags: mail.flags }] : [],
      ),
    )
  }

  forget(where: Where): void {
    Object.assign(this.folders[where], { uidValidity: undefined, modseq: undefined, uidNext: 0 })
    this.folders[where].mails.clear()
  }

  /** All messages, each once, wherever and however often it lies. */
  all(): Kept[] {
    const places = new Map<string, Place[]>()
    for (const where of wheres)
      for (const [uid, { key, flags }] of this.folders[where].mails) {
        if (key === undefined) continue
        const of = places.get(key)
        if (of) of.push({ where, uid, flags })
        else places.set(key, [{ where, uid, flags }])
      }
    return [...places].flatMap(([key, all]) => {
      const facts = this.facts.get(key)
      return facts ? [keptOf(facts, all)] : []
    })
  }

  /** What is different from what was told last; it counts as told. */
  news(): {
    readonly messages: readonly Kept[]
    readonly changed: readonly Kept[]
    readonly removed: readonly string[]
  } {
    const messages = this.all()
    const now = new Map(messages.map((kept) => [kept.key, JSON.stringify(kept)]))
    const changed = messages.filter(({ key }) => this.#told.get(key) !== now.get(key))
    const removed = [...this.#told.keys()].filter((key) => !now.has(key))
    this.#told = now
    for (const key of removed) this.facts.delete(key)
    return { messages, changed, removed }
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

function nothing(): FolderKnown {
  return { uidValidity: undefined, modseq: undefined, uidNext: 0, mails: new Map() }
}

const wheres: readonly Where[] = ['inbox', 'trash']
