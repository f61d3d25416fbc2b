// A folder as one client knows it: the numbers of its messages, and what it was not told yet (RFC 3501 §7.4.1, §5.5).
import { flagsOf } from './fetching.ts'
import type { Folder, MailChange } from './mail-store.ts'

export class View {
  readonly #folder: () => Folder
  #uids: number[]
  readonly #changed = new Set<number>()
  #isStale = false

  constructor(folder: () => Folder) {
    this.#folder = folder
    this.#uids = folder().mails.map(({ uid }) => uid)
  }

  take(change: MailChange): void {
    this.#isStale = true
    if (change.type === 'flags') this.#changed.add(change.uid)
  }

  /** The client knows them as they are: it was told. */
  told(uid: number): void {
    this.#changed.delete(uid)
  }

  numberOf(uid: number): number {
    return this.#uids.indexOf(uid) + 1
  }

  /** The UIDs that a set names, in order: 1:3,7,10:* (RFC 3501 §9, sequence-set); undefined: it is no such set. */
  uidsIn(set: string, isByUid: boolean): number[] | undefined {
    if (!/^(\d{1,10}|\*)(:(\d{1,10}|\*))?(,(\d{1,10}|\*)(:(\d{1,10}|\*))?)*$/.test(set)) return undefined
    const last = isByUid ? (this.#uids.at(-1) ?? 0) : this.#uids.length
    const ranges = set.split(',').map((range) => {
      const [from = last, to = from] = range.split(':').map((end) => (end === '*' ? last : Number(end)))
      return [Math.min(from, to), Math.max(from, to)] as const
    })
    return this.#uids.filter((uid, at) => {
      const number = isByUid ? uid : at + 1
      return ranges.some(([from, to]) => number >= from && number <= to)
    })
  }

  /** What it is to be told now, as lines. Numbers do not shift while it uses them. */
  untold(mayShift: boolean, withModseq: boolean): string[] {
    if (!this.#isStale) return []
    const { mails } = this.#folder()
    const there = new Map(mails.map((mail) => [mail.uid, mail]))
    const lines: string[] = []
    if (mayShift) {
      for (let at = this.#uids.length - 1; at >= 0; at--) {
        if (there.has(this.#uids[at] as number)) continue
        lines.push(`* ${at + 1} EXPUNGE`)
        this.#uids.splice(at, 1)
      }
      this.#isStale = false
    }
    const last = this.#uids.at(-1) ?? 0
    const come = mails.filter(({ uid }) => uid > last && !this.#uids.includes(uid)).map(({ uid }) => uid)
    if (come.length > 0) {
      this.#uids = [...this.#uids, ...come]
      lines.push(`* ${this.#uids.length} EXISTS`)
    }
    for (const uid of this.#changed) {
      const mail = there.get(uid)
      const number = this.numberOf(uid)
      if (mail && number > 0 && !come.includes(uid))
        lines.push(`* ${number} FETCH (UID ${uid} ${flagsOf(mail)}${withModseq ? ` MODSEQ (${mail.modseq})` : ''})`)
    }
    this.#changed.clear()
    return lines
  }
}
