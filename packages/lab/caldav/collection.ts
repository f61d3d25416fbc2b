// What a person has at the server, a calendar or an address book: texts by name, and a tag that changes with each change.
import { createHash } from 'node:crypto'

export interface Entry {
  readonly text: string
  readonly etag: string
}

export class Collection {
  readonly #entries = new Map<string, Entry>()
  /** By name, the number of its last change. */
  readonly #changed = new Map<string, number>()
  #changes = 0

  get tag(): string {
    return `change-${this.#changes}`
  }

  at(name: string): Entry | undefined {
    return this.#entries.get(name)
  }

  all(): (Entry & { readonly name: string })[] {
    return [...this.#entries].map(([name, entry]) => ({ name, ...entry }))
  }

  /** The names of what has changed since it had that tag, also of what is gone; undefined: it never had it. */
  changedSince(tag: string): string[] | undefined {
    const [, count] = /^change-(\d{1,15})$/.exec(tag) ?? []
    if (count === undefined || Number(count) > this.#changes) return undefined
    return [...this.#changed].flatMap(([name, at]) => (at > Number(count) ? [name] : []))
  }

  /** False: there is no room for more. */
  put(name: string, text: string): boolean {
    if (text.length > largest || (this.#entries.size >= mostEntries && !this.#entries.has(name))) return false
    this.#changed.set(name, ++this.#changes)
    this.#entries.set(name, { text, etag: `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"` })
    return true
  }

  remove(name: string): boolean {
    const was = this.#entries.delete(name)
    if (was) this.#changed.set(name, ++this.#changes)
    return was
  }
}

const largest = 1_000_000
const mostEntries = 10_000
